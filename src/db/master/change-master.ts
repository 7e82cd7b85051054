import type { Database } from '../database.js';
import { type FoldedMaster, foldMaster } from '../names/fold-master.js';
import { lockDecisions } from '../names/lock-decisions.js';
import { type BatchKind, openBatch } from '../names/open-batch.js';
import { rehearse } from '../rehearse.js';
import { adoptRows } from './adopt-rows.js';

/** What one change of the master moves: golden values, and through redirected terminals names and lines. */
export interface MasterImpact extends FoldedMaster {
  readonly batchId: string;
}

export interface MasterChange {
  readonly kind: BatchKind;
  readonly actor: string;
  readonly detail: object;
}

/**
 * Writes one batch to the log and brings the master in line with it, or (`isPreview`) does so and takes it back. `write` adds what
 * the batch says; it throws a HubError when it may not be said.
 */
export function changeMaster(
  database: Database,
  change: MasterChange & { readonly isPreview: boolean },
  write: (trx: Database, batchId: string) => Promise<void>,
): Promise<MasterImpact> {
  const work = (trx: Database) => applyChange(trx, change, write);
  return change.isPreview ? rehearse(database, work) : database.transaction(work);
}

/** The same inside a transaction that is open. */
export async function applyChange(
  trx: Database,
  { kind, actor, detail }: MasterChange,
  write: (trx: Database, batchId: string) => Promise<void>,
): Promise<MasterImpact> {
  await lockDecisions(trx);
  await adoptRows(trx);
  const batchId = await openBatch(trx, { kind, actor, byPerson: true, detail });
  await write(trx, batchId);
  const parts: string[] = await trx('matching.batch').where({ part_of: batchId }).orderBy('id').pluck('id');
  const folded = await foldMaster(trx, batchId, [batchId, ...parts]);
  await trx('ledger.event').insert({ actor, verb: kind, object: `batch:${batchId}`, detail: { ...detail, records: folded.records } });
  return { ...folded, batchId };
}
