import type { Writable } from 'node:stream';
import type { Worksheet } from 'exceljs';
import type { Database } from '../../../db/database.js';
import { type RowResult, readRowResults } from '../../../db/master/read-row-results.js';
import { decode, defaultDecodeLimits } from '../../../journey/decode/decode.js';
import type { DecodeHints } from '../../../journey/decode/decode-event.js';
import { renderMessage } from '../../../model/message.js';
import type { Row } from '../../../model/row.js';
import { safeText } from '../../../model/safe-text.js';
import { openNew } from '../../save-file.js';
import type { Text } from '../../text.js';

interface ResultOrder {
  /** The stored bytes, and what the person called the file. */
  readonly file: { readonly path: string; readonly name: string };
  readonly deliveryId: string;
  readonly hints: DecodeHints;
  readonly out: string;
}

/**
 * The rows of a file as they came, each with what became of it and why in two more columns. Read and written as a stream: a sheet of a
 * million rows takes no more memory than one of a thousand. What a spreadsheet program could take for a formula is text.
 */
export async function writeResult(database: Database, order: ResultOrder, text: Text): Promise<Record<string, number>> {
  const file = await openNew(order.out, { force: true });
  const stream = file.createWriteStream();
  // The writer of workbooks waits for ever for a stream that broke.
  const broken = new Promise<never>((_, reject) => stream.once('error', reject));
  return await Promise.race([writeRows(database, order, stream, text), broken]);
}

async function writeRows(database: Database, order: ResultOrder, stream: Writable, text: Text): Promise<Record<string, number>> {
  const parts = await database('ledger.part')
    .where({ delivery_id: order.deliveryId })
    .select('id', 'path', 'sheet', 'titles', 'header_rows');
  const partOf = new Map<string, StoredPart>(parts.map((part: StoredPart) => [part.path, part]));
  const { default: excel } = await import('exceljs');
  const book = new excel.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: false });
  const counts: Record<string, number> = {};
  const names = new Set<string>();
  let part: StoredPart | undefined;
  let sheet: Worksheet | null = null;
  for await (const event of decode(order.file, order.hints, defaultDecodeLimits)) {
    if (event.type === 'part') {
      part = partOf.get(event.part.path);
      sheet = book.addWorksheet(sheetName(event.part.sheet ?? event.part.fileName, names));
    } else if (event.type === 'rows' && sheet && event.rows.length > 0) {
      const [first, last] = [event.rows[0]!.rowNo, event.rows.at(-1)!.rowNo];
      const results = part ? await readRowResults(database, part.id, { first, last }) : new Map<number, RowResult>();
      for (const row of event.rows) {
        const result = results.get(row.rowNo);
        if (result) counts[result.fate] = (counts[result.fate] ?? 0) + 1;
        addRow(sheet, row, part, result, text);
      }
    } else if (event.type === 'end') {
      sheet?.commit();
      sheet = null;
    }
  }
  await book.commit();
  return counts;
}

interface StoredPart {
  readonly id: string;
  readonly path: string;
  readonly titles: readonly string[];
  readonly header_rows: readonly number[];
}

const colours: Partial<Record<RowResult['fate'], string>> = {
  refused: 'FFFFC7CE',
  waiting: 'FFFFEB9C',
  duplicate: 'FFEDEDED',
  dismissed: 'FFEDEDED',
};

function addRow(sheet: Worksheet, row: Row, part: StoredPart | undefined, result: RowResult | undefined, text: Text): void {
  // Further right than any cell of the row: a row may be longer than the titles.
  const at = Math.max(part?.titles.length ?? 0, row.cells.length);
  const made = sheet.getRow(row.rowNo);
  for (const [index, cell] of row.cells.entries()) if (cell !== '') made.getCell(index + 1).value = safeText(cell);
  if (part?.header_rows.at(-1) === row.rowNo) {
    made.getCell(at + 1).value = text('history.col-fate');
    made.getCell(at + 2).value = text('history.col-why');
    made.font = { bold: true };
  } else if (result) {
    const fate = made.getCell(at + 1);
    fate.value = text(`history.fate-${result.fate}`);
    made.getCell(at + 2).value = safeText(result.issues.map(({ told }) => renderMessage(told)).join('\n'));
    const colour = colours[result.fate] ?? (result.issues.length > 0 ? 'FFFFEB9C' : null);
    if (colour) fate.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: colour } };
  }
  made.commit();
}

/** A name that a workbook may give a sheet: 31 characters, none of `\ / ? * [ ] :`, not twice. */
function sheetName(name: string, taken: Set<string>): string {
  const plain = name.replace(/[\\/?*[\]:']/gu, '_').slice(0, 28) || 'Sheet';
  let found = plain;
  for (let copy = 2; taken.has(found.toLowerCase()); copy++) found = `${plain}_${copy}`;
  taken.add(found.toLowerCase());
  return found;
}
