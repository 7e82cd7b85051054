import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { safeText } from '../model/safe-text.js';

/** A table that is written row by row; `close` returns once it is on the disk. */
export interface TableWriter {
  write(rows: readonly (readonly string[])[]): Promise<void>;
  close(): Promise<void>;
}

/** UTF-8 with BOM and CRLF, so that Excel reads it; what looks like a formula gets an apostrophe in front. */
export function createCsvWriter(path: string, columns: readonly string[]): TableWriter {
  const out = createWriteStream(path, { flags: 'wx' });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  const write = async (text: string) => {
    if (!out.write(text)) await Promise.race([once(out, 'drain'), failed]);
  };
  out.write(`\ufeff${lineOf(columns)}`);
  return {
    write: (rows) => write(rows.map((row) => lineOf(row.map(safeText))).join('')),
    async close() {
      out.end();
      await Promise.race([once(out, 'finish'), failed]);
    },
  };
}

/** Excel opens no sheet with more rows; what is over goes to further sheets. Every cell is text. */
const sheetRows = 1_048_575;

export async function createSheetWriter(path: string, name: string, columns: readonly string[]): Promise<TableWriter> {
  const { default: excel } = await import('exceljs');
  const book = new excel.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: false, useStyles: false });
  let sheet = open(1);
  let count = 0;
  function open(place: number) {
    const opened = book.addWorksheet(place === 1 ? name : `${name} ${place}`);
    opened.addRow([...columns]).commit();
    return opened;
  }
  return {
    async write(rows) {
      for (const row of rows) {
        if (count > 0 && count % sheetRows === 0) {
          sheet.commit();
          sheet = open(count / sheetRows + 1);
        }
        sheet.addRow(row.map(safeText)).commit();
        count += 1;
      }
      await new Promise((next) => setImmediate(next));
    },
    async close() {
      sheet.commit();
      await book.commit();
    },
  };
}

/** Size and SHA-256 of a file as it lies on the disk. */
export async function measureFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
