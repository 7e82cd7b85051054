import { grouped } from './grouped.js';
import { cutTo, foldTo, textWidth } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Columns so marked give up width when the table is wider than the terminal, the widest first. */
  readonly shrinks?: boolean;
  /** What does not fit goes on in the next line; without it, it is cut. */
  readonly wraps?: boolean;
}

const gap = '  ';
const least = 8;

/**
 * A table as lines: titles, a rule, the rows; a rule before the last row when it sums up. Numbers get thousands separators; ids
 * and row numbers are handed in as text. Control characters of a cell become spaces, so that a file cannot drive the terminal.
 */
export function showTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | number)[])[],
  { width, hasTotal = false }: { width: number; hasTotal?: boolean },
): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? grouped(cell) : cell.replace(/[\s\p{Cc}]+/gu, ' '))));
  const widths = columns.map(({ title }, at) => Math.max(textWidth(title), ...cells.map((row) => textWidth(row[at] ?? ''))));
  shrink(columns, widths, width);
  const line = (row: readonly string[]) =>
    columns
      .map(({ align }, at) => pad(cutTo(row[at] ?? '', widths[at]!), widths[at]!, align))
      .join(gap)
      .trimEnd();
  const linesOf = (row: readonly string[]): string[] => {
    const folded = columns.map(({ wraps }, at) => (wraps ? foldTo(row[at] ?? '', widths[at]!) : [row[at] ?? '']));
    return Array.from({ length: Math.max(...folded.map((one) => one.length)) }, (_, at) => line(folded.map((one) => one[at] ?? '')));
  };
  const rule = widths.map((one) => '─'.repeat(one)).join('──');
  const body = cells.map((row) => linesOf(row));
  if (hasTotal && body.length > 1) body.splice(-1, 0, [rule]);
  return [line(columns.map(({ title }) => title)), rule, ...body.flat()];
}

function shrink(columns: readonly TableColumn[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, one) => sum + one + gap.length, -gap.length) - width;
  while (excess-- > 0) {
    const candidates = widths.map((one, at) => (columns[at]?.shrinks && one > least ? one : 0));
    const widest = Math.max(...candidates);
    if (widest === 0) return;
    widths[candidates.lastIndexOf(widest)]! -= 1;
  }
}

function pad(text: string, width: number, align: TableColumn['align']): string {
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'right' ? spaces + text : text + spaces;
}
