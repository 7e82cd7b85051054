import type { Kind } from '../../model/kind.js';
import type { Row } from '../../model/row.js';
import { type Binding, bindColumns } from './bind-columns.js';
import type { CompiledLayout } from './compile-layout.js';

/** A header as read from one or two rows. `at` is the index of its first row among the rows searched. */
export interface Header {
  readonly at: number;
  readonly rows: readonly Row[];
  readonly titles: readonly string[];
  readonly binding: Binding;
}

interface FoundHeader {
  readonly header: Header;
  readonly fits: boolean;
}

/**
 * The first rows whose titles give every required field; without such, the nearest: the rows that give most fields, at least
 * two, so that a message can say what is missing. `fits` tells which of the two it is. Where a layout leaves the height open, two lines
 * are taken when they give more fields than one: titles merged over both lines stand in the upper one.
 */
export function findHeader(compiled: CompiledLayout, kind: Kind, rows: readonly Row[]): FoundHeader | null {
  const { rows: height } = compiled.layout.header;
  if (height !== 'auto') return findHeaderOf(height, compiled, kind, rows);
  const one = findHeaderOf(1, compiled, kind, rows);
  // Also with the upper line where the one line was found: a heading above it joins it to two lines as well, of fewer fields.
  const below = one ? findHeaderOf(2, compiled, kind, rows, one.header.at) : null;
  return better(better(one, findHeaderOf(2, compiled, kind, rows)), below);
}

/** The second only where it fits and the first does not, or gives more fields. */
function better(first: FoundHeader | null, second: FoundHeader | null): FoundHeader | null {
  if (!first || !second) return first ?? second;
  if (first.fits !== second.fits) return first.fits ? first : second;
  return fieldsOf(second) > fieldsOf(first) ? second : first;
}

const fieldsOf = ({ header }: FoundHeader): number => header.binding.fields.filter((field) => field !== null).length;

function findHeaderOf(height: 1 | 2, compiled: CompiledLayout, kind: Kind, rows: readonly Row[], from = 0): FoundHeader | null {
  const { search_rows: limit } = compiled.layout.header;
  let nearest: Header | null = null;
  let most = 1;
  for (let at = from; at + height <= rows.length && at < limit; at++) {
    const headerRows = rows.slice(at, at + height);
    if (headerRows[0]?.cells.every((cell) => cell === '')) continue;
    const titles = joinTitles(headerRows);
    const binding = bindColumns(compiled, kind, titles);
    const header: Header = { at, rows: headerRows, titles, binding };
    const found = binding.fields.filter((field) => field !== null).length;
    if (binding.missing.length === 0 && found > 0) return { header, fits: true };
    if (found > most) {
      most = found;
      nearest = header;
    }
  }
  return nearest && { header: nearest, fits: false };
}

/**
 * The title of each column. Of two lines, a group title reaches right over the empty cells beside it, as far as the second
 * line has titles, and is joined with `/`; a cell merged over both lines (second line empty) stands alone.
 */
export function joinTitles(rows: readonly Row[]): string[] {
  const [top, bottom] = rows.map((row) => row.cells.map((cell) => cell.replace(/\s+/gu, ' ').trim()));
  if (!top) return [];
  if (!bottom) return top;
  let group = '';
  return Array.from({ length: Math.max(top.length, bottom.length) }, (_, column) => {
    const above = top[column] ?? '';
    const below = bottom[column] ?? '';
    if (below === '') {
      group = '';
      return above;
    }
    if (above !== '') group = above;
    return group === '' || group === below ? below : `${group}/${below}`;
  });
}
