import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, expect, test } from 'vitest';
import { createDeliverySpool } from '../src/db/delivery-spool.js';
import type { ByteLine, LineDoor } from '../src/journey/decode/byte-line.js';
import { decode, defaultDecodeLimits } from '../src/journey/decode/decode.js';
import type { DecodeHints } from '../src/journey/decode/decode-event.js';
import { compileLayout } from '../src/journey/map/compile-layout.js';
import { createPartMapper } from '../src/journey/map/create-part-mapper.js';
import { parseDictionary } from '../src/journey/map/dictionary.js';
import { parseLayout } from '../src/journey/map/parse-layout.js';
import { runDelivery } from '../src/journey/run-delivery.js';
import { HubError } from '../src/model/hub-error.js';

// Ordinary rows go from bytes to bytes, all others as text. Both ways must write the same spool, byte by byte, and say the same.
const folder = mkdtempSync(join(tmpdir(), 'huiliu-plain-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dictionary = parseDictionary(readFileSync('mappings/dictionary.yaml', 'utf8'), 'dictionary.yaml');
const titles = [
  '销售日期',
  '单据号',
  '客户编码',
  '客户名称',
  '客户地址',
  '商品编码',
  '品名',
  '规格',
  '批号',
  '有效期',
  '单位',
  '数量',
  '单价',
  '金额',
  '备注',
];
const ordinary = '2026-03-20,XS20260320001,C001,长沙市人民医院,解放路1号,P01,安平片,0.5g*24片,24A001,2028-05,盒,10,24.10,241.00,无'.split(
  ',',
);

async function read(name: string, bytes: Buffer, yaml: string, hints: DecodeHints, asBytes: boolean) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const spoolFolder = join(folder, asBytes ? 'bytes' : 'text');
  rmSync(spoolFolder, { recursive: true, force: true });
  mkdirSync(spoolFolder);
  const spool = createDeliverySpool(spoolFolder, { sender: 'D01', distributorId: 7, deliveryId: 5n });
  const layouts = [compileLayout(parseLayout(yaml, 'test.yaml'), dictionary)];
  let taken = 0;
  const shut: LineDoor = { take: null };
  const door: LineDoor = {
    get take() {
      const take = shut.take;
      return take && ((one: ByteLine) => take(one) && ++taken > 0);
    },
    set take(take) {
      shut.take = take;
    },
  };
  try {
    const output = await runDelivery(decode({ path, name }, hints, defaultDecodeLimits, asBytes ? door : undefined), spool, {
      name,
      sentOn: '2026-03-31',
      ids: { firstPartId: 100n, firstGenerationId: 500n, limit: 1000, partIds: {} },
      mapPart: (part) => createPartMapper(layouts, part, { fileName: name, sentOn: '2026-03-31', constants: {} }),
      ...(asBytes && { plain: { door, sink: spool } }),
    });
    const counts = spool.close();
    const files = Object.fromEntries(readdirSync(spoolFolder).map((file) => [file, readFileSync(join(spoolFolder, file), 'utf8')]));
    return { taken, said: { ...output, spentMs: null, counts, files } };
  } catch (error) {
    spool.close();
    if (!(error instanceof HubError)) throw error;
    return { taken, said: { fault: error.told } };
  }
}

async function bothWays(name: string, bytes: Buffer, yaml: string, hints: DecodeHints = {}): Promise<number> {
  const text = await read(name, bytes, yaml, hints, false);
  const plain = await read(name, bytes, yaml, hints, true);
  expect(plain.said).toEqual(text.said);
  expect(text.taken).toBe(0);
  return plain.taken;
}

const sale = 'layout: sale\ntitle: 销售\nkind: sale\ndictionary: true\n';
const layouts = [
  sale,
  `${sale}totals: { check: false }\ndocument: part\nrequired: [date, party_name, product_name, quantity, amount, lot, expiry]\n`,
  `${sale}drop:\n  samples: { field: product_name, equals: 样品 }\n  remarks: { column: 备注, matches: 作废 }\nsigns:\n  returns: [{ column: 备注, equals: 退货 }]\n  red_letter: [{ field: doc_no, matches: "^H" }]\n`,
  `${sale}units: { factors: { 件: 200, 盒: 1 }, others: quarantine }\ncodes: [lot]\nwindow_days: 30\n`,
  `${sale}fill_down: [date, party_name]\n`,
  `${sale}constants: { maker: 某厂, unit: 盒 }\ndates: { formats: [yyyy-M-d, yyyyMMdd, serial, yyyy-M] }\ntotals: { words: [总和] }\n`,
  `${sale.replace('kind: sale', 'kind: stock')}extra: allow\ncolumns: { date: 销售日期, quantity: 数量 }\n`,
];

const cells: readonly (readonly string[])[] = [
  [
    '2026-03-20',
    '2026/3/21',
    '20260322',
    '2026-03-20 10:11:12',
    '46101',
    '2026-02-30',
    '',
    '合计',
    '2031-01-01',
    '2020-01-01',
    ' 2026-03-19 ',
    '见附件',
    '1970-01-01',
    '销售日期',
    '２０２６-03-05',
  ],
  ['XS20260320002', 'H1', '', '1.5E+10', '12', 'NULL', 'XS\t1', 'a\\b', '单据一', 'x'.repeat(60), 'X'.repeat(120)],
  ['C1', '', '1E+5', '3.2E+9', 'NULL', '甲'],
  [
    '长沙市人民医院',
    '合计',
    '',
    '某某小计',
    'total',
    '  甲诊所 ',
    '甲\u3000诊所',
    '\u3000乙药店',
    '𠮷田医院',
    '客户名称',
    '制表人：李',
    '甲'.repeat(310),
    'a\\b医院',
    '无',
  ],
  ['解放路1号', '', '共3行', 'ｘｙ', '長'.repeat(60)],
  ['P01', '', '00012', '-'],
  ['安平片', '', '样品', '康宁胶囊', '合计', '品名', '总和', '"引号"', '片\u0007'],
  ['0.5g*24片', '', '10ml'],
  ['24A001', '', '-', '1', 'NULL', 'A'.repeat(101), '批1', '2.50'],
  ['2028-05', '', '-', '202805', '2028/5/6', '见包装', 'x', '2028-13'],
  ['盒', '', '件', '瓶', '支', '盒 '],
  [
    '10',
    '-3',
    '0',
    '007',
    '1,5',
    '-0',
    '.5',
    '5.',
    '1e3',
    '',
    '-',
    '12345678901234567890',
    '1.123456789',
    '2.50',
    '（3）',
    '１２',
    '若干',
    '¥5',
    '0.10',
    '99999999999999',
  ],
  ['24.10', '', '-', '无', 'x', '0.00', '-1.5'],
  ['241.00', '', '1,234.50', '-241', '-', 'x', '0.000', '12345678901234.5', '+5'],
  [
    '',
    '无',
    '作废',
    '退货',
    ' 退货',
    '备\u0000注',
    'tab\there',
    '"',
    'a"b',
    '"半开',
    'x'.repeat(1_200),
    '𠮷',
    '\\',
    'line\rhere',
    'emoji😀',
  ],
];
const messyCell = (column: number) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(ordinary[column]!) }, { weight: 1, arbitrary: fc.constantFrom(...cells[column]!) });
const messyRow = fc.tuple(...titles.map((_, column) => messyCell(column)));
const line = (delimiter: string) =>
  fc.oneof(
    { weight: 20, arbitrary: messyRow.map((row) => row.join(delimiter)) },
    { weight: 2, arbitrary: messyRow.map((row) => row.map((cell) => (/["\n]|^$/.test(cell) ? cell : `"${cell}"`)).join(delimiter)) },
    { weight: 1, arbitrary: messyRow.map((row) => row.with(14, '"两行\r\n备注"').join(delimiter)) },
    { weight: 1, arbitrary: messyRow.map((row) => row.slice(0, 9).join(delimiter)) },
    { weight: 1, arbitrary: messyRow.map((row) => [...row, '', '多'].join(delimiter)) },
    { weight: 1, arbitrary: messyRow.map((row) => [...row, ''].join(delimiter)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        delimiter.repeat(14),
        '合计',
        titles.join(delimiter),
        '备注：以上',
        `小计${delimiter.repeat(11)}20`,
        '\u001a',
        '  ',
        '以上数据仅供参考，请核对',
      ),
    },
  );
const file = fc.constantFrom(',', '\t', ';').chain((delimiter) =>
  fc.record({
    delimiter: fc.constant(delimiter),
    rows: fc.array(line(delimiter), { minLength: 20, maxLength: 60, size: 'max' }),
    lineEnd: fc.constantFrom('\r\n', '\n'),
    ending: fc.constantFrom('', '\n', '\r\n', '\u001a', '\r\n\u001a'),
    encoding: fc.constantFrom('gb18030', 'utf8'),
    mark: fc.boolean(),
    layout: fc.constantFrom(...layouts),
  }),
);

function bytesOf({
  delimiter,
  rows,
  lineEnd,
  ending,
  encoding,
  mark,
}: Omit<Parameters<Parameters<typeof file.map>[0]>[0], 'layout'>): Buffer {
  // As many rows as the search for the header and the first stretch of text take, so that what follows may go as bytes.
  const first = Array.from({ length: 260 }, (_, index) => ordinary.with(1, `XS${index}`).join(delimiter));
  const text = [titles.join(delimiter), ...first, ...rows, ...first.slice(0, 20)].join(lineEnd) + ending;
  return iconv.encode((mark ? '\uFEFF' : '') + text, encoding, { addBOM: false });
}

test('whatever a text file holds, reading bytes and reading text come to the same', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(file, async ({ layout, ...of }) => {
      taken += await bothWays('销售.csv', bytesOf(of), layout, { delimiter: of.delimiter });
    }),
    { numRuns: Number(process.env['HUILIU_RUNS'] ?? 60) },
  );
  expect(taken).toBeGreaterThan(1_000);
});

test('bytes that are no character are refused in the same words, wherever they stand', async () => {
  await fc.assert(
    fc.asyncProperty(
      file,
      fc.nat(),
      fc.constantFrom([0x81], [0xff], [0x80], [0x81, 0x30], [0xfe, 0xff, 0x30], [0]),
      async ({ layout, ...of }, at, bad) => {
        const bytes = bytesOf(of);
        const place = bytes.length - 1 - (at % Math.min(bytes.length - 1, 4_000));
        await bothWays('销售.csv', Buffer.concat([bytes.subarray(0, place), Buffer.from(bad), bytes.subarray(place)]), layout, {
          delimiter: of.delimiter,
        });
      },
    ),
    { numRuns: Number(process.env['HUILIU_RUNS'] ?? 60) },
  );
});

test('the ordinary rows of an ordinary file go as bytes, also where chunks cut lines', async () => {
  const rows = Array.from({ length: 6_000 }, (_, index) =>
    ordinary
      .with(1, `XS${index}`)
      .with(3, `长沙市第${index % 900}医院`)
      .join(','),
  );
  const bytes = iconv.encode(`${[titles.join(','), ...rows].join('\r\n')}\r\n`, 'gb18030');
  expect(bytes.length).toBeGreaterThan(2 * 256 * 1024);
  expect(await bothWays('销售.csv', bytes, sale)).toBeGreaterThan(5_700);
});
