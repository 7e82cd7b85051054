import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderMessage } from '../../model/message.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import { footTotals } from '../validate/gates.js';
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
const _finding = (result: PartResult): string => result.findings.map(({ told: message }) => renderMessage(message, 'en')).join('\n');

const finding = (result: PartResult): string => result.findings.map((one) => renderMessage(one.told, 'en')).join('\n');

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

test('every row has exactly one fate, whatever the table looks like', () => {
  const cell = fc.constantFrom(
    '',
    ' ',
    '2026-03-01',
    '甲医院',
    '某片',
    '12',
    '-3',
    '1.5%',
    '合计',
    '小计',
    '岳阳 小计',
    '制表人:张三',
    '客户名称',
    '销售日期',
    '数量',
    '品名',
    '1E+17',
    '说明',
  );
  const header = ['客户名称', '销售日期', '品名', '数量', '金额'];
  const table = fc.tuple(
    fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 3 }),
    fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 60 }),
  );
  fc.assert(
    fc.property(table, ([above, below]) => {
      const all = [...above, header, ...below];
      const { rows, summary, mapped } = map(plainSale, all);
      expect(mapped).not.toBeNull();
      expect(rows.map(([row]) => row.rowNo)).toEqual(all.map((_, index) => index + 1));
      const droppedRows = Object.values(summary.dropped).reduce<number>((sum, count) => sum + (count ?? 0), 0);
      expect(summary.lines + summary.quarantined + droppedRows).toBe(summary.rows);
    }),
  );
});

test('title rows, a two-line header, subtotals, a grand total and notes are told apart from data', () => {
  const { fates, lines, mapped } = map(
    `${plainSale}header: { rows: 2 }\ncolumns: { quantity: 销售/数量, amount: 销售/金额 }\nignore: [库存/数量, 库存/金额]\n`,
    `某商业公司三月流向||||||
     打印日期:2026-03-09||||||
     客户名称|日期|品名|销售||库存|
     |||数量|金额|数量|金额
     甲医院|2026-03-01|某片|1|10|5|50
     岳阳 小计|||1|10||
     ||||||
     乙医院|2026-03-02|某片|2|20|5|50
     客户名称|日期|品名|销售||库存|
     总 计：|||3|30||
     制表人：张三||审核:李四||||
     以上数据由系统导出；请核对||||||`,
  );
  expect(fates).toEqual([
    'title',
    'title',
    'header',
    'header',
    'line',
    'subtotal',
    'blank',
    'line',
    'repeated-header',
    'totals',
    'note',
    'note',
  ]);
  expect(lines.map((line) => [line.quantity, line.amount])).toEqual([
    ['1', '10'],
    ['2', '20'],
  ]);
  expect(mapped?.titles).toEqual(['客户名称', '日期', '品名', '销售/数量', '销售/金额', '库存/数量', '库存/金额']);
});

test('a customer whose name speaks of totals is data', () => {
  const { fates } = map(
    plainSale,
    `客户名称|日期|品名|数量
     总计大药房|2026-03-01|某片|1
     合计药店|2026-03-01|某片|1
     某某会计小计|2026-03-01|某片|1
     小计|2026-03-01||3
     某某会计小计|||3`,
  );
  expect(fates).toEqual(['header', 'line', 'line', 'line', 'subtotal', 'subtotal']);
});

test('a total in the date column, in the product column of a stock list, or behind a serial number is found', () => {
  expect(map(plainSale, '销售日期|客户名称|品名|数量\n2026-03-01|甲医院|某片|1\n合计|||1').fates).toEqual(['header', 'line', 'totals']);
  const stock = 'layout: s\ntitle: 库存\nkind: stock\ndictionary: true\nconstants: { date: { from: sent_on, days: -1 } }\n';
  const { fates, lines } = map(stock, '序号|品名|库存数量\n1|某片|5\n|合计:|5\n合计||5');
  expect(fates).toEqual(['header', 'line', 'totals', 'totals']);
  expect(lines[0]).toMatchObject({ kind: 'stock', party: null, businessDate: '2026-03-09' });
});

test('a lone text amid data waits for a person, a truncated last row too; a remark at the end is a note', () => {
  const table = '客户名称|日期|品名|数量\n甲医院|2026-03-01|某片|1\n';
  expect(map(plainSale, `${table}数据截至三月；以财务为准|||\n乙医院|2026-03-01|某片|1`).fates[2]).toMatch(/validate.required/u);
  expect(map(plainSale, `${table}合肥市第|||`).fates[2]).toMatch(/validate.required/u);
  expect(map(plainSale, `${table}数据截至三月；以财务为准|||`).fates[2]).toBe('note');
});

test('bad cells are all listed with the title the sender uses', () => {
  const { fates, rows } = map(
    plainSale,
    `客户名称|销售日期|品名|数量|单价|客户编码|有效期至
     甲医院|2026-13-01|某片|12盒|5%|3.30102E+17|36个月
     |1970-01-01||||001|
     甲医院|2026-03-11|某片|1|||
     甲医院|2024-03-11|某片|0|||`,
  );
  expect(fates).toEqual([
    'header',
    'validate.date@销售日期 validate.number@数量 validate.number@单价 validate.month-or-day@有效期至 validate.digits-lost@客户编码',
    'validate.required@销售日期 validate.required@品名 validate.required@客户名称 validate.required@数量',
    'validate.future@销售日期',
    'validate.window@销售日期',
  ]);
  const [, fate] = rows[1] ?? [];
  expect(fate?.fate === 'quarantined' && renderMessage(fate.issues[1]!.told)).toContain('“数量”的值“12盒”不是数字');
});

test('an 18-digit code and leading zeros stay as they are', () => {
  const { lines } = map(plainSale, '客户编码|客户名称|日期|品名|数量|批号\n330102198001010000|甲医院|20260301|某片|007|000123');
  expect(lines[0]).toMatchObject({ party: { code: '330102198001010000' }, quantity: '7', lot: '000123', businessDate: '2026-03-01' });
});

test('units give exact factors; cases take theirs from the pack size', () => {
  const yaml = `${plainSale}units: { factors: { 盒: 1, 板: 1/10, 件: { from: pack_size } }, others: quarantine }\n`;
  const { fates, rows } = map(
    yaml,
    '客户名称|日期|品名|数量|单位|件装量\n甲|20260301|某片|2|件|200盒/件\n甲|20260301|某片|5|板|\n甲|20260301|某片|5|桶|\n甲|20260301|某片|5|件|',
  );
  expect(fates.slice(3)).toEqual(['validate.unit@单位', 'validate.pack-size@件装量']);
  const factors = rows.slice(1, 3).map(([, fate]) => fate.fate === 'line' && [fate.line.factorNumerator, fate.line.factorDenominator]);
  expect(factors).toEqual([
    [200n, 1n],
    [1n, 10n],
  ]);
});

test('cases and loose pieces make the quantity where there is no other', () => {
  const { lines } = map(plainSale, '客户名称|日期|品名|件数|散件|件装量\n甲|20260301|某片|2|7|200\n甲|20260301|某片||7|200');
  expect(lines.map((line) => line.quantity)).toEqual(['407', '7']);
});

test('a return by document type turns its quantity negative once, and red letters are marked', () => {
  const yaml = `${plainSale}signs:\n  returns: [{ field: doc_type, equals: [销售退回] }]\n  red_letter: [{ column: 红字, equals: [是] }]\n`;
  const { lines } = map(
    yaml,
    '客户名称|日期|品名|数量|金额|单据类型|红字\n甲|20260301|某片|2|20|销售退回|否\n甲|20260301|某片|-2|-20|销售退回|是\n甲|20260301|某片|2|20|销售|',
  );
  expect(lines.map((line) => [line.quantity, line.amount, line.isReturn, line.isRedLetter])).toEqual([
    ['-2', '-20', true, false],
    ['-2', '-20', true, true],
    ['2', '20', false, false],
  ]);
});

test('constants come from title, sheet, file name, source or the layout itself, and fill empty cells', () => {
  const yaml = `${plainSale}constants:
  product_name: { from: title, match: '品名[:：]\\s*(?<value>\\S+)' }
  spec: { from: sheet, match: '^(?<value>.+)$' }
  date: { from: file_name, match: '(?<value>\\d{8})' }
  maker: { from: source, key: maker }
  unit: 盒\n`;
  const { lines, fates } = map(yaml, '品名：某片 规格|\n客户名称|数量|单位\n甲医院|3|\n乙医院|3|瓶', {
    part: { sheet: '0.3g*30片', fileName: '流向_20260305.xls' },
    context: { constants: { maker: '某药业' } },
  });
  expect(fates).toEqual(['title', 'header', 'line', 'line']);
  expect(lines[0]).toMatchObject({ product: { name: '某片', spec: '0.3g*30片', maker: '某药业' }, businessDate: '2026-03-05', unit: '盒' });
  expect(lines[1]?.unit).toBe('瓶');
  expect(
    finding(
      map(yaml, '客户名称|数量\n甲医院|3', { part: { sheet: 's', fileName: '20260305.xls' }, context: { constants: { maker: 'm' } } }),
    ),
  ).toContain('product_name');
});

test('cells merged downwards are filled by the layout, not by guess', () => {
  const table = '客户名称|日期|品名|数量\n甲医院|20260301|某片|1\n||某丸|2\n合计|||3\n乙医院|20260302|某片|1';
  expect(map(`${plainSale}fill_down: [party_name, date]\n`, table).lines.map((line) => line.party?.name)).toEqual([
    '甲医院',
    '甲医院',
    '乙医院',
  ]);
  expect(map(plainSale, table).fates[2]).toMatch(/validate.required/u);
});

test('rows are dropped by the named rules of the layout', () => {
  const yaml = `${plainSale}drop:\n  void: { column: 使用状态, equals: ['0', '1'] }\n  samples: { field: product_name, matches: ^样品 }\n`;
  const { fates } = map(yaml, '客户名称|日期|品名|数量|使用状态\n甲|20260301|某片|1|2\n甲|20260301|某片|1|0\n甲|20260301|样品A|1|2');
  expect(fates).toEqual(['header', 'line', 'layout:void', 'layout:samples']);
});

test('the kind follows the sheet name, or a column of each row', () => {
  const bySheet = `${plainSale.replace('kind: sale', "kind: { by: sheet, patterns: { sale: ['*销售*'], purchase: ['*采购*'] } }")}`;
  expect(map(bySheet, '供应商|日期|品名|数量\n某公司|20260301|某片|1', { part: { sheet: '3月采购明细' } }).mapped?.kind).toBe('purchase');
  expect(finding(map(bySheet, '日期|品名|数量\n20260301|某片|1', { part: { sheet: 'Sheet1' } }))).toContain('cannot tell');
  const byColumn = `${plainSale.replace('kind: sale', 'kind: { by: column, column: 类型, values: { sale: [销], purchase: [进] } }')}`;
  const { lines, fates } = map(
    byColumn,
    '类型|往来单位|日期|品名|数量\n销|甲|20260301|某片|1\n进|乙|20260301|某片|1\n退|乙|20260301|某片|1',
  );
  expect(lines.map((line) => [line.kind, line.party?.name])).toEqual([
    ['sale', '甲'],
    ['purchase', '乙'],
  ]);
  expect(fates[3]).toBe('map.unknown-row-kind@类型');
});

test('an unknown, a vanished and a repeated column hold the part and say which', () => {
  const data = '\n甲|20260301|某片|1|x';
  expect(finding(map(plainSale, `客户名称|日期|品名|数量|奇怪的列${data}`))).toContain('“奇怪的列”');
  expect(map(`${plainSale}extra: allow\n`, `客户名称|日期|品名|数量|奇怪的列${data}`).fates).toEqual(['header', 'line']);
  expect(map(`${plainSale}ignore: [奇怪的列]\n`, `客户名称|日期|品名|数量|奇怪的列${data}`).fates).toEqual(['header', 'line']);
  expect(finding(map(plainSale, `客户名称|日期|品名|备注${data}`))).toContain('quantity');
  expect(finding(map(plainSale, `客户名称|日期|品名|数量|数量${data}`))).toContain('“数量”');
  expect(map(`${plainSale}columns: { quantity: 数量#2 }\n`, '客户名称|日期|品名|数量|数量\n甲|20260301|某片|1|9').lines[0]?.quantity).toBe(
    '9',
  );
  const held = map(plainSale, '随便|什么\n1|2');
  expect(held).toMatchObject({ mapped: null, rows: [] });
  expect(held.findings[0]?.gate).toBe('map.unknown-header');
});

test('the first layout that is meant for the part and fits is taken', () => {
  const other = plainSale.replace('plain', 'other').replace('kind: sale', 'kind: purchase');
  const narrow = `${other}match: { file_name: ['采购*.XLS'] }\n`;
  const table = '客户名称|日期|品名|数量\n甲|20260301|某片|1';
  expect(map([narrow, plainSale], table).mapped?.layout).toBe('plain');
  expect(
    map([narrow, plainSale], '供应商|日期|品名|数量\n甲|20260301|某片|1', { part: { fileName: '采购（３月）.xls' } }).mapped?.layout,
  ).toBe('other');
  expect(finding(map(narrow, table))).toContain('none of the layouts');
});

test('a sheet of blank rows is no surprise, and a sheet that the layout skips is dropped by name', () => {
  expect(map(plainSale, [['', ' '], []])).toMatchObject({ mapped: null, findings: [], fates: ['blank', 'blank'] });
  expect(map(plainSale, [])).toMatchObject({ mapped: null, findings: [], rows: [] });
  expect(map(`${plainSale}skip_sheets: [说明*]\n`, '使用说明|\n1|2', { part: { sheet: '说明1' } }).fates).toEqual([
    'layout:skipped-sheet',
    'layout:skipped-sheet',
  ]);
});

test('a header below many blank rows is found', () => {
  const blank = Array.from({ length: 150 }, () => ['', '']);
  expect(map(plainSale, [...blank, ...tableOf('客户名称|日期|品名|数量\n甲|20260301|某片|1')]).lines).toHaveLength(1);
});

test('a total that adds up foots, one that does not is off, quarantined rows included', () => {
  const row = fc.record({
    quantity: fc.integer({ min: -999, max: 9_999 }),
    cents: fc.integer({ min: -99_999, max: 99_999 }),
    isBroken: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.integer({ min: -2, max: 2 }), fc.boolean(), (rows, off, isFirst) => {
      const data = rows.map(({ quantity, cents, isBroken }) => [
        isBroken ? '' : '甲医院',
        '2026-03-01',
        '某片',
        String(quantity),
        (cents / 100).toFixed(2),
      ]);
      const quantity = rows.reduce((sum, one) => sum + one.quantity, 0);
      const cents = rows.reduce((sum, one) => sum + one.cents, off);
      const total = ['合计', '', '', String(quantity), (cents / 100).toFixed(2)];
      const { summary } = map(plainSale, [
        ['客户名称', '日期', '品名', '数量', '金额'],
        ...(isFirst ? [total, ...data] : [...data, total]),
      ]);
      expect(summary.quarantined).toBe(rows.filter((one) => one.isBroken).length);
      expect(footTotals(summary).footing).toBe(off === 0 ? 'foots' : 'off');
    }),
    { examples: [[[{ quantity: 0, cents: -1, isBroken: false }], 1, true]] },
  );
});

test('an ordinary total of one section or of a page does not hide a wrong one', () => {
  const table = '客户名称|日期|品名|数量\n甲|20260301|某片|1\n合计|||1\n乙|20260301|某片|2\n合计|||';
  expect(footTotals(map(plainSale, `${table}2`).summary).footing).toBe('foots');
  expect(footTotals(map(plainSale, `${table}3`).summary).footing).toBe('foots');
  expect(footTotals(map(plainSale, `${table}4`).summary).footing).toBe('off');
});

test('a code that a number cell has rounded is not loaded; a column that proves to be text is trusted', () => {
  const table =
    '客户编码|客户名称|日期|品名|数量\n330102198001010000|甲|20260301|某片|1\n330102198001011234|乙|20260301|某片|1\n330102198001010000|甲|20260301|某片|1';
  expect(map(plainSale, table, { part: { media: 'xlsx' } }).fates).toEqual(['header', 'validate.digits-lost@客户编码', 'line', 'line']);
  expect(map(plainSale, table).fates).toEqual(['header', 'line', 'line', 'line']);
});

test('a row of a text file with more cells than titles is shifted and not trusted', () => {
  const table = '客户名称|日期|品名|数量\n甲|20260301|某片|1||\n甲|20260301|某|片|1';
  expect(map(plainSale, table).fates).toEqual(['header', 'line', 'validate.too-many-cells@']);
  expect(map(plainSale, table, { part: { media: 'xlsx' } }).fates[2]).toBe('validate.number@数量');
});

test('a line without date, product or quantity is impossible, whatever the layout requires', () => {
  const held = map(`${plainSale}required: [party_name]\n`, '客户名称|品名|数量\n甲|某片|1');
  expect(finding(held)).toContain('date (销售日期, 流向日期, 出库日期 …)');
});

test('the version follows the dictionary only where the layout uses it', () => {
  const other = parseDictionary(readFileSync('mappings/dictionary.yaml', 'utf8').replace('单据日期', '别的日期'), 'x');
  const alone = parseLayout('layout: x\ntitle: x\nkind: sale\ncolumns: { date: 日期 }\n', 'x');
  const plain = parseLayout(plainSale, 'x');
  expect(compileLayout(alone, other).version).toBe(compileLayout(alone, dictionary).version);
  expect(compileLayout(plain, other).version).not.toBe(compileLayout(plain, dictionary).version);
});

const autoCustomer = 'layout: auto\ntitle: 客户\nkind: customer\ndictionary: true\nheader: { rows: auto }\n';
const merged = `江南制药客户一览表
基本信息||联系方式||建档日期
客户编号|客户名称|电话|邮箱|
A1|甲医院|025-83106666|a@b.com|2003.5.1
小计||||
A2|乙医院||||此列无表头`;

test('where the height of the header is open, two lines are read when titles are merged over both, and one when one is enough', () => {
  const two = map(autoCustomer, merged, { part: { media: 'xlsx' } });
  expect(two.mapped).toMatchObject({ headerRows: [2, 3], fields: ['code', 'name', 'phone', 'email', 'created_on'] });
  expect(two.fates).toEqual(['title', 'header', 'header', 'reference', 'subtotal', 'reference']);
  const one = map(autoCustomer, '客户一览表\n客户编号|客户名称\nA1|甲医院');
  expect(one.mapped).toMatchObject({ headerRows: [2], fields: ['code', 'name'], untitled: [] });
});

test('two lines are read under a heading too, where the upper line alone would do', () => {
  const groups = '某公司客户档案\n客户编号|客户名称|所在地区||联系方式|\n||省份|城市|电话|传真\nM1|一医院|江苏省|南京市|025-83106666|';
  const { mapped } = map(autoCustomer, groups, { part: { media: 'xlsx' } });
  expect(mapped).toMatchObject({ headerRows: [2, 3], fields: ['code', 'name', 'province', 'city', 'phone', 'fax'] });
});

test('what stands under the header of another table is not read by the titles of the first, and told', () => {
  const rows = '客户编号|客户名称|电话\nV1|上医院|\n||\n联系人|手机|\n张三|13800000000|上医院\n客户编号|客户名称|电话\nV2|下医院|';
  const { fates } = map(autoCustomer, rows);
  expect(fates).toEqual(['header', 'reference', 'blank', 'map.second-table@', 'map.second-table@', 'repeated-header', 'reference']);
  const near = '客户编号|客户名称|电话\nV1|上医院|\n联系人|手机|客户名称\n张三|13800000000|上医院';
  expect(map(autoCustomer, near).fates).toEqual(['header', 'reference', 'map.second-table@', 'map.second-table@']);
  expect(map(autoCustomer, '客户编号|客户名称|电话\n电话|备注|\nV1|上医院|').fates).toEqual(['header', 'reference', 'reference']);
});

test('a totals row of a list is left out and holds nothing: only flow is added up', () => {
  const contracts = 'layout: c\ntitle: 合同\nkind: contract\ndictionary: true\n';
  const { fates, summary } = map(contracts, '合同编号|客户编号|金额\nH1|Z1|1000\nH2|Z1|-100\n合计||5');
  expect([fates, summary.checksTotals]).toEqual([['header', 'reference', 'reference', 'totals'], false]);
});

test('columns with values and no title are named', () => {
  expect(map(autoCustomer, merged).mapped?.untitled).toEqual([5]);
  expect(map(autoCustomer.replace('auto }', '1 }'), merged).mapped?.untitled).toEqual([4, 5]);
});

test('a sheet that the source does not want is left out by name', () => {
  const sheet = { sheet: '草稿 2' };
  const { fates, mapped, findings } = map(autoCustomer, '随手记\n明天打电话', { part: sheet, context: { skipSheets: ['草稿*'] } });
  expect([fates, mapped, findings]).toEqual([['layout:skipped-sheet', 'layout:skipped-sheet'], null, []]);
});

test('day numbers of a workbook that counts from 1904 are read so, with a format or without', () => {
  const { rows } = map(autoCustomer, '客户编号|客户名称|建档日期\nM1|甲医院|36280', { part: { media: 'xlsx', is1904: true } });
  expect(rows.at(-1)?.[1]).toMatchObject({ record: { fields: { created_on: '2003-05-01' } } });
});
