/**
 * Whether a text is a telephone number of China, or several (`、`, `;`, `/` between). Mobile: 11 digits from 13 to 19. Landline: area code,
 * seven or eight digits, perhaps an extension; a bare local number says too little to be called but is no mistake. 400 and 800 numbers.
 */
export function isPhone(text: string): boolean {
  return numbersIn(text).every((one) => mobile.test(one) || landline.test(one) || service.test(one) || local.test(one));
}

export function isMobile(text: string): boolean {
  return numbersIn(text).every((one) => mobile.test(one));
}

function numbersIn(text: string): string[] {
  return text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/gu, '-')
    .split(/[、,;/\n]+|\s{2,}/u)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => one.replace(/[\s.]/gu, ''));
}

const mobile = /^(?:\+?86-?)?1[3-9]\d(?:-?\d{4}){2}$/u;
const landline = /^(?:(?:\+|00)?86-?)?\(?0?(?:10|2\d|[3-9]\d{2})\)?-?[2-9]\d{6,7}(?:(?:-|转|ext\.?|x)\d{1,6})?$/iu;
const service = /^[48]00(?:-?\d){7}$/u;
const local = /^[2-9]\d{6,7}(?:(?:-|转)\d{1,6})?$/u;
