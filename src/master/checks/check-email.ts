/** Whether a text is an e-mail address, or several with `;` or `,` between. Addresses with Chinese domains are taken, quoted local parts are not. */
export function isEmail(text: string): boolean {
  const all = text
    .normalize('NFKC')
    .split(/[;,、\s]+/u)
    .filter((one) => one !== '');
  return all.length > 0 && all.every((one) => one.length <= 254 && address.test(one) && !one.includes('..'));
}

const address = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,24}$/u;
