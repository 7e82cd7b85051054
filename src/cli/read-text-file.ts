import { readFile } from 'node:fs/promises';
import { WrongUsage } from './wrong-usage.js';

/** A file that was named on the command line, as text. */
export function readTextFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new WrongUsage('import.no-file', { path });
  });
}
