import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { type CopyRow, copiesIn } from '../share/read-copy.js';
import { WrongUsage } from './wrong-usage.js';

/**
 * What a subscriber holds, from its files or the folder of a snapshot, and after which change: `said`, else what the folder's manifest says.
 * Of a folder with csv and xlsx the csv is read: they hold the same records.
 */
export async function openCopy(paths: readonly string[], said: number | undefined): Promise<{ seq: number; rows: AsyncIterable<CopyRow> }> {
  const files: string[] = [];
  let seq = said;
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (!found) throw new WrongUsage('share.no-copy', { path });
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const names = await readdir(path);
    const tables =
      ['.csv', '.xlsx'].map((end) => names.filter((name) => name.endsWith(end)).toSorted()).find((some) => some.length > 0) ?? [];
    files.push(...tables.map((name) => join(path, name)));
    seq ??= await seqOf(join(path, 'manifest.json'));
  }
  if (files.length === 0) throw new WrongUsage('share.no-copy', { path: paths.map((path) => join(path, '*.csv')).join(', ') });
  if (seq === undefined) throw new HubError('config', message('share.no-place', {}));
  return { seq, rows: rowsOf(files) };
}

async function* rowsOf(files: readonly string[]): AsyncGenerator<CopyRow> {
  for (const file of files) yield* copiesIn(file);
}

async function seqOf(manifest: string): Promise<number | undefined> {
  const text = await readFile(manifest, 'utf8').catch(() => '{}');
  try {
    const { seq } = JSON.parse(text) as { seq?: unknown };
    return typeof seq === 'number' ? seq : undefined;
  } catch {
    return undefined;
  }
}
