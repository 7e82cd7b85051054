import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decodeEvents, decodeNotes, decodeParts, decodeRows, refusal } from './decode-samples.js';
import { RecordSplitter } from './split-records.js';

const gb = (text: string) => iconv.encode(text, 'gb18030');
const sale = '客户名称,产品,数量\n仁心大药房,阿莫西林,10\n';

test('a GB18030 file comes out with its rare four-byte characters', async () => {
  const text = '客户名称,产品\n𠮷田药房,㐂康\n';
  const [part] = await decodeParts('a.csv', gb(text));
  expect(part?.rows).toEqual([
    ['客户名称', '产品'],
    ['𠮷田药房', '㐂康'],
  ]);
  expect(part?.part).toMatchObject({ media: 'csv', path: 'a.csv', encoding: { encoding: 'gb18030', because: 'strict-gb18030' } });
});

test('what the source has proven is told as the reason', async () => {
  const [part] = await decodeParts('a.csv', gb(sale), { encoding: 'gb18030' });
  expect(part?.part.encoding).toEqual({ encoding: 'gb18030', because: 'source' });
});

test.each([
  ['UTF-8', Buffer.from(sale), 'utf-8', 'strict-utf-8'],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${sale}`), 'utf-8', 'bom'],
  ['UTF-16LE with a mark', iconv.encode(`\uFEFF${sale}`, 'utf16-le'), 'utf-16le', 'bom'],
  ['UTF-16BE with a mark', iconv.encode(`\uFEFF${sale}`, 'utf16-be'), 'utf-16be', 'bom'],
  ['UTF-16LE without a mark', iconv.encode(sale, 'utf16-le'), 'utf-16le', 'declared'],
  ['GB18030 with a mark', Buffer.concat([Buffer.from([0x84, 0x31, 0x95, 0x33]), gb(sale)]), 'gb18030', 'bom'],
])('%s is recognised', async (_, bytes, encoding, because) => {
  const [part] = await decodeParts('a.csv', bytes);
  expect(part?.rows).toEqual([
    ['客户名称', '产品', '数量'],
    ['仁心大药房', '阿莫西林', '10'],
  ]);
  expect(part?.part.encoding).toEqual({ encoding, because });
});

test('Big5 is read only when the source is known to send it', async () => {
  const bytes = iconv.encode('客戶名稱,產品\n仁心藥房,阿莫西林\n', 'big5');
  expect(await decodeRows('a.csv', bytes, { encoding: 'big5' })).toEqual([
    ['客戶名稱', '產品'],
    ['仁心藥房', '阿莫西林'],
  ]);
});

test('bytes that are no character refuse the file and say where', async () => {
  const bytes = Buffer.concat([gb(sale), Buffer.from([0xb0, 0x2c, 0x31]), gb('\n')]);
  const told = await refusal('a.csv', bytes);
  expect(told).toContain('decode.unreadable-text');
  expect(told).toContain(`line 3 (byte ${gb(sale).length})`);
});

test('UTF-8 with one damaged spot is refused and never read as GB18030', async () => {
  const bytes = Buffer.from('客户名称,产品\n仁心大药房,阿莫西林\n');
  const told = await refusal('a.csv', Buffer.concat([bytes, Buffer.from([0xe4, 0xb8]), Buffer.from(',x\n')]));
  expect(told).toContain('decode.unreadable-text');
  expect(told).toContain(`line 3 (byte ${bytes.length})`);
});

test('UTF-8 and GB18030 mixed by line are refused', async () => {
  expect(await refusal('a.csv', Buffer.concat([Buffer.from(sale), gb(sale)]))).toContain('decode.unreadable-text');
});

test('half a UTF-16 pair is refused', async () => {
  const bytes = Buffer.concat([iconv.encode(`\uFEFF${sale}`, 'utf16-le'), Buffer.from([0x00, 0xd8, 0x2c, 0x00])]);
  expect(await refusal('a.csv', bytes)).toContain('decode.unreadable-text');
});

test('padding NULs are dropped with a note, a hole refuses the file', async () => {
  expect(await decodeRows('a.csv', 'a,b\n1\0\0,2\n')).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
  expect(await decodeNotes('a.csv', 'a,b\n1\0\0,2\n')).toEqual(['a.csv: decode.nul-dropped']);
  expect(await refusal('a.csv', `a,b\n1,2\n${'\0'.repeat(4096)}`)).toContain('decode.nul-hole');
});

test.each([['\t'], [','], [';'], ['|']])('the delimiter %j is found although titles and texts hold others', async (delimiter) => {
  const rows = [
    ['客户', '产品', '备注'],
    ['甲', '乙', '无'],
    ['丙', `"a${delimiter}b"`, ''],
  ];
  const text = `2024年5月销售, 共2行\n${rows.map((row) => row.join(delimiter)).join('\n')}\n`;
  const got = await decodeRows('a.csv', text);
  expect(got.slice(1)).toEqual([
    ['客户', '产品', '备注'],
    ['甲', '乙', '无'],
    ['丙', `a${delimiter}b`, ''],
  ]);
});

test('row numbers are the physical lines, after quoted line ends and blank lines too', async () => {
  const [part] = await decodeParts('a.csv', 'a,b\r\n"x\r\ny",1\r\n\r\n,\r\nz,2');
  expect(part?.rowNos).toEqual([1, 2, 6]);
  expect(part?.rows).toEqual([
    ['a', 'b'],
    ['x\r\ny', '1'],
    ['z', '2'],
  ]);
});

test.each(['\n', '\r\n', '\r', '\r\r\n'])('lines end with %j', async (end) => {
  expect(await decodeRows('a.csv', ['a,b', '1,"x"', '2,'].join(end) + end)).toEqual([
    ['a', 'b'],
    ['1', 'x'],
    ['2', ''],
  ]);
});

test('a stray quote stays in its line and swallows nothing', async () => {
  const text = `a,b\n"甲药房,1\n乙,5" 管\n丙,3\n"丁"x,4\n${'戊,5\n'.repeat(200)}`;
  const rows = await decodeRows('a.csv', text);
  expect(rows.slice(1, 5)).toEqual([
    ['"甲药房', '1'],
    ['乙', '5" 管'],
    ['丙', '3'],
    ['"丁"x', '4'],
  ]);
  expect(rows).toHaveLength(205);
  expect(await decodeNotes('a.csv', text)).toEqual(['a.csv: decode.stray-quotes']);
});

test('two stray quotes do not glue the lines between them together', async () => {
  expect(await decodeRows('a.csv', 'a,b\n1,2\n"x,3\n4,5\n6,y"\n7,8\n')).toHaveLength(6);
});

test('codes that Excel escaped keep their zeros without the escape', async () => {
  expect(await decodeRows('a.csv', 'a,b\n="00123","=""0045"""\n')).toEqual([
    ['a', 'b'],
    ['00123', '0045'],
  ]);
});

test('a DOS end-of-file mark is no row', async () => {
  expect(await decodeRows('a.csv', 'a,b\n1,2\n\x1A')).toHaveLength(2);
});

test('limits stop the reading', async () => {
  expect(await refusal('a.csv', 'a,b\n1,2\n3,4\n', {}, { rows: 2 })).toContain('decode.too-many-rows');
  expect(await refusal('a.csv', 'a,b\n1,2\n', {}, { cellsPerRow: 1 })).toContain('decode.too-many-cells');
  expect(await refusal('a.csv', 'a,b\n11111,2\n', {}, { cellChars: 4 })).toContain('decode.cell-too-long');
  expect(await refusal('a.csv', 'a,b\n1,2\n', {}, { fileBytes: 7 })).toContain('decode.file-too-large');
  expect(await refusal('a.csv', '')).toContain('decode.empty-file');
  expect(await refusal('a.csv', '\r\n\r\n')).toContain('decode.no-table');
});

test('fixed widths count bytes of the source, and the rest of a line is kept', async () => {
  const line = (name: string, quantity: string) => Buffer.concat([gb(name), Buffer.alloc(12 - gb(name).length, 32), Buffer.from(quantity)]);
  const bytes = Buffer.concat([
    line('仁心药房', '   10'),
    Buffer.from('\r\n'),
    line('康福', '    5 备'.slice(0, 5)),
    Buffer.from('more\r\n'),
  ]);
  const [part] = await decodeParts('a.txt', bytes, { fixedWidths: [12, 5] });
  expect(part?.rows).toEqual([
    ['仁心药房', '10'],
    ['康福', '5', 'more'],
  ]);
  expect(part?.part.media).toBe('fixed');
});

test('rows come in batches', async () => {
  const events = await decodeEvents('a.csv', `a,b\n${'1,2\n'.repeat(100_000)}`);
  expect(Math.max(...events.map((event) => (event.type === 'rows' ? event.rows.length : 0)))).toBe(1000);
});

const cell = fc
  .string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', '药', '0', '=', '\t'), maxLength: 6 })
  .filter((text) => !/^=/.test(text));
const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 });

test('well-formed text is cut as csv-parse cuts it, wherever the chunks end', () => {
  fc.assert(
    fc.property(table, fc.integer({ min: 1, max: 9 }), fc.boolean(), (rows, size, always) => {
      const quote = (text: string) => (always || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
      const text = `${rows.map((row) => row.map(quote).join(',')).join('\n')}\n`;
      const got: string[][] = [];
      const splitter = new RecordSplitter(',', '\n', (_, cells) => got.push(cells));
      for (let at = 0; at < text.length; at += size) splitter.write(text.slice(at, at + size));
      splitter.end();
      expect(got).toEqual(parse(text, { recordDelimiter: '\n' }));
    }),
    { numRuns: 300 },
  );
});
