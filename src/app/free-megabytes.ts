import { statfs } from 'node:fs/promises';

/** Room left for an ordinary account on the disk of a folder. */
export async function freeMegabytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / 1024 ** 2);
}
