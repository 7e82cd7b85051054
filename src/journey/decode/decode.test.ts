import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import * as XLSX from 'xlsx';
import { defaultDecodeLimits } from './decode.js';
import { decodeRows, refusal, stored } from './decode-samples.js';
import { readRows } from './read-rows.js';

/** Cells as senders really write them; the header keeps every row three cells wide and the first cell filled. */
const cell = fc.string({
  unit: fc.constantFrom('药', '𠮷', '㐂', '0', '1', '９', ' ', '"', ',', ';', '\n', "'", '=', '-', '.', 'A', '<', '&', '\\', '%'),
  maxLength: 8,
});
const filled = cell.map((text) => `x${text}`);
const tables = fc
  .array(fc.tuple(filled, cell, cell), { minLength: 1, maxLength: 30 })
  .map((rows) => [['客户名称', '产品', '数量'], ...rows]);

const csvOf = (rows: readonly (readonly string[])[]) =>
  `${rows.map((row) => row.map((text) => (/[",\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')).join('\r\n')}\r\n`;
/** What a csv cannot tell from Excel's own escape is left out. */
const isPlain = (rows: readonly (readonly string[])[]) => !rows.flat().some((text) => text.startsWith('="'));

test('any table written as csv in UTF-8 or GB18030 comes back equal', async () => {
  await fc.assert(
    fc.asyncProperty(tables.filter(isPlain), fc.boolean(), async (rows, gb) => {
      const text = csvOf(rows);
      expect(await decodeRows('a.csv', gb ? iconv.encode(text, 'gb18030') : Buffer.from(text))).toEqual(rows);
    }),
    { numRuns: 100 },
  );
});

test('any table written as a workbook comes back equal, but for empty cells at the end of a row', async () => {
  await fc.assert(
    fc.asyncProperty(tables, fc.boolean(), fc.constantFrom('xlsx', 'biff8'), async (rows, bookSST, bookType) => {
      const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(rows), 'a');
      const bytes = XLSX.write(book, { type: 'buffer', bookType: bookType as XLSX.BookType, bookSST }) as Buffer;
      const trimmed = rows.map((row) => row.slice(0, row.findLastIndex((text) => text !== '') + 1));
      expect(await decodeRows('a', bytes)).toEqual(trimmed);
    }),
    { numRuns: 60 },
  );
});

test('random bytes are decoded or refused, never more', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('', '504b0304', 'd0cf11e0a1b11ae1', '0908100000060500', '1f8b0800', '3c7461626c653e', '7b22', '3c3f786d6c'),
      async (tail, start) => {
        const told = await refusal('a', Buffer.concat([Buffer.from(start, 'hex'), tail]));
        expect(told).toMatch(/^decode(d|\.)/);
      },
    ),
    { numRuns: 400, seed: 20261122 },
  );
});

test('any damage to a workbook is told as damage or changes nothing else than cells', async () => {
  const rows = Array.from({ length: 30 }, (_, at) => [`药房${at}`, at]);
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(rows), 'a');
  for (const bookType of ['xlsx', 'biff8'] as const) {
    const whole = XLSX.write(book, { type: 'buffer', bookType }) as Buffer;
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at] = bytes[at]! ^ flip;
        expect(await refusal('a', bytes)).toMatch(/^decode(d|\.)/);
      }),
      { numRuns: 150, seed: 20261122 },
    );
  }
});

test('single rows are read again by part and number', async () => {
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet([['a', 1]]), 'one');
  XLSX.utils.book_append_sheet(
    book,
    XLSX.utils.aoa_to_sheet([
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ]),
    'two',
  );
  const file = stored('a.xlsx', XLSX.write(book, { type: 'buffer' }) as Buffer);
  const got = await readRows(file, {}, defaultDecodeLimits, 'a.xlsx#two', new Set([1, 3, 9]));
  expect([...got]).toEqual([
    [1, ['b', '2']],
    [3, ['d', '4']],
  ]);
});
