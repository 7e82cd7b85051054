import { expect, test } from 'vitest';
import { loadLayouts } from './load-layouts.js';
import { layoutVersion, parseLayout } from './parse-layout.js';

const complaint = (yaml: string): string => {
  try {
    parseLayout(yaml, 'x.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('all mistakes are reported together, with line and path', () => {
  const told = complaint(`layout: Bad Code
title: x
kind: sale
columns:
  datum: 日期
  quantity: []
units:
  factors: { 盒: 0, 板: 1/0 }
dates: { formats: [yyyy-MM-dd] }
drop:
  void: { field: doc_type }
constants:
  lot: { from: title, match: '(' }
surprise: 1
`);
  expect(told).toContain('x.yaml');
  for (const place of [
    'line 1, layout',
    'line 6, columns.quantity',
    'units.factors.盒',
    'units.factors.板',
    'line 9, dates.formats[0]',
    'line 11, drop.void',
    'constants.lot',
    'surprise',
  ])
    expect(told).toContain(place);
});

test('a field that the kind does not have is refused', () => {
  expect(complaint('layout: x\ntitle: x\nkind: sale\ncolumns: { datum: 日期, date: 日期 }\nfill_down: [party]\n')).toMatch(
    /line 4, columns.datum.*"datum".*fill_down\[0\].*"party"/su,
  );
  expect(complaint('layout: x\ntitle: x\nkind: terminal\ncolumns: { quantity: 数量 }\n')).toContain('"quantity"');
  expect(complaint('layout: x\ntitle: x\nkind: sale\n')).toContain('dictionary: true');
  expect(complaint('layout: x\ntitle: x\nkind: sale\ncolumns: {a: b\n')).toContain('line');
  expect(complaint('layout: x\nlayout: y\ntitle: x\nkind: sale\ndictionary: true\n')).toContain('line 2');
});

test('the version follows the meaning, not the spelling', () => {
  const one = parseLayout('layout: x\ntitle: t\nkind: sale\ncolumns: { date: 日期, quantity: 数量 }\n', 'a');
  const same = parseLayout('# remark\ntitle: t\nkind: sale\nlayout: x\ncolumns:\n  quantity: [数量]\n  date: 日期\nextra: hold\n', 'b');
  const other = parseLayout('layout: x\ntitle: t\nkind: sale\ncolumns: { date: 日期, quantity: 件数 }\n', 'c');
  expect(layoutVersion(one)).toMatch(/^[0-9a-f]{64}$/u);
  expect(layoutVersion(same)).toBe(layoutVersion(one));
  expect(layoutVersion(other)).not.toBe(layoutVersion(one));
});

test('the mappings we ship are well-formed', async () => {
  const { layouts, dictionary } = await loadLayouts('mappings');
  expect([...layouts.keys()]).toEqual(expect.arrayContaining(['reference-distributors', 'reference-products', 'reference-terminals']));
  expect(dictionary.lookUp('sale', '客户')?.field).toBe('party_name');
  expect(dictionary.lookUp('purchase', '客户')?.field).toBe('other_party');
  expect(dictionary.lookUp('purchase', '供货单位')?.field).toBe('party_name');
  expect(dictionary.lookUp('sale', '数量(盒)')?.field).toBe('quantity');
  expect(dictionary.lookUp('sale', '金额(万元)')).toBeNull();
});
