import iconv from 'iconv-lite';
import type { CellField } from '../cell-text.js';
import type { Table } from '../table.js';

/** Column widths in bytes of GB18030, the same for every file of the sender. */
const widths: Partial<Record<CellField, number>> = {
  date: 10, docNo: 18, partyCode: 10, party: 96, productCode: 12, product: 32, spec: 32, lot: 14, expiry: 10, qty: 12, unit: 8, price: 12, amount: 16,
};

export const fixedWidthsOf = ({ columns }: Pick<Table, 'columns'>): number[] => columns.map(({ field }) => widths[field]!);

/** Fixed-width GB18030 text: text to the left, numbers to the right of their column. */
export function writeFixed(table: Table): Buffer {
  const sizes = fixedWidthsOf(table);
  const pad = (cell: string, index: number): Buffer => {
    const bytes = iconv.encode(cell, 'gb18030');
    const room = sizes[index]! - bytes.length;
    if (room < 0) throw new RangeError(`"${cell}" does not fit into ${sizes[index]} bytes`);
    const blanks = Buffer.alloc(room, ' ');
    return Buffer.concat(table.columns[index]!.isNumeric ? [blanks, bytes] : [bytes, blanks]);
  };
  return Buffer.concat(table.rows.flatMap(({ cells }) => [...cells.map(pad), Buffer.from('\r\n')]));
}
