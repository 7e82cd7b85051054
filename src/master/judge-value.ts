import { checkCreditCode } from './checks/check-credit-code.js';
import { isEmail } from './checks/check-email.js';
import { isMobile, isPhone } from './checks/check-phone.js';
import type { ValueCheck } from './policy.js';

/** `proven`: it can hardly be wrong; `failed`: it cannot be right; `open`: nothing speaks against it. */
export type Judgement = 'proven' | 'open' | 'failed';

export function judgeValue(check: ValueCheck, value: string): Judgement {
  return judges[check](value.trim());
}

const judges: Readonly<Record<ValueCheck, (value: string) => Judgement>> = {
  credit_code: (value) => (checkCreditCode(value.toUpperCase()) === null ? 'proven' : 'failed'),
  phone: (value) => openIf(isPhone(value)),
  mobile: (value) => openIf(isMobile(value)),
  email: (value) => openIf(isEmail(value)),
  postcode: (value) => openIf(/^\d{6}$/u.test(value)),
  date: (value) => openIf(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/u.test(value)),
  not_a_code: (value) => openIf(/\p{Letter}/u.test(value) && !/^[A-Z]{0,4}[-_]?\d+$/iu.test(value)),
};

const openIf = (fits: boolean): Judgement => (fits ? 'open' : 'failed');
