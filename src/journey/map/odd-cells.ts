import { cleanCell } from './clean-cell.js';
import type { Header } from './find-header.js';
import type { Layout } from './layout.js';
import { compileCondition, conditionColumn } from './row-condition.js';
import { createTotalsWord } from './totals-word.js';

type IsOdd = (text: string) => boolean;

/**
 * By column: what makes a single cell a reason to look at its whole row. It may belong to a totals row or a repeated header, or lack
 * what is required, or a rule of the layout (drop, return, red letter) holds for it. Null when a rule holds whatever the cells say.
 */
export function oddCells(of: {
  readonly layout: Layout;
  readonly header: Header;
  readonly constants: Readonly<Record<string, string>>;
  readonly required: readonly string[];
}): ReadonlyMap<number, readonly IsOdd[]> | null {
  const { layout, header, constants } = of;
  const { fields } = header.binding;
  const odd = new Map<number, IsOdd[]>();
  const add = (column: number, isOdd: IsOdd): void => void odd.set(column, [...(odd.get(column) ?? []), isOdd]);
  const columnsOf = (names: readonly string[]) => names.map((field) => fields.indexOf(field)).filter((column) => column >= 0);

  const keys = columnsOf(['date', 'product_name', 'name_and_spec', 'party_name']);
  const totalsWord = createTotalsWord(layout.totals.words);
  for (const column of keys) add(column, (text) => text === '' || totalsWord(text) !== null);
  const firstKey = keys[0] ?? 0;
  const titles = header.rows.map((row) => (row.cells[firstKey] ?? '').trim());
  add(firstKey, (text) => titles.includes(text.trim()));
  for (const column of columnsOf(of.required.filter((field) => !numbers.has(field)))) add(column, (text) => cleanCell(text) === '');
  for (const rule of [...Object.values(layout.drop), ...layout.signs.returns, ...layout.signs.red_letter]) {
    const places = { titles: header.titles, fields };
    const column = conditionColumn(rule, places);
    const holds = compileCondition(rule, places, constants);
    const cells: string[] = [];
    if (column >= 0) {
      add(column, (text) => {
        cells[column] = text;
        return holds(cells);
      });
    } else if (holds(cells)) return null;
  }
  return odd;
}

/** Read as numbers in every row anyway. */
const numbers = new Set(['quantity', 'price', 'amount']);
