import type { CellObject } from 'xlsx';
import { SSF } from 'xlsx';

/**
 * A text as it may stand in a workbook that other people open: what a spreadsheet program could take for a formula gets an
 * apostrophe in front. Plain numbers are left alone. `originalText` takes the apostrophe off again.
 */
export function safeText(text: string): string {
  return (looksLikeFormula.test(text) && !isNumber.test(text)) || guarded.test(text) ? `'${text}` : text;
}

function originalText(text: string): string {
  return guarded.test(text) ? text.slice(1) : text;
}

const looksLikeFormula = /^[=+\-@\t\r\n]/;
const guarded = /^'+[=+\-@\t\r\n]/;
const isNumber = /^-?\d+(\.\d+)?$/;

/** What a person typed into a cell: a number as its digits, a date as `yyyy-MM-dd`, '' for an empty or faulty cell. */
export function cellText(cell: CellObject | undefined): string {
  if (!cell || cell.v === undefined || cell.t === 'e') return '';
  if (cell.t !== 'n') return originalText(String(cell.v).trim());
  const isDate = typeof cell.z === 'string' && SSF.is_date(cell.z);
  if (!isDate) return Number(Number(cell.v).toPrecision(15)).toString();
  const { y, m, d } = SSF.parse_date_code(Number(cell.v)) as { y: number; m: number; d: number };
  return `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}
