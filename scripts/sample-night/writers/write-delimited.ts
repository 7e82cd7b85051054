import iconv from 'iconv-lite';
import type { Table } from '../table.js';

/** Comma or tab separated text with CRLF, quoted where needed, as Windows programs write it. */
export function writeDelimited({ rows }: Table, delimiter: ',' | '\t', encoding: 'gb18030' | 'utf-8-bom'): Buffer {
  const quoted = (cell: string): string => (/["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const text = rows.map(({ cells }) => `${cells.map(quoted).join(delimiter)}\r\n`).join('');
  return encoding === 'gb18030' ? iconv.encode(text, 'gb18030') : iconv.encode(text, 'utf-8', { addBOM: true });
}
