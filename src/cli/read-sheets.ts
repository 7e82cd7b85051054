import { readFile, stat } from 'node:fs/promises';
import * as xlsx from 'xlsx';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { cellText } from './workbook-cell.js';

/** A sheet of a workbook that a person edited: rows as text, with their numbers as the spreadsheet program shows them. */
export interface EditedSheet {
  readonly name: string;
  readonly titles: readonly string[];
  readonly rows: readonly { readonly rowNo: number; readonly cells: readonly string[] }[];
}

const maxBytes = 64 * 1024 * 1024;

/** Reads every sheet; the first row holds the titles. Throws a HubError when the file cannot be read as a workbook or is over 64 MB. */
export async function readSheets(path: string): Promise<EditedSheet[]> {
  let book: xlsx.WorkBook;
  try {
    if ((await stat(path)).size > maxBytes) throw new Error('> 64 MB');
    book = xlsx.read(await readFile(path), { dense: true, cellNF: true, cellFormula: false, cellHTML: false });
  } catch (cause) {
    throw new HubError('config', message('desk.workbook-unreadable', { file: path, cause: (cause as Error).message }), { cause });
  }
  return book.SheetNames.map((name) => {
    const data = (book.Sheets[name] as xlsx.DenseWorkSheet | undefined)?.['!data'] ?? [];
    const rows = data.flatMap((cells, index) => (cells ? [{ rowNo: index + 1, cells: Array.from(cells, cellText) }] : []));
    const [first, ...rest] = rows;
    return { name, titles: first?.rowNo === 1 ? first.cells : [], rows: rest.filter(({ cells }) => cells.some((cell) => cell !== '')) };
  });
}
