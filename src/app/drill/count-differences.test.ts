import { expect, test } from 'vitest';
import { countDifferences } from './count-differences.js';

test('a line lost and another twice do not cancel out', () => {
  expect(countDifferences(['a', 'b', 'c'], ['a', 'b', 'b'])).toEqual({ lost: 1, extra: 1 });
});

test('a line that occurs twice on purpose is expected twice', () => {
  expect(countDifferences(['a', 'a'], ['a', 'a'])).toEqual({ lost: 0, extra: 0 });
  expect(countDifferences(['a', 'a'], ['a'])).toEqual({ lost: 1, extra: 0 });
});
