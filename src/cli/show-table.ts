import { cutTo, textWidth } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Columns so marked give up width, in order, when the table is wider than the terminal. */
  readonly shrinks?: boolean;
}

const gap = '  ';
const least = 8;

/** A table as lines: titles, a rule, the rows; a rule before the last row when it sums up. */
export function showTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | number)[])[],
  { width, hasTotal = false }: { width: number; hasTotal?: boolean },
): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell.replace(/\s+/gu, ' '))),
  );
  const widths = columns.map(({ title }, at) => Math.max(textWidth(title), ...cells.map((row) => textWidth(row[at] ?? ''))));
  let excess = widths.reduce((sum, one) => sum + one + gap.length, -gap.length) - width;
  for (const [at, { shrinks }] of columns.entries()) {
    if (!shrinks || excess <= 0) continue;
    const given = Math.min(excess, Math.max(0, widths[at]! - least));
    widths[at]! -= given;
    excess -= given;
  }
  const line = (row: readonly string[]) =>
    columns
      .map(({ align }, at) => pad(cutTo(row[at] ?? '', widths[at]!), widths[at]!, align))
      .join(gap)
      .trimEnd();
  const rule = widths.map((one) => '─'.repeat(one)).join('──');
  const body = cells.map(line);
  if (hasTotal && body.length > 1) body.splice(-1, 0, rule);
  return [line(columns.map(({ title }) => title)), rule, ...body];
}

function pad(text: string, width: number, align: TableColumn['align']): string {
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'right' ? spaces + text : text + spaces;
}
