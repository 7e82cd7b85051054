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

/** How many places a text takes in a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += isCombining.test(character) ? 0 : isWide.test(character) ? 2 : 1;
  return width;
}

// East Asian Wide and Fullwidth: Hangul, CJK signs and ideographs, kana, full-width forms, supplementary ideographs, emoji.
const isWide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const isCombining = /[\p{Mn}\p{Me}\p{Cf}]/u;

function shown(cell: string | number | null | undefined): string {
  return String(cell ?? '').replace(/[\p{Cc}]+/gu, ' ');
}

function pad(cell: string, width: number, toTheRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(cell)));
  return toTheRight ? space + cell : cell + space;
}
