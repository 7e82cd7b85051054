import type { Difference } from '../../master/differences-of.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { addChallenges } from '../names/merge-terminals.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { findRecord } from './find-record.js';
import { readDifferences } from './read-differences.js';

/**
 * Two records are one: the first points at the second for ever, in every view and with all its codes, and the second's values come
 * from the keys of both. To take it back undo the batch.
 */
export async function mergeRecords(
  database: Database,
  { loser, survivor, reason }: { readonly loser: string; readonly survivor: string; readonly reason: string },
  { actor, isPreview }: { readonly actor: string; readonly isPreview: boolean },
): Promise<MergeImpact> {
  let differences: Difference[] = [];
  const impact = await changeMaster(
    database,
    { kind: 'merge', actor, detail: { loser, survivor, reason }, isPreview },
    async (trx, batchId) => {
      differences = await addMerge(trx, batchId, { loser, survivor, reason });
    },
  );
  return { ...impact, differences };
}

/** `differences`: kinds, places and credit codes in which the two differed; `one` is what was merged, `other` what goes on. */
export interface MergeImpact extends MasterImpact {
  readonly differences: readonly Difference[];
}

/** Adds the merge to a batch that is open. Returns in what the two differ. */
export async function addMerge(
  trx: Database,
  batchId: string,
  { loser, survivor, reason }: { readonly loser: string; readonly survivor: string; readonly reason: string },
): Promise<Difference[]> {
  const from = await findRecord(trx, loser, { asIs: true });
  const into = await findRecord(trx, survivor);
  if (from.status === 'merged') throw new HubError('config', message('match.merged-before', { code: loser }));
  if (from.id === into.id) throw new HubError('config', message('match.merge-circle', { loser, survivor }));
  if (from.entity !== into.entity) throw new HubError('config', message('golden.other-entity', { no: into.no, entity: into.entity }));
  const { rows } = await trx.raw<{ rows: { isApart: boolean }[] }>(
    `select count(distinct role = 'supplier') > 1 as "isApart" from master.source_key where record_id in (?, ?)`,
    [from.id, into.id],
  );
  if (rows[0]!.isApart) throw new HubError('config', message('golden.supplier-apart', { no: into.no }));
  const differences = await readDifferences(trx, from.id, into.id);
  await trx('master.merge').insert({ batch_id: batchId, loser_id: from.id, survivor_id: into.id, reason });
  await addChallenges(trx, batchId, from.id, into.id);
  return differences;
}
