import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import XLSX from 'xlsx';
import { decode, defaultDecodeLimits } from '../src/journey/decode/decode.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { daysFrom, flowRows, titles } from './flow-rows.js';
import { round } from './measure-night.js';
import { scratchFolder } from './scratch-folder.js';

/** One workbook of 100,000 rows read to the last cell, against inflating its parts; processor time of this process, best of three, interleaved. */
export async function benchXlsx({ scale, say }: BenchOptions): Promise<BenchResult> {
  const folder = scratchFolder('xlsx');
  try {
    const path = join(folder, 'sales.xlsx');
    const count = Math.round(100_000 * scale);
    const rows = [[...titles], ...flowRows(1, count, daysFrom('2026-08-01', 90))].map((cells) => cells.map(asExcelWould));
    const book = XLSX.utils.book_new();
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), '销售');
    writeFileSync(path, XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true, bookSST: true }) as Buffer);
    say(`${count} rows, ${Math.round(statSync(path).size / 1024)} KB`);
    let inflating = Infinity;
    let reading = Infinity;
    let read = 0;
    for (let time = 0; time < 3; time++) {
      inflating = Math.min(inflating, await processorSeconds(() => inflateAll(readFileSync(path))));
      reading = Math.min(
        reading,
        await processorSeconds(async () => {
          read = 0;
          for await (const event of decode({ path, name: 'sales.xlsx' }, {}, defaultDecodeLimits))
            if (event.type === 'rows') read += event.rows.length;
        }),
      );
    }
    return {
      bench: 'xlsx',
      ratio: round(reading / inflating),
      rowsPerSecond: Math.round(read / reading),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      seconds: round(reading),
      inflatingSeconds: round(inflating),
      rows: read,
      files: readdirSync(folder).length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function processorSeconds(work: () => unknown): Promise<number> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000_000;
}

const number = /^-?(?:0|[1-9]\d{0,9})(?:\.\d+)?$/;
function asExcelWould(cell: string): string | number {
  return number.test(cell) ? Number(cell) : cell;
}

/** Every member of a zip archive, by its central directory. */
function inflateAll(zip: Buffer): number {
  let end = zip.length - 22;
  while (zip.readUInt32LE(end) !== 0x06054b50) end--;
  let at = zip.readUInt32LE(end + 16);
  let bytes = 0;
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [size, nameLength, extraLength, commentLength] = [
      zip.readUInt32LE(at + 20),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const member = zip.subarray(data, data + size);
    bytes += zip.readUInt16LE(at + 10) === 0 ? member.length : inflateRawSync(member).length;
    at += 46 + nameLength + extraLength + commentLength;
  }
  return bytes;
}
