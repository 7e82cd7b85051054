import { expect, test } from 'vitest';
import { grouped } from './grouped.js';
import { showTable } from './show-table.js';
import { textWidth } from './text-width.js';

const wide = { width: 80 };

test('Chinese and Latin cells stand in line, numbers to the right with thousands separators', () => {
  const columns = [{ title: '名称' }, { title: 'rows', align: 'right' as const }];
  const lines = showTable(
    columns,
    [
      ['青禾', 1234],
      ['ab', 3],
    ],
    wide,
  );
  expect(lines).toEqual(['名称   rows', '───────────', '青禾  1,234', 'ab        3']);
  expect(new Set(lines.map(textWidth)).size).toBe(1);
});

test('a table too wide takes from its widest columns, and cut cells show it', () => {
  const columns = [{ title: 'a', shrinks: true }, { title: 'b', shrinks: true }, { title: 'key' }];
  const lines = showTable(columns, [['长'.repeat(30), 'x'.repeat(12), '200/100/2']], { width: 40 });
  for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(40);
  expect(lines[2]).toContain(`… `);
  expect(lines[2]).toContain('x'.repeat(12));
  expect(lines[2]).toMatch(/200\/100\/2$/u);
});

test('a column that wraps goes on in the next line instead of being cut', () => {
  const columns = [{ title: 'field' }, { title: 'value', shrinks: true, wraps: true }, { title: 'rule' }];
  const lines = showTable(columns, [['税号', '91350100M000100Y43', 'only']], { width: 26 });
  expect(lines.slice(2)).toEqual(['税号   91350100M0001  only', '       00Y43']);
});

test('a cell cannot drive the terminal', () => {
  expect(showTable([{ title: 'a' }], [['x\u001b[31m\ny']], wide).at(-1)).toBe('x [31m y');
});

test('exact decimals are grouped as text, whatever their length', () => {
  expect(['1234567.50', '-1000', '12345678901234567890.1234', '999', 'T1234', ''].map(grouped)).toEqual([
    ...['1,234,567.50', '-1,000', '12,345,678,901,234,567,890.1234', '999', 'T1234', ''],
  ]);
});
