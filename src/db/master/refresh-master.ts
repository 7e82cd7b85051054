import type pg from 'pg';
import { askForHeld } from './ask-for-held.js';
import { foldHeld } from './fold-held.js';
import { foldKeys } from './fold-keys.js';
import { publishChanges } from './publish-changes.js';
import { settleRecords } from './settle-records.js';
import { writeGolden } from './write-golden.js';

/**
 * Brings everything that follows from the log in line with it, for the keys in `touched_key` and the records in `touched_record`:
 * what waits for approval, crosswalk, records, golden values, the tables that are projections of them, and the changes that others pull. The current
 * versions of the keys must be in line already.
 */
export async function refreshMaster(client: pg.Client, batchId: string): Promise<void> {
  await client.query(`
    create temp table if not exists golden_event (record_id bigint, kind text, attributes text[], before jsonb) on commit drop;
    truncate golden_event`);
  await client.query(
    `insert into golden_event
     select distinct k.record_id, 'crosswalk_changed', '{}'::text[], null::jsonb
       from touched_key t
       cross join lateral (
         select record_id from master.source_key where id = t.key_id and batch_id = $1 and how <> 'new' and record_id is not null offset 0) k`,
    [batchId],
  );
  const unasked = await foldHeld(client);
  await foldKeys(client, batchId);
  await settleRecords(client);
  await writeGolden(client);
  await askForHeld(client, unasked);
  await publishChanges(client, batchId);
}
