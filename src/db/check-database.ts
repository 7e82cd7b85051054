import type { Database } from './database.js';

export interface DatabaseFacts {
  readonly version: string;
  /** Such as 180004. */
  readonly versionNumber: number;
  readonly locale: string;
  /** Whether a Chinese letter counts as a letter; without it trigram searches are blind to names. */
  readonly knowsChineseLetters: boolean;
}

export async function readDatabaseFacts(database: Database): Promise<DatabaseFacts> {
  const { rows } = await database.raw(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
            datctype || ' ' || pg_encoding_to_char(encoding) as locale,
            '医' ~ '[[:alpha:]]' as "knowsChineseLetters"
       from pg_database where datname = current_database()`,
  );
  return rows[0];
}

/** Steps whose holder let the lease run out without finishing. */
export async function countStuckSteps(database: Database): Promise<number> {
  const { rows } = await database.raw(
    `select count(*)::int as count from ledger.stage_exec where state = 'running' and lease_until < now()`,
  );
  return rows[0].count;
}

/** Up to `limit` stored objects, chosen at random, and how many there are. */
export async function sampleRawObjects(database: Database, limit: number): Promise<{ count: number; sample: string[] }> {
  const { rows } = await database.raw(`select count(*)::int as count from ledger.raw_object`);
  const { rows: sample } = await database.raw(`select sha256 from ledger.raw_object order by random() limit ?`, [limit]);
  return { count: rows[0].count, sample: sample.map((row: { sha256: string }) => row.sha256) };
}
