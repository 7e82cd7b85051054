import { entityKinds } from '../../model/kind.js';
import type { Dictionary } from './dictionary.js';
import { normalizeTitle } from './normalize-title.js';

/**
 * Tells a row of a list that is the header of another table: all it has are titles of one entity, at least three of them, or two after an
 * empty row. Cheap for the usual row, whose first cell is no title.
 */
export function createOtherHeaderTest({ lookUp }: Dictionary): (cells: readonly string[], isAfterBlank: boolean) => boolean {
  return (cells, isAfterBlank) => {
    const first = cells.find((cell) => cell !== '');
    if (first === undefined || first.length > 12 || /\d/u.test(first)) return false;
    const titles = new Set(cells.filter((cell) => cell.trim() !== '').map(normalizeTitle));
    if (titles.size < (isAfterBlank ? 2 : 3)) return false;
    return entityKinds.some((kind) => [...titles].every((title) => lookUp(kind, title) !== null));
  };
}
