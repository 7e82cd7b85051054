import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Reads one of the matcher's data files. Compiled code lies in `dist/`, the data stays in the source folder beside it. */
export function readDataFile(name: string): string {
  const beside = fileURLToPath(new URL(`data/${name}`, import.meta.url));
  return readFileSync(existsSync(beside) ? beside : beside.replace(/([\\/])dist[\\/](?=src[\\/])/, '$1'), 'utf8');
}
