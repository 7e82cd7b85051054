import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { adoptRows } from '../master/adopt-rows.js';
import { rehearse } from '../rehearse.js';
import { foldMaster, type RedirectImpact } from './fold-master.js';
import { lockDecisions } from './lock-decisions.js';
import { openBatch } from './open-batch.js';

export interface MergedTerminals extends RedirectImpact {
  readonly batchId: string;
  /** Where the way ends: the survivor may itself have been merged on. */
  readonly survivor: string;
  /** Names for which a person had told the two apart: their links are challenged. */
  readonly challenged: number;
}

interface Merging {
  readonly loser: string;
  readonly survivor: string;
  readonly reason: string;
}

export function previewMerge(database: Database, merging: Merging): Promise<MergedTerminals> {
  return rehearse(database, (trx) => merge(trx, merging, 'preview'));
}

/**
 * From now on the loser's code means the survivor, for ever and in every view; links and decisions are not rewritten. To take
 * it back undo the batch: the same two terminals are there again, with the names each of them had.
 */
export function mergeTerminals(database: Database, merging: Merging, actor: string): Promise<MergedTerminals> {
  return database.transaction((trx) => merge(trx, merging, actor));
}

async function merge(trx: Database, { loser, survivor, reason }: Merging, actor: string): Promise<MergedTerminals> {
  await lockDecisions(trx);
  await adoptRows(trx);
  const from = await terminalOf(trx, loser);
  const into = await terminalOf(trx, survivor);
  if (from.merged_into !== null) throw new HubError('config', message('match.merged-before', { code: loser }));
  if ((into.survivor_id ?? into.id) === from.id) throw new HubError('config', message('match.merge-circle', { loser, survivor }));
  const batchId = await openBatch(trx, { kind: 'merge', actor, byPerson: true, detail: { loser, survivor, reason } });
  await trx('master.merge').insert({ batch_id: batchId, loser_id: from.record_id, survivor_id: into.record_id, reason });
  const impact = await foldMaster(trx, batchId, [batchId]);
  const challenged = await addChallenges(trx, batchId, from.record_id, into.record_id);
  const { code } = await trx('master.terminal')
    .where({ id: into.survivor_id ?? into.id })
    .first('code');
  await trx('ledger.event').insert({
    actor,
    verb: 'merge',
    object: `batch:${batchId}`,
    detail: { loser, survivor, reason, names: impact.names },
  });
  return { ...impact, batchId, survivor: code, challenged };
}

/** A link of a person to one of the two, where a person said that the name is not the other, is open to challenge. */
export async function addChallenges(trx: Database, batchId: string, from: string, into: string): Promise<number> {
  const { rowCount } = await trx.raw(
    `with both_of as (select id from master.terminal where record_id in (:from, :into))
     insert into matching.challenge (batch_id, raw_name_id, decision_id, reason, terminal_id)
     select :batch, k.raw_name_id, k.decision_id, 'merged', n.terminal_id
       from matching.current_link k join matching.denial n on n.raw_name_id = k.raw_name_id
      where k.by_person and k.terminal_id in (select id from both_of) and n.terminal_id in (select id from both_of)
     on conflict do nothing`,
    { batch: batchId, from, into },
  );
  return rowCount ?? 0;
}

interface Terminal {
  readonly id: string;
  readonly record_id: string;
  readonly merged_into: string | null;
  readonly survivor_id: string | null;
}

async function terminalOf(trx: Database, code: string): Promise<Terminal> {
  const terminal = await trx('master.terminal')
    .where({ code })
    .whereNot({ status: 'withdrawn' })
    .first('id', 'record_id', 'merged_into', 'survivor_id');
  if (!terminal) throw new HubError('config', message('match.no-such-terminal', { code }));
  return terminal;
}
