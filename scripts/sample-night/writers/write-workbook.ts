import * as XLSX from 'xlsx';
import { isRecord, type RowRole, type Table } from '../table.js';

/** How a date column is kept: as text, as a bare serial number, or as a number with a date format. */
export interface WorkbookOptions {
  readonly type: 'xlsx' | 'biff8';
  readonly dates?: 'serial' | 'formatted';
}

/** The date format a Chinese Excel gives by itself. Without a table of our own SheetJS writes the formats of earlier workbooks too. */
const dateFormat = 'm/d/yy';
const formats = { 0: 'General', 14: dateFormat };

/** One workbook with a sheet per table. Numbers are number cells, codes are text; titles and group titles are merged. */
export function writeWorkbook(tables: readonly Table[], { type, dates }: WorkbookOptions): Buffer {
  const book = Object.assign(XLSX.utils.book_new(), { SSF: formats });
  for (const table of tables) XLSX.utils.book_append_sheet(book, sheetOf(table, dates), table.name);
  return XLSX.write(book, { type: 'buffer', bookType: type, compression: true, bookSST: true }) as Buffer;
}

function sheetOf({ columns, rows }: Table, dates: WorkbookOptions['dates']): XLSX.WorkSheet {
  const isData = (role: RowRole): boolean => isRecord(role) || role === 'subtotal' || role === 'totals';
  const cells = rows.map(({ role, cells: texts }) =>
    texts.map((text, index): XLSX.CellObject | null => {
      if (text === '') return null;
      const column = columns[index]!;
      const isDate = column.field === 'date' && dates !== undefined && /^\d{5}$/.test(text);
      if (isData(role) && isDate) return { t: 'n', v: Number(text), ...(dates === 'formatted' && { z: dateFormat }) };
      if (isData(role) && column.isNumeric && /^-?\d+(\.\d+)?$/.test(text)) return { t: 'n', v: Number(text) };
      return { t: 's', v: text };
    }),
  );
  const sheet = XLSX.utils.aoa_to_sheet(cells, { dense: true });
  sheet['!merges'] = mergesOf({ columns, rows });
  return sheet;
}

function mergesOf({ columns, rows }: Pick<Table, 'columns' | 'rows'>): XLSX.Range[] {
  const last = columns.length - 1;
  const titles = rows.flatMap(({ role }, r) => (role === 'title' ? [{ s: { r, c: 0 }, e: { r, c: last } }] : []));
  const top = rows.findIndex(({ role }) => role === 'header');
  if (rows[top + 1]?.role !== 'header') return titles;
  const groups = columns.flatMap(({ group }, c) => {
    if (group === '') return [{ s: { r: top, c }, e: { r: top + 1, c } }];
    if (columns[c - 1]?.group === group) return [];
    const width = columns.slice(c).findIndex((column) => column.group !== group);
    return [{ s: { r: top, c }, e: { r: top, c: width < 0 ? last : c + width - 1 } }];
  });
  return [...titles, ...groups];
}
