import { type FileHandle, open } from 'node:fs/promises';
import { WrongUsage } from './wrong-usage.js';

/** Opens a file to be written anew; one that is there is somebody's work and stays, unless told otherwise. */
export function openNew(path: string, { force }: { force: boolean }): Promise<FileHandle> {
  return open(path, force ? 'w' : 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new WrongUsage('desk.file-exists', { path });
    throw new WrongUsage('desk.not-written', { path, cause: error.code ?? error.message });
  });
}

export async function saveFile(path: string, content: string | Uint8Array, { force }: { force: boolean }): Promise<void> {
  const file = await openNew(path, { force });
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}
