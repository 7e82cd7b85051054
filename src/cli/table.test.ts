import { expect, test } from 'vitest';
import { table } from './table.js';
import { textWidth } from './text-width.js';

test('Chinese and Latin cells stand in line', () => {
  const lines = table(
    ['名称', 'rows'],
    [
      ['青禾', 12],
      ['ab', 3],
    ],
    [1],
  );
  expect(lines).toEqual(['名称  rows', '青禾    12', 'ab       3']);
  expect(new Set(lines.map(textWidth)).size).toBe(1);
});

test('a cell cannot drive the terminal', () => {
  expect(table(['a'], [['x\u001b[31m\ny']])).toEqual(['a', 'x [31m y']);
});
