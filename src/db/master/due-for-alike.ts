import type { Database } from '../database.js';
import { inTransaction } from '../with-client.js';
import { type AlikePair, addPairs } from './alike-pairs.js';
import { type CustomerBlock, customerRows, isOfBlock } from './read-customers.js';

export interface FoundPair {
  readonly one: string;
  readonly other: string;
  readonly p: number;
  readonly bits: AlikePair['bits'];
}

/** Whether a run looks for duplicates: of those of a night the first in a day. Files that people import by day do not use it up. */
export async function mayLookTonight(database: Database, runId: string): Promise<boolean> {
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `update master.alike_look set night_at = now() where (night_at is null or night_at < now() - interval '18 hours')
        and exists (select 1 from ledger.run where id = :runId and kind = 'nightly')
        and (seq < (select last from master.change_counter) or exists (select 1 from master.alike_due))`,
    { runId },
  );
  return rowCount > 0;
}

export async function makeAllDue(database: Database): Promise<void> {
  await database.raw(
    `insert into master.alike_due (record_id) select g.record_id from ${customerRows} on conflict (record_id) do update set at = clock_timestamp()`,
  );
}

/** Those who were merged, withdrawn or turned out to be suppliers wait for nothing. */
export async function dropGone(database: Database): Promise<void> {
  await database.raw(`delete from master.alike_due d where not exists (select 1 from ${customerRows} where g.record_id = d.record_id)`);
}

/** Who of a block is due. `readAt`: what changes later stays due. */
export async function readDue(database: Database, block: CustomerBlock): Promise<{ due: ReadonlySet<string>; readAt: Date }> {
  const { rows } = await database.raw<{ rows: { id: string; at: Date }[] }>(
    `select d.record_id as id, clock_timestamp() as at from master.alike_due d join ${customerRows} on d.record_id = g.record_id where ${isOfBlock}`,
    { ...block },
  );
  return { due: new Set(rows.map(({ id }) => id)), readAt: rows[0]?.at ?? new Date(0) };
}

/** Puts what the matcher found about these customers in the place of what it found before, and takes them off. */
export function keepFound(
  database: Database,
  { asked, readAt, found }: { readonly asked: readonly string[]; readonly readAt: Date; readonly found: readonly FoundPair[] },
): Promise<void> {
  return inTransaction(database, async (client) => {
    await client.query(`delete from master.alike where why = 'matcher' and (low_id = any($1) or high_id = any($1))`, [asked]);
    await addPairs(
      client,
      `select one, other, 'matcher' as why, p, bits from jsonb_to_recordset($1) as f(one bigint, other bigint, p float8, bits jsonb)`,
      [JSON.stringify(found)],
    );
    await client.query('delete from master.alike_due where record_id = any($1) and at <= $2', [asked, readAt]);
    await client.query('update master.alike_look set looked_at = now()');
  });
}
