import type { Kind } from '../../model/kind.js';
import type { PartStart } from '../decode/decode-event.js';
import { isSpareField } from './fields.js';
import { normalizeTitle } from './normalize-title.js';
import type { ProposedColumn } from './proposal.js';
import type { ProposedConstant } from './propose-constants.js';

/** The proposal as YAML that a person can finish: every column is either loaded or named under `ignore`. */
export function writeLayout(proposal: {
  readonly part: PartStart;
  readonly kind: Kind;
  readonly height: 1 | 2;
  readonly columns: readonly ProposedColumn[];
  readonly constants: readonly ProposedConstant[];
  readonly missing: readonly string[];
  readonly usesCases: boolean;
}): string {
  const { part, kind, height, columns, constants, missing, usesCases } = proposal;
  const loaded = columns.filter(({ field }) => field !== null && !isSpareField(field, proposal.kind));
  const keys = columns.map(({ title }) => normalizeTitle(title));
  const loadedKeys = new Set(loaded.map(({ column }) => keys[column]));
  const ignored = new Set(columns.filter(({ column }) => keys[column] !== '' && !loadedKeys.has(keys[column])).map(({ title }) => title));
  const lines = [
    '# Proposed by huiliu layout suggest: check every line, give it a code and a title, then save it under mappings/.',
    'layout: proposed',
    `title: ${JSON.stringify(part.sheet || part.fileName || 'proposed')}`,
    `kind: ${kind}`,
    ...(height === 2 ? ['header: { rows: 2 }'] : []),
    'columns:',
    ...loaded.map(
      ({ column, title, field, confidence, evidence }) =>
        `  ${field}: ${JSON.stringify(numbered(title, column))} # ${confidence.toFixed(2)} ${evidence.join('; ')}`,
    ),
    ...columns.flatMap(({ column, evidence }) => (keys[column] === '' && evidence.length > 1 ? [`  # ${evidence.join('; ')}`] : [])),
    ...missing.map((field) => `  # ${field}: ??? required, and no column or title says it`),
    ...(constants.length > 0 ? ['constants:', ...constants.map(({ field, yaml, where }) => `  ${field}: ${yaml} # ${where}`)] : []),
    ...(usesCases ? ['units:', '  factors: { 件: { from: pack_size }, 箱: { from: pack_size } }'] : []),
    ...(ignored.size > 0 ? [`ignore: [${[...ignored].map((title) => JSON.stringify(title)).join(', ')}]`] : []),
  ];
  return `${lines.join('\n')}\n`;

  function numbered(title: string, column: number): string {
    const same = keys.flatMap((key, index) => (key === keys[column] ? [index] : []));
    return same.length > 1 ? `${title}#${same.indexOf(column) + 1}` : title;
  }
}
