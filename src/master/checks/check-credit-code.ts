/**
 * What is wrong with a unified social credit code (统一社会信用代码, GB 32100-2015); null when nothing is. Own code, because the
 * npm packages for it take the first two places for digits only, which refuses village collectives (N2...) and others.
 */
export type CreditCodeFault =
  | { readonly fault: 'length'; readonly length: number }
  /** A letter that the standard leaves out because it looks like a digit; `instead` is what was probably meant. */
  | { readonly fault: 'letter'; readonly letter: string; readonly instead: string }
  | { readonly fault: 'checksum'; readonly expected: string };

export function checkCreditCode(code: string): CreditCodeFault | null {
  for (const letter of code) if (!alphabet.includes(letter)) return { fault: 'letter', letter, instead: lookalike[letter] ?? '' };
  if (code.length !== 18) return { fault: 'length', length: code.length };
  const expected = creditCodeCheck(code.slice(0, 17));
  return code[17] === expected ? null : { fault: 'checksum', expected };
}

/** The last place of a code whose first 17 are given, all of the standard's alphabet. */
export function creditCodeCheck(first17: string): string {
  let sum = 0;
  for (const [index, letter] of [...first17].entries()) sum += alphabet.indexOf(letter) * weights[index]!;
  return alphabet[(31 - (sum % 31)) % 31]!;
}

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const lookalike: Readonly<Record<string, string>> = { O: '0', I: '1', Z: '2', S: '5', V: 'U' };
