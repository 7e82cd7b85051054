import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../db/database.js';
import { landingOf } from './landing-of.js';
import type { Settings } from './settings.js';

export interface RawStoreState {
  /** Objects that the ledger knows. */
  readonly count: number;
  /** Of those, the hashes whose file is missing or holds something else. */
  readonly bad: readonly string[];
  /** Files that the ledger does not know: of a process that died between the two, or the database is older than the store. */
  readonly unknown: readonly string[];
}

/** Re-hashes every stored file and compares with the ledger. Reads everything, changes nothing. */
export async function readRawStore(database: Database, settings: Pick<Settings, 'home' | 'rawArchive'>): Promise<RawStoreState> {
  const landing = landingOf(settings);
  const known = new Set<string>(await database('ledger.raw_object').pluck('sha256'));
  const bad: string[] = [];
  for (const sha256 of known) if (!(await landing.verify(sha256).catch(() => false))) bad.push(sha256);
  const stored = await readdir(join(settings.home, 'raw', 'sha256'), { recursive: true, withFileTypes: true }).catch(() => []);
  return { count: known.size, bad, unknown: stored.filter((entry) => entry.isFile() && !known.has(entry.name)).map(({ name }) => name) };
}
