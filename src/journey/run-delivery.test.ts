import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import JSZip from 'jszip';
import { afterAll, expect, test } from 'vitest';
import type { FlowLine } from '../model/line.js';
import { decode, defaultDecodeLimits } from './decode/decode.js';
import type { DeliveryOutput, RowSink } from './load/delivery-output.js';
import { compileLayout } from './map/compile-layout.js';
import { createPartMapper } from './map/create-part-mapper.js';
import { parseDictionary } from './map/dictionary.js';
import { parseLayout } from './map/parse-layout.js';
import { runDelivery } from './run-delivery.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-run-delivery-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dictionary = parseDictionary(readFileSync('mappings/dictionary.yaml', 'utf8'), 'dictionary.yaml');
const sale = 'layout: plain-sale\ntitle: 销售\nkind: sale\ndictionary: true\ntotals: { check: false }\n';
const samples = `${sale}drop:\n  samples: { field: product_name, equals: 样品 }\n`;

interface Read {
  readonly output: DeliveryOutput;
  readonly lines: { generation: bigint; part: bigint; rowNo: number; line: FlowLine }[];
  readonly quarantined: { part: bigint; rowNo: number; cells: readonly string[] }[];
}

/** A file through real decode and map into memory. */
async function read(name: string, bytes: string | Buffer, yaml = sale, partIds: Record<string, string> = {}, limit = 1000): Promise<Read> {
  const path = join(folder, 'delivery');
  writeFileSync(path, bytes);
  const layouts = [compileLayout(parseLayout(yaml, 'test.yaml'), dictionary)];
  const lines: Read['lines'] = [];
  const quarantined: Read['quarantined'] = [];
  const sink: RowSink = {
    line: (generation, part, rowNo, line) => lines.push({ generation, part, rowNo, line }),
    reference: () => undefined,
    quarantined: (part, row) => quarantined.push({ part, rowNo: row.rowNo, cells: row.cells }),
  };
  const output = await runDelivery(decode({ path, name }, {}, defaultDecodeLimits), sink, {
    name,
    sentOn: '2026-03-31',
    ids: { firstPartId: 100n, firstGenerationId: 500n, limit, partIds },
    mapPart: (part) => createPartMapper(layouts, part, { fileName: name, sentOn: '2026-03-31', constants: {} }),
  });
  return { output, lines, quarantined };
}

const titles = '销售日期,客户名称,品名,规格,数量,单位,金额';
const csv = (rows: readonly (readonly string[])[]): string => `${[titles, ...rows.map((cells) => cells.join(','))].join('\n')}\n`;

test('every decoded row has exactly one fate, whatever the table says (I1)', async () => {
  const cell = fc.constantFrom('', ' ', '甲医院', '合计', '小计', '2026-03-20', '20260399', '1', '-2.50', 'x', '备注：无', '样品', '某片');
  const row = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant('2026-03-20'), cell, cell, cell, fc.constantFrom('1', '-2', 'x', ''), cell, cell) },
    { weight: 2, arbitrary: fc.tuple(cell, cell, cell, cell, cell, cell, cell) },
    { weight: 1, arbitrary: fc.constant(titles.split(',')) },
    { weight: 1, arbitrary: fc.constant(['', '', '', '', '', '', '']) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
      const { output, lines, quarantined } = await read('销售.csv', csv(rows), samples);
      if (output.findings.some(({ gate }) => gate.startsWith('map.'))) return;
      expect(output.parts).toHaveLength(1);
      for (const { counts } of output.parts) {
        const dropped = Object.values(counts.dropped);
        const droppedRows = dropped.flatMap(({ ranges }) =>
          ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at)),
        );
        expect(droppedRows.length).toBe(dropped.reduce((sum, { count }) => sum + count, 0));
        expect(counts.decoded).toBe(counts.loaded + counts.quarantined + droppedRows.length);
        expect([lines.length, quarantined.length]).toEqual([counts.loaded, counts.quarantined]);
        const fated = [...lines.map(({ rowNo }) => rowNo), ...quarantined.map(({ rowNo }) => rowNo), ...droppedRows];
        expect(new Set(fated).size).toBe(counts.decoded);
        // An empty line of a text file may be skipped by the decoder; nothing else may.
        const written = [titles.split(','), ...rows].flatMap((cells, at) => (cells.every((one) => one.trim() === '') ? [] : [at + 1]));
        expect(written.filter((rowNo) => !fated.includes(rowNo))).toEqual([]);
      }
      expect(output.generations.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(lines.length);
    }),
    { numRuns: 150 },
  );
});

test('quarantined rows keep their cells as sent', async () => {
  const { quarantined } = await read(
    '销售.csv',
    csv([
      ['2026-03-20', '甲', '某片', '', '十', '盒', ''],
      ['2026-03-20', '甲', '某片', '', '1', '盒', ''],
    ]),
  );
  expect(quarantined).toEqual([{ part: 100n, rowNo: 2, cells: ['2026-03-20', '甲', '某片', '', '十', '盒', ''] }]);
});

test('each member of an archive is a part of its own; parts that were there before keep their ids', async () => {
  const zip = new JSZip();
  zip.file('一.csv', csv([['2026-03-20', '甲', '某片', '', '1', '盒', '']]));
  zip.file(
    '二.csv',
    csv([
      ['2026-03-20', '乙', '某片', '', '2', '盒', ''],
      ['2026-03-21', '乙', '某片', '', '3', '盒', ''],
    ]),
  );
  const bytes = await zip.generateAsync({ type: 'nodebuffer' });
  const first = await read('三月.zip', bytes);
  expect(first.output.parts.map(({ id, start, counts }) => [id, start.path, counts.loaded])).toEqual([
    ['100', '三月.zip/一.csv', 1],
    ['101', '三月.zip/二.csv', 2],
  ]);
  expect(first.output.generations.map(({ id, businessDate, rowCount }) => [id, businessDate, rowCount])).toEqual([
    ['500', '2026-03-20', 2],
    ['501', '2026-03-21', 1],
  ]);
  const again = await read('三月.zip', bytes, sale, { '三月.zip/二.csv': '7' });
  expect(again.output.parts.map(({ id }) => id)).toEqual(['100', '7']);
  expect(again.lines.map(({ part }) => part)).toEqual([100n, 7n, 7n]);
});

test('a part that fits no layout holds the delivery with a reason, beside parts that do', async () => {
  const zip = new JSZip();
  zip.file('一.csv', csv([['2026-03-20', '甲', '某片', '', '1', '盒', '']]));
  zip.file('二.csv', '姓名,年龄\n张三,30\n李四,40\n');
  const { output } = await read('三月.zip', await zip.generateAsync({ type: 'nodebuffer' }));
  expect(output.findings.map(({ part }) => part)).toEqual(['三月.zip/二.csv']);
});

test('a table without a single line is held as empty', async () => {
  const { output } = await read('销售.csv', csv([['', '', '', '', '', '', '']]));
  expect(output.findings.map(({ gate }) => gate)).toEqual(['validate.empty']);
});

test('a delivery mostly dated outside the window of its layout is held as the wrong period; single lines go to quarantine', async () => {
  const row = (day: string) => [day, '甲', '某片', '', '1', '盒', ''];
  const narrow = `${sale}window_days: 40\n`;
  const wrong = await read('销售.csv', csv([row('2025-03-01'), row('2025-03-02'), row('2026-03-30')]), narrow);
  expect(wrong.output.findings).toMatchObject([
    { gate: 'validate.period', told: { values: { rows: 3, outside: 2, from: '2026-02-19', to: '2026-04-01', example: '2025-03-01' } } },
  ]);
  const slip = await read('销售.csv', csv([row('2025-03-01'), row('2026-03-29'), row('2026-03-30')]), narrow);
  expect(slip.output.findings).toEqual([]);
  expect(slip.quarantined.map(({ rowNo }) => rowNo)).toEqual([2]);
  expect((await read('销售.csv', csv([row('2025-03-01'), row('2025-03-02'), row('2026-03-30')]))).output.findings).toEqual([]);
});

test('more parts than ids are reserved for are the fault of the file', async () => {
  const zip = new JSZip();
  for (const name of ['一', '二', '三']) zip.file(`${name}.csv`, csv([['2026-03-20', '甲', '某片', '', '1', '盒', '']]));
  await expect(read('三月.zip', await zip.generateAsync({ type: 'nodebuffer' }), sale, {}, 2)).rejects.toMatchObject({
    errorClass: 'source-data',
    told: { code: 'hub.too-many-parts' },
  });
});
