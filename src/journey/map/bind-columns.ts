import type { Kind } from '../../model/kind.js';
import type { CompiledLayout } from './compile-layout.js';
import { fieldsBehind, isSpareField } from './fields.js';
import { normalizeTitle } from './normalize-title.js';

/** Which column gives which field, and what keeps the header from fitting. Column indexes are 0-based. */
export interface Binding {
  readonly fields: readonly (string | null)[];
  /** Required fields (or titles that rules look at) that no column gives. */
  readonly missing: readonly string[];
  /** Titled columns that the layout does not know at all. */
  readonly unknown: readonly number[];
  /** Titles that occur more than once although a field needs exactly one. */
  readonly repeated: readonly string[];
}

export function bindColumns(compiled: CompiledLayout, kind: Kind, titles: readonly string[]): Binding {
  const keys = titles.map(normalizeTitle);
  const lookup = columnsByKey(keys);
  const fields: (string | null)[] = titles.map(() => null);
  const repeated: string[] = [];
  const known = new Set<number>();

  for (const [field, listed] of compiled.listed) {
    for (const { key, nth } of listed) {
      const columns = lookup.get(key) ?? [];
      for (const column of columns) known.add(column);
      const column = columns[(nth ?? 1) - 1];
      if (column === undefined || isSpareField(field, kind) || fields.includes(field)) continue;
      if (nth === null && columns.length > 1) repeated.push(titles[column] ?? '');
      fields[column] = field;
    }
  }
  if (compiled.layout.dictionary) {
    for (const [field, column] of bestByDictionary(compiled, kind, keys, fields, known)) {
      if ((lookup.get(keys[column] ?? '') ?? []).length > 1) repeated.push(titles[column] ?? '');
      fields[column] = field;
    }
  }
  for (const key of compiled.knownTitles) for (const column of lookup.get(key) ?? []) known.add(column);

  const gives = (field: string): boolean => fields.includes(field) || compiled.layout.constants[field] !== undefined;
  return {
    fields,
    missing: [
      ...compiled.required(kind).filter((field) => !isGiven(kind, field, gives)),
      ...compiled.ruleTitles.filter((key) => !lookup.has(key)),
    ],
    unknown: keys.flatMap((key, column) => (key === '' || fields[column] != null || known.has(column) ? [] : [column])),
    repeated,
  };
}

/** One column may stand for a field in another form: name and spec together, cases and pack size instead of pieces, a name for a reference. */
function isGiven(kind: Kind, field: string, gives: (field: string) => boolean): boolean {
  if (gives(field) || fieldsBehind(kind, field).some(gives)) return true;
  if (field === 'product_name') return gives('name_and_spec');
  return field === 'quantity' && gives('case_quantity') && gives('pack_size');
}

/**
 * Columns by normalised title. A two-line title `top/bottom` is also found by its bottom alone, but only where no other column
 * ends in the same words.
 */
function columnsByKey(keys: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const found = columnsByText(keys);
  const bottoms = columnsByText(keys.map(bottomOf));
  for (const [bottom, columns] of bottoms) if (columns.length === 1 && !found.has(bottom)) found.set(bottom, columns);
  found.delete('');
  return found;
}

function columnsByText(texts: readonly string[]): Map<string, number[]> {
  const columns = new Map<string, number[]>();
  for (const [column, text] of texts.entries()) columns.set(text, [...(columns.get(text) ?? []), column]);
  return columns;
}

export const bottomOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** For every field that the layout does not list itself: the column whose title names it best. Adds what it recognises to `known`. */
function bestByDictionary(
  compiled: CompiledLayout,
  kind: Kind,
  keys: readonly string[],
  taken: readonly (string | null)[],
  known: Set<number>,
): ReadonlyMap<string, number> {
  const best = new Map<string, { column: number; rank: number }>();
  const bottoms = keys.map(bottomOf);
  for (const [column, key] of keys.entries()) {
    if (key === '' || taken[column] != null) continue;
    const bottom = bottoms[column] ?? '';
    const unique = bottoms.filter((one) => one === bottom).length === 1;
    const entry = compiled.dictionary.lookUp(kind, key) ?? (unique ? compiled.dictionary.lookUp(kind, bottom) : null);
    if (!entry) continue;
    const listedElsewhere = known.has(column);
    known.add(column);
    if (listedElsewhere || isSpareField(entry.field, kind) || compiled.listed.has(entry.field)) continue;
    const rival = best.get(entry.field);
    if (!rival || entry.rank < rival.rank) best.set(entry.field, { column, rank: entry.rank });
  }
  return new Map([...best].map(([field, { column }]) => [field, column]));
}
