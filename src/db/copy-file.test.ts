import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { CopyFile } from './copy-file.js';
import { copyText } from './copy-text.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-copy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const field = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', '')),
  fc.constantFrom('𠮷野家', '\t\\N\r\n', 'é', ''),
);

test('what is written field by field is the same text as escaping and joining whole rows', () => {
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 6 }), { maxLength: 30 }), (rows) => {
      const path = join(folder, 'rows.copy');
      rmSync(path, { force: true });
      const file = new CopyFile(path);
      for (const row of rows) {
        for (const value of row) file.textOrNull(value);
        file.endRow();
      }
      expect(file.close()).toBe(rows.length);
      const expected = rows.map((row) => `${row.map((value) => (value === null ? '\\N' : copyText(value))).join('\t')}\n`).join('');
      expect(rows.length === 0 ? '' : readFileSync(path, 'utf8')).toBe(expected);
    }),
  );
});

test('more than a buffer, and a text longer than one, arrive whole', () => {
  const path = join(folder, 'long.copy');
  const file = new CopyFile(path);
  const long = '流向\t'.repeat(400_000);
  for (let row = 0; row < 50_000; row++) file.text(`第${row}行`).text('abc').endRow();
  file.text(long).endRow();
  expect(file.close()).toBe(50_001);
  const lines = readFileSync(path, 'utf8').split('\n');
  expect([lines.length, lines[49_999], lines[50_000] === copyText(long)]).toEqual([50_002, '第49999行\tabc', true]);
});
