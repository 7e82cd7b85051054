import { textWidth } from './text-width.js';

/**
 * Lines of a plain table for a terminal: columns as wide as their widest cell, two spaces apart; a CJK character takes two
 * places. Columns named in `right` are set to the right. Control characters of a cell become spaces.
 */
export function table(
  titles: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  right: readonly number[] = [],
): string[] {
  const cells = [titles, ...rows].map((row) => titles.map((_, column) => shown(row[column])));
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => textWidth(row[column] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, right.includes(column)))
      .join('  ')
      .trimEnd(),
  );
}

function shown(cell: string | number | null | undefined): string {
  return String(cell ?? '').replace(/[\p{Cc}]+/gu, ' ');
}

function pad(cell: string, width: number, toTheRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(cell)));
  return toTheRight ? space + cell : cell + space;
}
