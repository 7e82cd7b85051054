import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import XLSX from 'xlsx';
import { daysFrom, flowRows, titles } from './flow-rows.js';

// Runs in a process of its own, so that making the files does not count as the hub's memory.
// argv: kind (load|small) folder senders files-per-sender rows-per-file [number of the first file]
const [kind, folder, senders, filesPerSender, rowsPerFile, firstFile = '0'] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string?,
];

for (let sender = 0; sender < Number(senders); sender++) {
  const home = join(folder, `b${String(sender).padStart(4, '0')}`);
  mkdirSync(home, { recursive: true });
  for (let file = Number(firstFile); file < Number(firstFile) + Number(filesPerSender); file++) {
    const index = sender * Number(filesPerSender) + file;
    const days = kind === 'load' ? daysFrom('2026-08-01', 90) : daysFrom('2026-11-01', file + 1).slice(-1);
    const rows = [[...titles], ...flowRows(index + 1, Number(rowsPerFile), days, sender + 1)];
    const format = kind === 'load' ? 'csv' : formatOf(index);
    const name = `销售流向_${String(file).padStart(2, '0')}.${format}`;
    writeFileSync(join(home, name), format === 'csv' ? csv(rows) : workbook(rows, format));
  }
}

// 70 % csv, 25 % xlsx, 5 % xls, spread evenly.
function formatOf(index: number): 'csv' | 'xlsx' | 'xls' {
  const place = (index * 7) % 20;
  if (place < 14) return 'csv';
  return place < 19 ? 'xlsx' : 'xls';
}

function csv(rows: readonly (readonly string[])[]): Buffer {
  return iconv.encode(`${rows.map((row) => row.join(',')).join('\r\n')}\r\n`, 'gb18030');
}

function workbook(rows: readonly (readonly string[])[], bookType: 'xlsx' | 'xls'): Buffer {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows.map((row) => [...row])), '销售');
  return XLSX.write(book, { type: 'buffer', bookType, compression: true }) as Buffer;
}
