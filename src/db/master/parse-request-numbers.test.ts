import { expect, test } from 'vitest';
import { parseRequestNumbers } from './parse-request-numbers.js';

test('numbers and ranges are taken as people write them, each once', () => {
  expect(parseRequestNumbers(['12', '#15-40', '007,12'])).toEqual({ ids: ['12', '7'], ranges: [{ low: '15', high: '40' }] });
  expect(parseRequestNumbers([])).toEqual({ ids: [], ranges: [] });
});

test.each(['x', '40-15', '1e3', '-5', '1-2-3', '1234567890123456789', '１２', "1' or '1"])('%s is no number of a request', (given) => {
  expect(() => parseRequestNumbers([given])).toThrow(given);
});
