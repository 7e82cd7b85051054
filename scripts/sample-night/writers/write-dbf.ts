import iconv from 'iconv-lite';
import { isRecord, type Table } from '../table.js';

/**
 * A dBase III table in GBK (language driver 0x4D). dbffile can write one too, but stamps today's date into the header, and
 * our files are the same to the byte on any day.
 */
export function writeDbf({ columns, rows }: Table, [year, month, day]: readonly [number, number, number]): Buffer {
  // One letter per byte, so that lengths and padding count bytes.
  const records = rows
    .filter(({ role }) => isRecord(role))
    .map(({ cells }) => cells.map((cell) => iconv.encode(cell, 'gbk').toString('latin1')));
  const fields = columns.map(({ title, isNumeric, field }, index) => ({
    title,
    type: isNumeric ? 'N' : 'C',
    decimals: field === 'price' || field === 'amount' ? 2 : 0,
    length: Math.max(isNumeric ? 12 : 8, ...records.map((cells) => cells[index]!.length)),
  }));
  const recordLength = 1 + fields.reduce((sum, { length }) => sum + length, 0);
  const header = Buffer.alloc(32 + fields.length * 32 + 1);
  header.set([0x03, year - 1900, month, day]);
  header.writeUInt32LE(records.length, 4);
  header.writeUInt16LE(header.length, 8);
  header.writeUInt16LE(recordLength, 10);
  header[29] = 0x4d;
  for (const [index, { title, type, length, decimals }] of fields.entries()) {
    const at = 32 + index * 32;
    header.write(title, at, 'latin1');
    header.write(type, at + 11, 'latin1');
    header.set([length, decimals], at + 16);
  }
  header[header.length - 1] = 0x0d;

  const pad = (bytes: string, index: number): string => {
    const { type, length } = fields[index]!;
    return type === 'N' ? bytes.padStart(length) : bytes.padEnd(length);
  };
  return Buffer.concat([header, Buffer.from(`${records.map((cells) => ` ${cells.map(pad).join('')}`).join('')}\x1a`, 'latin1')]);
}
