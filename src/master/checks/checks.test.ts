import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderMessage } from '../../model/message.js';
import { checkCreditCode, creditCodeCheck } from './check-credit-code.js';
import { isEmail } from './check-email.js';
import { isMobile, isPhone } from './check-phone.js';
import { checkValue } from './check-value.js';

const letters = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];
const first17 = fc.array(fc.constantFrom(...letters), { minLength: 17, maxLength: 17 }).map((all) => all.join(''));

test('the example that the standard GB 32100 itself gives passes', () => {
  expect(checkCreditCode('91350100M000100Y43')).toBeNull();
});

test('one wrong character anywhere is found', () => {
  fc.assert(
    fc.property(first17, fc.nat(17), fc.constantFrom(...letters), (start, at, other) => {
      const code = start + creditCodeCheck(start);
      expect(checkCreditCode(code)).toBeNull();
      if (code[at] !== other) expect(checkCreditCode(code.slice(0, at) + other + code.slice(at + 1))?.fault).toBe('checksum');
    }),
  );
});

test('two neighbours that changed places are found', () => {
  fc.assert(
    fc.property(first17, fc.nat(15), (start, at) => {
      const code = start + creditCodeCheck(start);
      const turned = code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2);
      if (turned !== code) expect(checkCreditCode(turned)?.fault).toBe('checksum');
    }),
  );
});

test('a credit code with a letter for a digit says which is meant', () => {
  expect(checkCreditCode('9135O100M000100Y43')).toEqual({ fault: 'letter', letter: 'O', instead: '0' });
  expect(renderMessage(checkValue('credit_code', '9135O100M000100Y43', '信用代码')!)).toContain('可能是 0');
  expect(checkValue('credit_code', '350100123456789', '信用代码')?.code).toBe('master.credit-code-length');
  expect(renderMessage(checkValue('credit_code', '91350100M000100Y44', '信用代码')!)).toContain('应为 3');
});

test.each([
  '13800000000',
  '138-0000-0000',
  '+86 13800000000',
  '025-83106666',
  '(025)83106666',
  '02583106666',
  '0512-6530000',
  '010-83106666-808',
  '010-83106666转808',
  '400-800-8888',
  '83106666',
  '13800000000、025-83106666',
  '13800000000/13900000000',
])('%s is a telephone number', (text) => {
  expect(isPhone(text)).toBe(true);
});

test.each(['1380000000', '23800000000', '138000000001', 'abc', '12', '025-1', '13800000000转', '1.38E+10'])(
  '%s is no telephone number',
  (text) => {
    expect(isPhone(text)).toBe(false);
  },
);

test('a landline is no mobile number', () => {
  expect(isMobile('13800000000')).toBe(true);
  expect(isMobile('025-83106666')).toBe(false);
});

test('e-mail addresses', () => {
  for (const good of ['a@b.cn', 'li.wei+x@mail.example.com', 'a@b.cn; c@d.com', 'x@例子.中国']) expect(isEmail(good), good).toBe(true);
  for (const bad of ['a@b', 'a.b.cn', 'a@@b.cn', 'a b@c.cn', '@b.cn', 'a@b..cn', `${'a'.repeat(65)}@b.cn`])
    expect(isEmail(bad), bad).toBe(false);
});
