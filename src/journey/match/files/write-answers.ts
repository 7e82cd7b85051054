import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Answered } from './answered.js';

const header = ['key', 'name', 'decision', 'terminal_id', 'terminal_name', 'probability', 'candidates', 'reasons', 'why_not_auto'] as const;
/** Excel opens no sheet with more rows; what is over goes to a second one. */
const sheetRows = 1_048_575;

/** One line per name, in the order asked, written as they come; csv (UTF-8 with BOM, so Excel reads it) or xlsx by the file's ending. */
export async function writeAnswers(path: string, batches: AsyncIterable<readonly Answered[]>): Promise<void> {
  if (extname(path).toLowerCase() === '.xlsx') return writeWorkbook(path, batches);
  const out = createWriteStream(path);
  out.write(`﻿${header.join(',')}\r\n`);
  for await (const batch of batches) {
    const text = batch.map((one) => `${cellsOf(one).map(quote).join(',')}\r\n`).join('');
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function writeWorkbook(path: string, batches: AsyncIterable<readonly Answered[]>): Promise<void> {
  const { default: excel } = await import('exceljs');
  const book = new excel.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: false, useStyles: false });
  let sheet = book.addWorksheet('matches');
  sheet.addRow([...header]).commit();
  let rows = 0;
  for await (const batch of batches) {
    for (const one of batch) {
      if (rows > 0 && rows % sheetRows === 0) {
        sheet.commit();
        sheet = book.addWorksheet(`matches ${rows / sheetRows + 1}`);
        sheet.addRow([...header]).commit();
      }
      sheet.addRow(cellsOf(one)).commit();
      rows++;
    }
    // Lets what is written reach the disk before more comes.
    await setImmediate();
  }
  sheet.commit();
  await book.commit();
}

function cellsOf(one: Answered): string[] {
  return [
    one.key,
    one.name,
    one.decision,
    one.terminalId ?? '',
    one.terminalId === null ? '' : one.terminalName,
    one.probability.toFixed(4),
    JSON.stringify(one.ranked.map(({ id, p }) => ({ id, p: Math.round(p * 10_000) / 10_000 }))),
    one.reasons.join('; '),
    one.whyNotAuto.join('; '),
  ];
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
