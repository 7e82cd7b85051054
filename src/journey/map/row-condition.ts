import { cleanCell } from './clean-cell.js';
import type { LayoutCondition } from './layout.js';
import { normalizeTitle } from './normalize-title.js';

export type RowTest = (cells: readonly string[]) => boolean;

/** Where the columns of a part are: its titles, and the field of each. */
export interface ColumnPlaces {
  readonly titles: readonly string[];
  readonly fields: readonly (string | null)[];
}

/** A rule of the layout as a test of rows. The header search has made sure that a column named by title exists. */
export function compileCondition(condition: LayoutCondition, places: ColumnPlaces, constants: Readonly<Record<string, string>>): RowTest {
  const column = conditionColumn(condition, places);
  const constant = condition.field === undefined ? '' : (constants[condition.field] ?? '');
  const values = condition.equals && new Set(condition.equals.map(plainValue));
  const pattern = condition.matches === undefined ? null : new RegExp(condition.matches, 'u');
  const known = new Map<string, boolean>();
  return (cells) => {
    const cell = cells[column] ?? constant;
    let holds = known.get(cell);
    if (holds === undefined) {
      const text = cleanCell(cell);
      holds = Boolean(values?.has(plainValue(text)) || pattern?.test(text));
      if (known.size >= 1_000) known.clear();
      known.set(cell, holds);
    }
    return holds;
  };
}

/** The only column whose cell the rule looks at; -1 when there is none, and the constant of its field decides. */
export function conditionColumn(condition: LayoutCondition, places: ColumnPlaces): number {
  return condition.field === undefined
    ? places.titles.findIndex((title) => normalizeTitle(title) === normalizeTitle(condition.column ?? ''))
    : places.fields.indexOf(condition.field);
}

const plainValue = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
