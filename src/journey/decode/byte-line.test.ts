import { expect, test } from 'vitest';
import { ByteLine } from './byte-line.js';

function cut(text: string, delimiter = ',') {
  const line = new ByteLine(delimiter.charCodeAt(0));
  const bytes = Buffer.from(text);
  const next = line.cut(bytes, 0);
  const cells = Array.from({ length: line.cellCount }, (_, cell) => bytes.toString('utf8', line.starts[cell], line.ends[cell]));
  return { next, cells, odd: cells.map((_, cell) => line.flags[cell] !== 0) };
}

test('cells come without the spaces around them, the line without its end', () => {
  expect(cut('a , b,, \r\nnext\n')).toEqual({ next: 10, cells: ['a', 'b', '', ''], odd: [false, false, false, false] });
  expect(cut('\n')).toMatchObject({ next: 1, cells: [''] });
  expect(cut('甲\t乙\n', '\t').cells).toEqual(['甲', '乙']);
});

test('a cell of anything but plain ASCII is marked', () => {
  expect(cut('a,甲,b\\c,d\te,f\rg\n').odd).toEqual([false, true, true, true, true]);
});

test('a line with a quote, or with more cells than any sheet has, is not cut', () => {
  expect(cut('a,"b",c\n').next).toBe(-1);
  expect(cut(`${','.repeat(600)}\n`).next).toBe(-1);
});
