import type { Workbook } from 'exceljs';
import { saveFile } from './save-file.js';

/** Writes a workbook; a file that is there is somebody's work and stays, unless told otherwise. */
export async function saveWorkbook(book: Workbook, path: string, { force }: { force: boolean }): Promise<void> {
  await saveFile(path, Buffer.from(await book.xlsx.writeBuffer()), { force });
}
