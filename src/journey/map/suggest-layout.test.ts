import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import { isSpareField } from './fields.js';
import { loadLayouts } from './load-layouts.js';
import { parseLayout } from './parse-layout.js';
import { suggestLayout } from './suggest-layout.js';

const { dictionary } = await loadLayouts('mappings');
const rowsOf = (text: string): Row[] =>
  text
    .trim()
    .split('\n')
    .map((line, index) => ({
      rowNo: index + 1,
      cells: line
        .trim()
        .split('|')
        .map((cell) => cell.trim()),
    }));
const suggest = (text: string, over: Partial<PartStart> = {}) =>
  suggestLayout(
    { path: '', fileName: 'x.xls', sheet: null, media: 'xls', encoding: null, ...over },
    rowsOf(text),
    dictionary,
    '2026-03-10',
  );
const fieldsOf = (proposal: ReturnType<typeof suggest>) => Object.fromEntries(proposal.columns.map(({ title, field }) => [title, field]));

test('an unknown sales file is proposed with evidence, and the proposal maps it', () => {
  const proposal = suggest(
    `某商业公司产品流向
     品名：某片 时间:2026年3月|
     出库日期|购货单位|采购渠道|销售数量（盒）|含税单价|价税合计|产品批号|失效期|F9
     2026-03-01|甲医院|A|10|12.5|125|A20260101|2027-12|国药准字H20050001
     2026-03-02|乙药店|A|2|12.5|25|A20260101|2027-12|国药准字H20050001
     2026-03-02|丙诊所|B|3|12.5|37.5|A20260102|2027-12|国药准字H20050001
     合计|||15|||||`,
  );
  expect(proposal).toMatchObject({ kind: 'sale', headerRows: [3], totalsRows: [7], missing: [] });
  expect(fieldsOf(proposal)).toEqual({
    出库日期: 'date',
    购货单位: 'party_name',
    采购渠道: null,
    '销售数量（盒）': 'quantity',
    含税单价: 'price',
    价税合计: 'amount',
    产品批号: 'lot',
    失效期: 'expiry',
    F9: 'approval_no',
  });
  expect(proposal.constants.map(({ field, value }) => [field, value])).toEqual([
    ['product_name', '某片'],
    ['unit', '盒'],
  ]);
  expect(proposal.columns[1]?.evidence.join()).toContain('购货单位');
  expect(parseLayout(proposal.yaml, 'proposal').ignore).toEqual(['采购渠道', 'F9']);
  expect(proposal.preview?.parts[0]?.counts).toEqual({ title: 2, header: 1, line: 3, totals: 1 });
  expect(proposal.preview?.parts[0]?.preview[0]?.fields).toMatchObject({
    product_name: '某片',
    unit: '盒',
    quantity: '10',
    party_name: '甲医院',
  });
});

test('a two-line header, a stock list without date and a purchase list are recognised', () => {
  const twoLines = suggest(
    '客户名称|日期|品名|销售||库存|\n|||数量|金额|数量|金额\n甲医院|2026-03-01|某片|1|10|5|50\n乙医院|2026-03-01|某片|1|10|5|50',
  );
  expect(twoLines).toMatchObject({ kind: 'sale', headerRows: [1, 2] });
  expect(fieldsOf(twoLines)['销售/数量']).toBe('quantity');
  const stock = suggest('品名|规格|批号|库存数量|有效期\n某片|0.3g*30片|A1|5|2027-01', { sheet: '库存' });
  expect(stock).toMatchObject({ kind: 'stock', missing: [] });
  expect(stock.yaml).toContain('date: { from: sent_on');
  expect(suggest('入库日期|供货单位|商品名称|规格|数量\n2026-03-01|某公司|某片|1g|5').kind).toBe('purchase');
  expect(suggest('终端编码|终端名称|省份|城市|地址\nT1|甲医院|某省|某市|某路').kind).toBe('terminal');
});

test('values that contradict a title weigh more than the title', () => {
  const proposal = suggest('日期|客户名称|品名|数量\n甲|甲医院|某片|5\n乙|乙医院|某片|5\n丙|丙医院|某片|5');
  expect(proposal.columns[0]?.confidence).toBeLessThan(0.35);
  expect(proposal.missing).toEqual(['date']);
  expect(proposal.yaml).toContain('# date: ???');
  expect(proposal.preview).toBeNull();
});

test('rows without anything like a header yield a proposal that says so, not a crash', () => {
  expect(suggest('1|2\n3|4').missing.length).toBeGreaterThan(0);
  expect(
    suggestLayout({ path: '', fileName: 'x', sheet: null, media: 'csv', encoding: null }, [], dictionary, '2026-03-10').columns,
  ).toEqual([]);
});

test('a column without a title is left out and told, and the proposal still maps the file', () => {
  const proposal = suggest(
    '日期|客户名称|品名|数量||*\n2026-03-01|甲医院|某片|5|盒|2026-03-01\n2026-03-02|乙院|某片|5|盒|x\n2026-03-03|丙院|某片|5|盒|y',
  );
  expect(proposal.columns.slice(4)).toMatchObject([
    { title: '', field: null, evidence: ['column 5 has no title to name it by', expect.stringContaining('would be unit')] },
    { title: '*', field: null },
  ]);
  expect(parseLayout(proposal.yaml, 'proposal').columns).toEqual({
    date: ['日期'],
    party_name: ['客户名称'],
    product_name: ['品名'],
    quantity: ['数量'],
  });
  expect(proposal.preview?.parts[0]?.counts).toMatchObject({ line: 3 });
});

test('whatever the titles, the proposal is a layout that can be read', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '*',
      '：',
      '数量',
      '数量#2',
      '日期',
      '品名',
      '客户',
      '盒',
      '2026-03-01',
      '5',
      '"',
      "'",
      '#',
      '\n',
      '\\',
      '{a: 1}',
      '- x',
      '\u0007',
      '合计',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const row = fc.array(cell, { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 6 }), cell, (rows, sheet) => {
      const part: PartStart = { path: sheet, fileName: sheet, sheet, media: 'xlsx', encoding: null };
      const proposal = suggestLayout(
        part,
        rows.map((cells, at) => ({ rowNo: at + 1, cells })),
        dictionary,
        '2026-03-10',
      );
      if (proposal.columns.some(({ field }) => field !== null && !isSpareField(field, proposal.kind)))
        parseLayout(proposal.yaml, 'proposal');
    }),
    { numRuns: 500 },
  );
});
