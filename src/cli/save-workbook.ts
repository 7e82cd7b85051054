import { writeFile } from 'node:fs/promises';
import type { Workbook } from 'exceljs';
import { WrongUsage } from './wrong-usage.js';

/** Writes a workbook; a file that is there is somebody's work and stays, unless told otherwise. */
export async function saveWorkbook(book: Workbook, path: string, { force }: { force: boolean }): Promise<void> {
  const bytes = Buffer.from(await book.xlsx.writeBuffer());
  await writeFile(path, bytes, { flag: force ? 'w' : 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new WrongUsage('desk.file-exists', { path });
    throw new WrongUsage('desk.not-written', { path, cause: error.code ?? error.message });
  });
}
