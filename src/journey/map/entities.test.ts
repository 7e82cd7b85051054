import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allKinds, entityKinds } from '../../model/kind.js';
import type { ReferenceRecord } from '../../model/line.js';
import { renderMessage } from '../../model/message.js';
import { compileLayout } from './compile-layout.js';
import { createPartMapper } from './create-part-mapper.js';
import { parseDictionary } from './dictionary.js';
import { entityDefinitions } from './entity-definitions.js';
import type { RowFate } from './map-outcome.js';
import { parseLayout } from './parse-layout.js';
import { suggestLayout } from './suggest-layout.js';

const dictionary = parseDictionary(readFileSync('mappings/dictionary.yaml', 'utf8'), 'dictionary.yaml');

function mapRows(kind: string, rows: readonly (readonly string[])[], more = ''): RowFate[] {
  const layout = parseLayout(`{ layout: x, title: x, kind: ${kind}, dictionary: true${more} }`, 'x');
  const part = { path: '', fileName: 'x.xlsx', sheet: 'x', media: 'xlsx', encoding: null } as const;
  const mapper = createPartMapper([compileLayout(layout, dictionary)], part, { fileName: 'x.xlsx', sentOn: '2026-11-22', constants: {} });
  const settled = mapper.push(rows.map((cells, index) => ({ rowNo: index + 1, cells })));
  const { rows: late, findings } = mapper.finish();
  expect(findings.map(({ told }) => told)).toEqual([]);
  return [...settled, ...late].map(([, fate]) => fate).filter(({ fate }) => fate !== 'dropped');
}

const recordOf = (fate: RowFate | undefined): ReferenceRecord => {
  expect(fate).toMatchObject({ fate: 'reference' });
  return (fate as { record: ReferenceRecord }).record;
};
const rulesOf = (fate: RowFate | undefined): string[] => (fate?.fate === 'quarantined' ? fate.issues.map(({ rule }) => rule) : []);

test('every entity refers only to entities before it, or to itself', () => {
  for (const { entity, references } of entityDefinitions().values())
    for (const { to } of Object.values(references))
      expect(entityKinds.indexOf(to), entity).toBeLessThanOrEqual(entityKinds.indexOf(entity));
});

test.each(entityKinds)('the example row of %s maps without a fault or a remark', (kind) => {
  const { example, fields } = entityDefinitions().get(kind)!;
  const columns = Object.keys(example);
  const [fate] = mapRows(kind, [columns.map((field) => fields[field]!.zh), columns.map((field) => example[field]!)]);
  expect(recordOf(fate).remarks).toEqual([]);
  const isKeyOnly = kind === 'customer' || kind === 'product';
  expect(Object.keys(recordOf(fate).fields).toSorted()).toEqual(columns.filter((field) => field !== 'code' || !isKeyOnly).toSorted());
});

test('values of a customer are stored in one form, whatever the year and the hand', () => {
  const [fate] = mapRows('customer', [
    ['客户编码', '单位全称', '客户性质', '社会信用代码', '授信额度', '建档日期', '最后修改时间', '电话', '省'],
    ['C1', '甲医院', '医疗机构', ' 9135 0100m000100y43 ', '¥1,200.50', '2003年5月1日', '2019-3-5 14:30', '０２５－８３１０６６６６', '-'],
  ]);
  expect(recordOf(fate)).toEqual({
    kind: 'customer',
    code: 'C1',
    remarks: [],
    fields: {
      name: '甲医院',
      role: 'terminal',
      credit_code: '91350100M000100Y43',
      credit_limit: '1200.5',
      created_on: '2003-05-01',
      changed_at: '2019-03-05T14:30:00+08:00',
      phone: '025-83106666',
    },
  });
});

test('what a check minds is loaded with a remark, what cannot be read makes the row wait', () => {
  const [remarked, waiting] = mapRows(
    'customer',
    [
      ['客户名称', '统一社会信用代码', '信用额度', '客户类别', '手机'],
      ['甲医院', '91350100M000100Y44', '', '', ''],
      ['乙医院', '', '约五万', '不知道', ''],
    ].map((row) => row.slice(0, 4)),
  );
  expect(recordOf(remarked).remarks?.map(({ rule }) => rule)).toEqual(['master.credit-code-checksum']);
  expect(rulesOf(waiting)).toEqual(['master.choice', 'validate.number']);
});

test('a formula error is no value: text that is not needed is left out and told, anything else makes the row wait', () => {
  const [leftOut, needed, number, percent] = mapRows('customer', [
    ['客户编号', '客户名称', '地址', '信用额度', '建档日期'],
    ['A1', '甲医院', '#N/A', '', '二〇〇三年'],
    ['A2', '#REF!', '', '', ''],
    ['A3', '丙医院', '', '#DIV/0!', ''],
    ['#N/A', '丁医院', '', '', '########'],
  ]);
  expect(recordOf(leftOut)).toMatchObject({ fields: { name: '甲医院', created_on: '2003' } });
  expect(recordOf(leftOut).fields).not.toHaveProperty('address');
  expect(recordOf(leftOut).remarks?.map(({ rule }) => rule)).toEqual(['master.error-cell-left-out', 'master.partial-date']);
  expect([needed, number, percent].map(rulesOf)).toEqual([
    ['master.error-cell'],
    ['master.error-cell'],
    ['master.error-cell', 'master.error-cell'],
  ]);
});

test('a tax rate and a chance are shares, with or without a sign', () => {
  const rates = mapRows('product', [
    ['产品编号', '通用名', '税率'],
    ...['13', '13%', '0.13', '约13'].map((rate, at) => [`P${at}`, '某片', rate]),
  ]);
  expect(rates.slice(0, 3).map((fate) => recordOf(fate).fields['tax_rate'])).toEqual(['13', '13', '13']);
  expect(rulesOf(rates[3])).toEqual(['master.percent']);
});

test('what helps a row that waits is a new import: of replaying and of settings of flow layouts nothing is said', () => {
  const fates = [
    ...mapRows('customer', [
      ['客户名称', '信用额度', '客户类别', '建档日期'],
      ['', '约五万', '不知道', '不详'],
    ]),
    ...mapRows('terminal', [
      ['终端编码', '终端名称'],
      ['T2', ''],
    ]),
  ];
  const issues = fates.flatMap((fate) => (fate.fate === 'quarantined' ? fate.issues : []));
  expect(issues.map(({ rule }) => rule).toSorted()).toEqual([
    ...['master.choice', 'validate.date', 'validate.number', 'validate.required', 'validate.required'],
  ]);
  for (const { told } of issues) {
    expect(renderMessage(told)).toContain('重新导入');
    expect(renderMessage(told)).not.toMatch(/重放|dates\.formats|\{/u);
    expect(renderMessage(told, 'en')).toMatch(/import it again\.$/u);
  }
  const [flow] = mapRows('sale', [
    ['销售日期', '客户名称', '品名', '规格', '数量', '单位', '金额'],
    ['不详', '甲', '某片', '1g', '1', '盒', ''],
  ]);
  expect(flow?.fate === 'quarantined' && renderMessage(flow.issues[0]!.told)).toContain('dates.formats');
});

test('a row without its parent, and one that nothing tells from others, wait', () => {
  const [noParent] = mapRows('contact', [
    ['客户名称', '姓名'],
    ['', '张三'],
  ]);
  expect(rulesOf(noParent)).toEqual(['master.no-reference']);
  const [noKey] = mapRows('authorisation', [
    ['客户名称', '产品名称', '授权区域'],
    ['甲公司', '某胶囊', ''],
  ]);
  expect(rulesOf(noKey)).toEqual(['master.no-key']);
});

test('a row that its system calls void needs nothing but its key', () => {
  const [fate] = mapRows('contract', [
    ['合同号', '客户名称', '作废标志'],
    ['HT-1', '', '是'],
  ]);
  expect(recordOf(fate)).toMatchObject({ code: 'HT-1', fields: { is_void: 'true' } });
});

test('width and spaces around a code make no other key, in the record and in references to it; case and leading zeros do', () => {
  const records = mapRows('customer', [
    ['客户编码', '客户名称', '客户类别'],
    ['Ｅ００３', '甲医院', '医院'],
    ['　００１ ', '乙医院', '医院'],
    ['e003', '丙医院', '医院'],
    ['', '丁公司（集团）', '其他'],
    ['', '丁公司(集团)', '其他'],
  ]).map(recordOf);
  expect(records.map(({ code }) => code)).toEqual(['E003', '001', 'e003', '丁公司(集团)', '丁公司(集团)']);
  expect(records[3]?.fields['name']).toBe('丁公司（集团）');
  const [contract] = mapRows('contract', [
    ['合同编号', '客户编号', '原合同编号'],
    ['ＨＴ－１', 'Ｅ００３', 'ＨＴ－０'],
  ]).map(recordOf);
  expect(contract).toMatchObject({ code: 'HT-1', fields: { code: 'HT-1', customer_code: 'E003', renewal_of: 'HT-0' } });
});

test('the key of a row without a code is made of names, however they are spaced', () => {
  const fates = mapRows('contact', [
    ['客户名称', '姓名', '手机'],
    ['甲 医院', '张三', '13800000000'],
    ['甲医院', '张三', '１３８００００００００'],
    ['甲医院', '张三', ''],
  ]);
  expect(fates.map((fate) => recordOf(fate).code)).toEqual(['甲医院|张三|13800000000', '甲医院|张三|13800000000', '甲医院|张三']);
});

test('a header without a column for the parent does not fit, and the message names the titles that would do', () => {
  const layout = parseLayout('{ layout: x, title: x, kind: contact, dictionary: true }', 'x');
  const part = { path: '', fileName: 'x', sheet: 'x', media: 'xlsx', encoding: null } as const;
  const mapper = createPartMapper([compileLayout(layout, dictionary)], part, { fileName: 'x', sentOn: '2026-11-22', constants: {} });
  mapper.push([{ rowNo: 1, cells: ['姓名', '手机'] }]);
  const [finding] = mapper.finish().findings;
  expect(finding?.gate).toBe('map.missing-column');
  expect(String(finding?.told.values['columns'])).toContain('客户名称');
});

test.each([
  [
    '员工花名册',
    ['工号', '员工姓名', '所属部门', '入职时间', '手机号码'],
    ['E1', '张三', '销售部', '2003-04-01', '13800000000'],
    'employee',
  ],
  [
    '客户通讯录',
    ['单位', '姓名', '职务', '办公电话', '移动电话', '电子邮件'],
    ['甲医院', '张三', '主任', '025-83106666', '13800000000', 'a@b.cn'],
    'contact',
  ],
  [
    '合同台账',
    ['合同编码', '签约单位', '签订时间', '合同总额', '到期时间'],
    ['HT-1', '甲公司', '2005.3.1', '100000', '2006.2.28'],
    'contract',
  ],
  ['往来单位', ['单位编码', '单位全称', '纳税人识别号', '开户行', '银行帐号'], ['001', '甲公司', '123', '工行', '6222'], 'customer'],
  [
    '应收账款',
    ['单据号', '往来单位', '业务日期', '到期日', '金额', '余额'],
    ['Y1', '甲公司', '2026-1-1', '2026-3-1', '100', '100'],
    'receivable',
  ],
])('layout suggest finds the entity of %s', (sheet, titles, row, kind) => {
  const part = { path: '', fileName: 'old.xls', sheet, media: 'xls', encoding: null } as const;
  const proposal = suggestLayout(
    part,
    [titles, row, row, row].map((cells, index) => ({ rowNo: index + 1, cells: [...cells] })),
    dictionary,
    '2026-11-22',
  );
  expect(proposal.kind).toBe(kind);
  expect(proposal.missing).toEqual([]);
  expect(proposal.columns.every(({ field }) => field !== null)).toBe(true);
  expect(parseLayout(proposal.yaml, 'proposal').kind).toBe(kind);
});

test('every kind may be named by a layout', () => {
  for (const kind of allKinds) expect(parseLayout(`{ layout: x, title: x, kind: ${kind}, dictionary: true }`, 'x').kind).toBe(kind);
});
