import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDecimals, baseQuantity, multiplyDecimals, negateDecimal, unscaled } from './decimal-arithmetic.js';
import { ExactSum } from './exact-sum.js';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, scale]) => unscaled(digits, scale));

test('a base quantity is exact where it ends and rounded half away from zero at 12 decimals where it does not', () => {
  expect(baseQuantity('2', 200n, 1n)).toBe('400');
  expect(baseQuantity('5', 1n, 10n)).toBe('0.5');
  expect(baseQuantity('1', 1n, 8_192n)).toBe('0.0001220703125');
  expect(baseQuantity('10', 1n, 3n)).toBe('3.333333333333');
  expect(baseQuantity('-20', 1n, 3n)).toBe('-6.666666666667');
  expect(baseQuantity('0', 7n, 3n)).toBe('0');
});

test('a factor and its inverse give the quantity back', () => {
  fc.assert(
    fc.property(decimal, fc.bigInt({ min: 1n, max: 10_000n }), (quantity, factor) => {
      expect(baseQuantity(baseQuantity(quantity, factor, 1n), 1n, factor)).toBe(quantity);
    }),
  );
});

test('sums do not depend on order and lose nothing', () => {
  fc.assert(
    fc.property(fc.array(decimal), (values) => {
      const forwards = new ExactSum();
      const backwards = new ExactSum();
      for (const value of values) forwards.add(value);
      for (const value of values.toReversed()) backwards.add(value);
      const expected = values.reduce(addDecimals, '0');
      expect(forwards.value()).toBe(expected);
      expect(backwards.value()).toBe(expected);
    }),
  );
});

test('a sum beyond 2^53 stays exact', () => {
  const sum = new ExactSum();
  for (let count = 0; count < 1_000; count++) sum.add('99999999999.99');
  expect(sum.value()).toBe('99999999999990');
  expect(addDecimals('0.1', '0.2')).toBe('0.3');
  expect(multiplyDecimals('1.5', '-0.2')).toBe('-0.3');
  expect(negateDecimal('0')).toBe('0');
});
