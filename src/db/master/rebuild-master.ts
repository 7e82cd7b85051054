import type { Database } from '../database.js';
import { foldRedirectsOfRecords, redirectRows } from '../names/fold-master.js';
import { openBatch } from '../names/open-batch.js';
import { rehearse } from '../rehearse.js';
import { withClient } from '../with-client.js';
import { foldCurrent } from './fold-current.js';
import { foldHeld } from './fold-held.js';
import { foldKeys } from './fold-keys.js';
import { lockMaster } from './lock-master.js';
import { publishChanges } from './publish-changes.js';
import { storePolicies } from './read-policies.js';
import { type RecordChange, readRecordChanges } from './read-record-changes.js';
import { settleRecords } from './settle-records.js';
import { openTouched } from './touched.js';
import { writeGolden } from './write-golden.js';

export interface Rebuilt {
  /** Records chosen anew. */
  readonly chosen: number;
  /** Those that came out otherwise: by a changed policy or an override that has ended, else something was wrong. */
  readonly changed: number;
  /** Entities whose policy is another one now. */
  readonly policies: readonly string[];
  readonly records: number;
  readonly changes: readonly RecordChange[];
}

/**
 * Folds the whole log of the master again and chooses every value anew, under the policies of the program. A sound hub whose
 * policies did not change answers 0. `isPreview`: looks, and takes it back.
 */
export function rebuildMaster(database: Database, { actor, isPreview }: { actor: string; isPreview: boolean }): Promise<Rebuilt> {
  return isPreview ? rehearse(database, (trx) => rebuild(trx, actor)) : database.transaction((trx) => rebuild(trx, actor));
}

async function rebuild(trx: Database, actor: string): Promise<Rebuilt> {
  // Sorts and joins of a million records in memory; the transaction is one connection's.
  await trx.raw(`set local work_mem = '64MB'`);
  await trx.raw('update matching.batch set in_force = matching.is_in_force(id) where in_force <> matching.is_in_force(id)');
  const entities: string[] = await trx('master.record').distinct().pluck('entity');
  const batchId = await openBatch(trx, { kind: 'policy', actor, byPerson: false, detail: { about: 'rebuild' } });
  const policies = await withClient(trx, async (client) => {
    await lockMaster(client, entities);
    await openTouched(client);
    await client.query(`
      create temp table if not exists golden_event (record_id bigint, kind text, attributes text[], before jsonb) on commit drop;
      truncate golden_event;
      insert into touched_key select id from master.source_key;
      insert into touched_record select id from master.record`);
    const changed = await storePolicies(client);
    await foldCurrent(client);
    await foldHeld(client);
    await foldKeys(client, batchId);
    return changed;
  });
  await foldRedirectsOfRecords(trx);
  const counts = await withClient(trx, async (client) => {
    await settleRecords(client);
    const written = await writeGolden(client);
    await publishChanges(client, batchId);
    return written;
  });
  await redirectRows(trx);
  return { ...counts, policies, ...(await readRecordChanges(trx)) };
}
