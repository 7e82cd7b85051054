import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { Database } from './database.js';
import { lockDecisions } from './lock-decisions.js';

export interface UndoPreview {
  /** Names that go back to the state before the batch. */
  readonly restored: number;
  /** Names on which a later decision of a person stands; they stay. */
  readonly kept: number;
  /** Names of the batch that were taken back before. */
  readonly undoneBefore: number;
  /** Names that a rule had linked because of this batch; they wait again. */
  readonly followers: number;
}

/** What undoing the batch would do. Throws a HubError when there is no such batch, or when it is itself an undo. */
export async function previewUndo(database: Database, batchId: string): Promise<UndoPreview> {
  return database.transaction(async (trx) => toPreview(await plan(trx, batchId)));
}

/**
 * Takes a batch of decisions back: each name gets exactly the link it had before, unless a later decision of a person stands
 * on it. Nothing is deleted from the decisions: for each one taken back a decision is appended that says so. Repeating it
 * changes nothing. Facts are not touched; they follow the link.
 */
export async function undoDecisions(database: Database, batchId: string, actor: string): Promise<UndoPreview> {
  return database.transaction(async (trx) => {
    await lockDecisions(trx);
    const names = await plan(trx, batchId);
    const preview = toPreview(names);
    const toRestore = names.filter(({ fate }) => fate === 'restore' || fate === 'follower');
    if (toRestore.length === 0) return preview;
    await restore(trx, actor, toRestore);
    await trx('ledger.event').insert({ actor, verb: 'undo', object: `batch:${batchId}`, detail: preview });
    return preview;
  });
}

interface Undone {
  readonly raw_name_id: string;
  readonly decision_id: string;
  readonly fate: 'restore' | 'kept' | 'undone' | 'follower';
  readonly previous_id: string | null;
}

function toPreview(names: readonly Undone[]): UndoPreview {
  const count = (fate: Undone['fate']) => names.filter((name) => name.fate === fate).length;
  return { restored: count('restore'), kept: count('kept'), undoneBefore: count('undone'), followers: count('follower') };
}

// The previous state is the newest earlier decision that is neither an undo nor undone. A follower (linked by a rule that
// leaned on a decision of the batch) goes back the same way.
async function plan(trx: Database, batchId: string): Promise<Undone[]> {
  const { rows } = await trx.raw<{ rows: (Undone & { is_undo: boolean })[] }>(
    `with batch as (select * from matching.decision where batch_id = ?),
          target as (
            select b.id, b.raw_name_id, b.undoes is not null as is_undo,
                   case when exists (select 1 from matching.decision u where u.undoes = b.id) then 'undone'
                        when k.decision_id = b.id then 'restore' else 'kept' end as fate
              from batch b left join matching.link k on k.raw_name_id = b.raw_name_id
            union all
            select dc.id, dc.raw_name_id, false, 'follower'
              from matching.link k join matching.decision dc on dc.id = k.decision_id
             where not k.by_person and dc.evidence->>'standsOn' in (select id::text from batch))
     select t.raw_name_id, t.id as decision_id, t.is_undo, t.fate,
            (select max(p.id) from matching.decision p
              where p.raw_name_id = t.raw_name_id and p.id < t.id and p.undoes is null
                and not exists (select 1 from matching.decision u where u.undoes = p.id)) as previous_id
       from target t order by t.id`,
    [batchId],
  );
  if (rows.length === 0) throw new HubError('config', message('match.unknown-batch', { batch: batchId }));
  if (rows.some(({ is_undo }) => is_undo)) throw new HubError('config', message('match.batch-is-undo', { batch: batchId }));
  return rows;
}

async function restore(trx: Database, actor: string, names: readonly Undone[]): Promise<void> {
  const given = [JSON.stringify(names)];
  const from = 'jsonb_to_recordset(?::jsonb) as n(raw_name_id bigint, decision_id bigint, previous_id bigint)';
  await trx.raw(
    `insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id, undoes)
     select n.raw_name_id, coalesce(p.verdict, 'unlink'), p.terminal_id, true, ?, b.id, n.decision_id
       from (select nextval('matching.batch_id_seq') as id) b cross join ${from} left join matching.decision p on p.id = n.previous_id`,
    [actor, ...given],
  );
  await trx.raw(`delete from matching.link k using ${from} where k.raw_name_id = n.raw_name_id and n.previous_id is null`, given);
  await trx.raw(
    `update matching.link k set decision_id = p.id, verdict = p.verdict, terminal_id = p.terminal_id, by_person = p.by_person
       from ${from} join matching.decision p on p.id = n.previous_id where k.raw_name_id = n.raw_name_id`,
    given,
  );
}
