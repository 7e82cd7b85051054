import iconv from 'iconv-lite';
import type { CellField } from '../cell-text.js';
import type { Table } from '../table.js';

/** Column widths in bytes of GB18030, the same for every file of the sender. */
const widths: Partial<Record<CellField, number>> = {
  date: 10,
  docNo: 18,
  partyCode: 10,
  party: 96,
  productCode: 12,
  product: 32,
  spec: 32,
  lot: 14,
  expiry: 10,
  qty: 12,
  unit: 8,
  price: 12,
  amount: 16,
};

export const fixedWidthsOf = ({ columns }: Pick<Table, 'columns'>): number[] => columns.map(({ field }) => widths[field]!);

/** Fixed-width GB18030 text: text to the left, numbers to the right of their column. */
export function writeFixed(table: Table): Buffer {
  const sizes = fixedWidthsOf(table);
  // One letter per byte, so that padding counts bytes.
  const pad = (cell: string, index: number): string => {
    const bytes = iconv.encode(cell, 'gb18030').toString('latin1');
    const size = sizes[index]!;
    if (bytes.length > size) throw new RangeError(`"${cell}" does not fit into ${size} bytes`);
    return table.columns[index]!.isNumeric ? bytes.padStart(size) : bytes.padEnd(size);
  };
  return Buffer.from(table.rows.map(({ cells }) => `${cells.map(pad).join('')}\r\n`).join(''), 'latin1');
}
