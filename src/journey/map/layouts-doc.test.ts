import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EntityDefinition } from '../../master/entity-definition.js';
import { flowKinds, type Kind, referenceKinds } from '../../model/kind.js';
import { compileLayout } from './compile-layout.js';
import { createPartMapper } from './create-part-mapper.js';
import { entityDefinitions } from './entity-definitions.js';
import { fieldsOf, flowFields, spareFields } from './fields.js';
import { loadLayouts } from './load-layouts.js';
import { parseLayout } from './parse-layout.js';

const doc = readFileSync('docs/layouts.md', 'utf8');
const { dictionary } = await loadLayouts('mappings');

test('the table of fields in docs/layouts.md is what the code and the dictionary say', () => {
  const titles = (kind: Kind, field: string): string =>
    [...dictionary.entries(kind).values()]
      .filter((entry) => entry.field === field)
      .slice(0, 3)
      .map((entry) => entry.title)
      .join(' ');
  const flow = flowFields.map((field) => `| \`${field}\` | ${flowKinds.map((kind) => titles(kind, field)).join(' | ')} |`);
  const reference = referenceKinds
    .filter((kind) => kind !== 'product')
    .map(
      (kind) =>
        `| ${kind} | ${fieldsOf(kind)
          .map((field) => `\`${field}\` ${titles(kind, field).split(' ')[0]}`)
          .join(', ')} |`,
    );
  const table = [
    '| field | sale | purchase | stock |',
    '|---|---|---|---|',
    ...flow,
    '',
    '| list | fields |',
    '|---|---|',
    ...reference,
    '',
    '| entity | fields (a star: needed) |',
    '|---|---|',
    ...[...entityDefinitions().values()].map(entityRow),
  ].join('\n');
  expect(doc).toContain(`test.ts -->\n${table}\n<!-- /fields -->`);
  expect(doc).toContain(`${spareFields.map((field) => `\`${field}\``).join(', ')}.`);
});

function entityRow({ entity, zh, fields, references }: EntityDefinition): string {
  const common = new Set(['changed_at', 'is_void', 'owner', 'created_on', 'remark']);
  const behind = Object.values(references).flatMap(({ required, code, name }) => (required ? [code, name] : []));
  const own = Object.entries(fields).filter(([field]) => !common.has(field));
  return `| \`${entity}\` ${zh} | ${own.map(([field, { zh: title, required }]) => `\`${field}\` ${title}${required || behind.includes(field) ? '*' : ''}`).join(', ')} |`;
}

test('the worked example of docs/layouts.md does what the page says', () => {
  const yaml = /```yaml\n(?<yaml>layout: yueyang[\s\S]+?)```/u.exec(doc)?.groups?.['yaml'] ?? '';
  const table = (/\|---\|---\|---\|---\|---\|---\|---\|---\|\n(?<rows>(?:\|.*\n)+)/u.exec(doc)?.groups?.['rows'] ?? '').trim().split('\n');
  const rows = table.map((line, index) => ({
    rowNo: index + 1,
    cells: line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  }));
  const part = { path: '', fileName: '岳阳_20260305.xls', sheet: '销售', media: 'xls', encoding: null } as const;
  const mapper = createPartMapper([compileLayout(parseLayout(yaml, 'doc'), dictionary)], part, {
    fileName: part.fileName,
    sentOn: '2026-03-06',
    constants: {},
  });
  const settled = mapper.push(rows);
  const result = mapper.finish();
  const fates = [...settled, ...result.rows].map(([, fate]) => fate);
  expect(result.findings).toEqual([]);
  expect(fates.map((fate) => (fate.fate === 'dropped' ? fate.rule : fate.fate))).toEqual([
    'title',
    'title',
    'header',
    'header',
    'line',
    'line',
    'totals',
    'note',
  ]);
  expect(fates[4]).toMatchObject({
    line: { product: { name: '某片' }, quantity: '2', unit: '件', factorNumerator: 200n, factorDenominator: 1n },
  });
  expect(fates[5]).toMatchObject({ line: { quantity: '-3', isReturn: true, unit: '盒' } });
  expect(result.summary.sums.quantity).toBe('5');
});
