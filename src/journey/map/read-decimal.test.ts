import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDecimal } from './read-decimal.js';

test.each([
  ['1,234.50', '1234.5'],
  ['1,234.50-', '-1234.5'],
  ['(12)', '-12'],
  ['（１２．５）', '-12.5'],
  ['¥1,000', '1000'],
  ['￥-3.00', '-3'],
  ['-¥3', '-3'],
  ['12元', '12'],
  ['+7', '7'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['-0.00', '0'],
  ['007', '7'],
  ['1.2E+3', '1200'],
  ['1.2E-3', '0.0012'],
  ['－２', '-2'],
  [' 1 234 ', '1234'],
])('%s is %s', (text, value) => expect(readDecimal(text)).toBe(value));

test.each(['', '-', '.', '5%', '12盒', '1,23', '1,2345', '1.2.3', '--5', '(-5)', '-5-', 'NaN', '1e', '#DIV/0!', '1'.repeat(60), '1e99'])(
  '%s is refused',
  (text) => expect(readDecimal(text)).toBeNull(),
);

test('a canonical decimal reads as itself, and any way of writing it reads as that', () => {
  const digits = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 0, max: 6 }), fc.boolean());
  fc.assert(
    fc.property(digits, ([whole, scale, negative]) => {
      const padded = whole.toString().padStart(scale + 1, '0');
      const integer = padded.slice(0, padded.length - scale);
      const fraction = scale === 0 ? '' : `.${padded.slice(-scale)}`;
      const canonical = readDecimal(`${negative ? '-' : ''}${integer}${fraction}`);
      expect(canonical).not.toBeNull();
      expect(readDecimal(canonical!)).toBe(canonical);
      const grouped = integer.replace(/\B(?=(\d{3})+$)/gu, ',');
      expect(readDecimal(negative ? `(${grouped}${fraction})` : `${grouped}${fraction}`)).toBe(canonical);
      expect(readDecimal(`${negative ? '-' : ''}00${integer}${fraction || '.'}00`)).toBe(canonical);
    }),
  );
});
