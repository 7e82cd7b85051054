import { type Message, message } from '../../model/message.js';
import type { FieldType } from '../entity-definition.js';
import { checkCreditCode } from './check-credit-code.js';
import { isEmail } from './check-email.js';
import { isMobile, isPhone } from './check-phone.js';

/**
 * What a check finds wrong with a value that could be read; null when nothing is, or when the type has no check. Such a value is
 * kept, because it may be all that anybody knows, but it is trusted less. `column` is the sender's title.
 */
export function checkValue(type: FieldType, value: string, column: string): Message | null {
  switch (type) {
    case 'credit_code': {
      const found = checkCreditCode(value);
      if (found === null) return null;
      const values = { column, value };
      if (found.fault === 'length') return message('master.credit-code-length', { ...values, length: found.length });
      if (found.fault === 'letter')
        return message(found.instead === '' ? 'master.credit-code-sign' : 'master.credit-code-letter', {
          ...values,
          letter: found.letter,
          instead: found.instead,
        });
      return message('master.credit-code-checksum', { ...values, last: value.slice(-1), expected: found.expected });
    }
    case 'phone':
      return isPhone(value) ? null : message('master.phone', { column, value });
    case 'mobile':
      return isMobile(value) ? null : message('master.mobile', { column, value });
    case 'email':
      return isEmail(value) ? null : message('master.email', { column, value });
    case 'postcode':
      return /^\d{6}$/u.test(value) ? null : message('master.postcode', { column, value });
    default:
      return null;
  }
}
