import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import excel from 'exceljs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkLayout } from '../../../journey/map/check-layout.js';
import { entityDefinitions } from '../../../journey/map/entity-definitions.js';
import { loadLayouts } from '../../../journey/map/load-layouts.js';
import { readParts } from '../../read-parts.js';
import { makeTemplate } from './template-workbook.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'template-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { layouts, dictionary } = await loadLayouts('mappings');
const all = [...entityDefinitions().values()];

test.each(['history-template', 'history-plain'])('the sheets of %s are those of the entities', (code) => {
  const { kind } = layouts.get(code)!;
  expect((kind as { patterns: object }).patterns).toEqual(Object.fromEntries(all.map(({ entity, sheets }) => [entity, sheets])));
});

test('every sheet of the template is read as its entity; the example is left out, a row filled in is loaded', async () => {
  const book = makeTemplate(all);
  for (const { zh, example, fields } of all)
    book.getWorksheet(zh)!.addRow(['', ...Object.keys(fields).map((field) => (example[field] ?? '').replaceAll('示例', '真实'))]);
  const file = join(folder, 'x.xlsx');
  await book.xlsx.writeFile(file);
  const { parts } = await readParts(file, { rowLimit: 100 });
  const checked = checkLayout(layouts.get('history-template')!, dictionary, parts, {
    fileName: 'x.xlsx',
    sentOn: '2026-11-22',
    constants: {},
  });
  const bySheet = new Map(checked.parts.map((part) => [part.part, part]));
  expect(checked.parts.flatMap(({ findings, part }) => findings.map(({ told }) => [part, told]))).toEqual([]);
  for (const { entity, zh } of all) {
    const part = [...bySheet.values()].find(({ mapped, part: path }) => mapped?.kind === entity && path.includes(zh));
    expect(part?.issues, zh).toEqual([]);
    expect(part?.counts, zh).toEqual({ header: 1, 'layout:example': 1, reference: 1 });
  }
});

test('choices are offered as lists, and a workbook program finds them on the hidden sheet', async () => {
  const file = join(folder, 'x.xlsx');
  await makeTemplate(all).xlsx.writeFile(file);
  const book = await new excel.Workbook().xlsx.readFile(file);
  const customers = book.getWorksheet('客户资料')!;
  const titles = (customers.getRow(1).values as string[]).slice(1);
  const role = customers.getCell(3, titles.indexOf('客户类别') + 1).dataValidation;
  expect(role.type).toBe('list');
  const [, column] = /^选项!\$([A-Z]+)\$2:\$\1\$5$/u.exec(role.formulae[0]!)!;
  expect(['终端', '商业', '供应商', '其他']).toEqual(
    [2, 3, 4, 5].map((row) => book.getWorksheet('选项')!.getCell(`${column}${row}`).value),
  );
  expect(JSON.stringify(customers.getCell(1, 3).note)).toContain('必填');
});
