import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRowRanges } from './row-ranges.js';

test('neighbouring rows become one range', () => {
  const ranges = createRowRanges();
  for (const rowNo of [1, 2, 3, 7, 9, 10]) ranges.add(rowNo);
  expect(ranges.read()).toEqual({
    count: 6,
    ranges: [
      [1, 3],
      [7, 7],
      [9, 10],
    ],
  });
});

test('a million blank rows cost one pair', () => {
  const ranges = createRowRanges();
  for (let rowNo = 5; rowNo < 1_000_005; rowNo++) ranges.add(rowNo);
  expect(ranges.read()).toEqual({ count: 1_000_000, ranges: [[5, 1_000_004]] });
});

test('ranges hold exactly the rows that were added, and the count is theirs', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (rows) => {
      const ascending = rows.toSorted((a, b) => a - b);
      const collected = createRowRanges();
      for (const rowNo of ascending) collected.add(rowNo);
      const { count, ranges } = collected.read();
      expect(ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))).toEqual(ascending);
      expect(count).toBe(ascending.length);
    }),
  );
});
