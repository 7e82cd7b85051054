import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { compileLayout } from './compile-layout.js';
import { createPartMapper } from './create-part-mapper.js';
import { loadLayouts } from './load-layouts.js';

/** The measuring data lies beside the repository, or beside the folder of its work trees. */
const data = ['../shared/data', '../../shared/data'].map((folder) => resolve(folder)).find((folder) => existsSync(folder)) ?? '';
if (data === '') console.info('skipped: the real lists, data not present');
const { layouts, dictionary } = await loadLayouts('mappings');

function mapList(code: string, table: readonly (readonly string[])[]) {
  const part = { path: '', fileName: 'list.csv', sheet: null, media: 'csv', encoding: null } as const;
  const mapper = createPartMapper([compileLayout(layouts.get(code)!, dictionary)], part, {
    fileName: 'list.csv',
    sentOn: '2026-03-10',
    constants: {},
  });
  const rows = mapper.push(table.map((cells, index) => ({ rowNo: index + 1, cells })));
  const result = mapper.finish();
  return { ...result, rows: [...rows, ...result.rows] };
}

test.skipIf(data === '').each([
  ['reference-terminals', 'terminals_master.csv', 46_068],
  ['reference-products', 'products.csv', 3_400],
])('every row of a real list becomes a record: %s', (code, file, records) => {
  const { summary, findings, rows } = mapList(
    code,
    parse(readFileSync(`${data}/${file}`, 'utf8'), { relaxColumnCount: true, bom: true }) as string[][],
  );
  expect(findings).toEqual([]);
  expect(rows.filter(([, fate]) => fate.fate === 'quarantined')).toEqual([]);
  expect(summary).toMatchObject({ lines: records, quarantined: 0, dropped: { header: 1 } });
});

test('the lists may have Chinese titles, title rows and an ignored serial number', () => {
  const { rows, mapped } = mapList('reference-terminals', [
    ['终端主数据', '', '', '', ''],
    ['序号', '终端编码', '终端名称', '终端类型', '省份'],
    ['1', 'T1', '某某医院', '医院', '某省'],
    ['2', 'T2', '', '医院', ''],
    ['3', 'Ｔ００３', '某某诊所', '诊所', ''],
  ]);
  expect(mapped?.kind).toBe('terminal');
  expect(rows[2]?.[1]).toEqual({
    fate: 'reference',
    record: { kind: 'terminal', code: 'T1', fields: { name: '某某医院', type: '医院', province: '某省' } },
  });
  expect(rows[4]?.[1]).toMatchObject({ record: { code: 'T003' } });
  expect(rows[3]?.[1]).toMatchObject({ fate: 'quarantined', issues: [{ rule: 'validate.required', column: '终端名称' }] });
  expect(
    mapList('reference-distributors', [
      ['商业编码', '商业名称', '级别'],
      ['D1', '某公司', '一级'],
    ]).rows[1]?.[1],
  ).toMatchObject({ record: { fields: { tier: '一级' } } });
});
