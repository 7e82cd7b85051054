import type { ValueCheck } from './policy.js';

/** `proven`: it can hardly be wrong; `failed`: it cannot be right; `open`: nothing speaks against it. */
export type CheckResult = 'proven' | 'open' | 'failed';

export function checkValue(check: ValueCheck, value: string): CheckResult {
  return checks[check](value.trim());
}

const checks: Readonly<Record<ValueCheck, (value: string) => CheckResult>> = {
  credit_code: (value) => (isCreditCode(value) ? 'proven' : 'failed'),
  phone: (value) =>
    openIf(/^(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}(?:[-转 ]\d{1,6})?|[48]00[- ]?\d{3}[- ]?\d{4})$/u.test(value)),
  email: (value) => openIf(/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/u.test(value)),
  date: (value) => openIf(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/u.test(value)),
  not_a_code: (value) => openIf(/\p{Letter}/u.test(value) && !/^[A-Z]{0,4}[-_]?\d+$/iu.test(value)),
};

const openIf = (fits: boolean): CheckResult => (fits ? 'open' : 'failed');

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** A unified social credit code by GB 32100: 18 characters of which the last is the checksum of the others. Case is kept out of it. */
export function isCreditCode(value: string): boolean {
  const code = value.toUpperCase();
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/u.test(code)) return false;
  const sum = weights.reduce((total, weight, place) => total + weight * alphabet.indexOf(code.charAt(place)), 0);
  return alphabet.charAt((31 - (sum % 31)) % 31) === code.charAt(17);
}
