import type { CellObject } from 'xlsx';
import { SSF } from 'xlsx';
import { originalText } from '../model/safe-text.js';

/** What a person typed into a cell: a number as its digits, a date as `yyyy-MM-dd`, '' for an empty or faulty cell. */
export function cellText(cell: CellObject | undefined): string {
  if (!cell || cell.v === undefined || cell.t === 'e') return '';
  if (cell.t !== 'n') return originalText(String(cell.v).trim());
  const isDate = typeof cell.z === 'string' && SSF.is_date(cell.z);
  if (!isDate) return Number(Number(cell.v).toPrecision(15)).toString();
  const { y, m, d } = SSF.parse_date_code(Number(cell.v)) as { y: number; m: number; d: number };
  return `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}
