import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderMessage } from '../../model/message.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import { compileLayout, type MapContext } from './compile-layout.js';
import { createPartMapper, type MappedRow, type PartResult } from './create-part-mapper.js';
import { parseDictionary } from './dictionary.js';
import type { RowFate } from './map-outcome.js';
import { parseLayout } from './parse-layout.js';

const dictionary = parseDictionary(readFileSync('mappings/dictionary.yaml', 'utf8'), 'dictionary.yaml');
const plainSale = 'layout: plain\ntitle: 销售\nkind: sale\ndictionary: true\n';
const part = (over: Partial<PartStart> = {}): PartStart => ({
  path: '',
  fileName: 'x.csv',
  sheet: null,
  media: 'csv',
  encoding: null,
  ...over,
});
const context = (over: Partial<MapContext> = {}): MapContext => ({ fileName: 'x.csv', sentOn: '2026-03-10', constants: {}, ...over });
const rowsOf = (table: readonly (readonly string[])[]): Row[] => table.map((cells, index) => ({ rowNo: index + 1, cells }));
const tableOf = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split('|')
        .map((cell) => cell.trim()),
    );

function map(
  yaml: string | readonly string[],
  table: string | readonly (readonly string[])[],
  over: { part?: Partial<PartStart>; context?: Partial<MapContext> } = {},
) {
  const layouts = [yaml].flat().map((one) => compileLayout(parseLayout(one, 'test.yaml'), dictionary));
  const mapper = createPartMapper(layouts, part(over.part), context(over.context));
  const out: MappedRow[] = [];
  for (const row of rowsOf(typeof table === 'string' ? tableOf(table) : table)) out.push(...mapper.push([row]));
  const result = mapper.finish();
  out.push(...result.rows);
  out.sort(([left], [right]) => left.rowNo - right.rowNo);
  return {
    ...result,
    rows: out,
    fates: out.map(([, fate]) => told(fate)),
    lines: out.flatMap(([, fate]) => (fate.fate === 'line' ? [fate.line] : [])),
  };
}

const told = (fate: RowFate): string =>
  fate.fate === 'dropped'
    ? fate.rule
    : fate.fate === 'quarantined'
      ? fate.issues.map((issue) => `${issue.rule}@${issue.column}`).join(' ')
      : fate.fate;
const finding = (result: PartResult): string => result.findings.map(({ told: message }) => renderMessage(message, 'en')).join('\n');

test('a plain table becomes lines, its header and total are dropped by name', () => {
  const { fates, lines, mapped, statedTotals } = map(
    plainSale,
    `客户名称|销售日期|品名|规格|数量|单位|单价|金额|批号|有效期至
     甲医院|2026-03-01|某片|0.3g*30片|１０|盒|12.50|1,25.00|A1|2027-12
     乙药店|2026/3/2|某片|0.3g*30片|(2)|盒|12.5|-25|A1|2027-12-31
     合计||||8|||100||`.replace('1,25.00', '125.00'),
  );
  expect(fates).toEqual(['header', 'line', 'line', 'totals']);
  expect(lines.map((line) => [line.party?.name, line.businessDate, line.quantity, line.amount, line.expiry, line.isReturn])).toEqual([
    ['甲医院', '2026-03-01', '10', '125', '2027-12', false],
    ['乙药店', '2026-03-02', '-2', '-25', '2027-12-31', true],
  ]);
  expect(mapped?.headerRows).toEqual([1]);
  expect(statedTotals).toEqual([{ rowNo: 4, quantity: '8', amount: '100' }]);
});
