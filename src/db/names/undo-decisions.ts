import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { expectOthersApprove } from '../master/expect-others-approve.js';
import { rehearse } from '../rehearse.js';
import { foldLinks, namesOfBatches } from './fold-links.js';
import { type FoldedMaster, foldMaster } from './fold-master.js';
import { type LinkImpact, readImpact } from './link-impact.js';
import { lockDecisions } from './lock-decisions.js';
import { openBatch } from './open-batch.js';
import { switchBatches } from './switch-batches.js';

export interface UndoPreview extends LinkImpact {
  /** Names of the batch that go back to what holds without it. */
  readonly restored: number;
  /** Names of the batch that stay as they are, because of other decisions. */
  readonly kept: number;
  /** Names of a batch that was taken back before. */
  readonly undoneBefore: number;
  /** Names that change though the batch does not speak of them: a rule leaned on it, or the matcher looked again because of it. */
  readonly followers: number;
  /** Terminals that are merged or made no longer, or again, and what is linked to them. */
  readonly redirected: FoldedMaster;
}

export interface UndoneBatch extends UndoPreview {
  /** That of the undo; null when nothing was left to take back. */
  readonly batchId: string | null;
}

/** What undoing the batch would do. Throws a HubError when there is no such batch. */
export async function previewUndo(database: Database, batchId: string, actor = 'preview'): Promise<UndoPreview> {
  const { batchId: _, ...preview } = await rehearse(database, (trx) => undo(trx, batchId, actor));
  return preview;
}

/**
 * Takes a batch back, in whatever order batches were taken: the links are then the fold of the log as if it had never been,
 * followers too. Nothing is deleted; the undo is a batch of its own, and undoing that one is a redo. Repeating it changes
 * nothing. Facts are not touched; they follow the link.
 */
export async function undoDecisions(database: Database, batchId: string, actor: string): Promise<UndoneBatch> {
  return database.transaction((trx) => undo(trx, batchId, actor));
}

async function undo(trx: Database, batchId: string, actor: string): Promise<UndoneBatch> {
  await lockDecisions(trx);
  const batch = /^\d{1,18}$/.test(batchId) ? await trx('matching.batch').where({ id: batchId }).first('in_force', 'kind') : undefined;
  if (!batch) throw new HubError('config', message('match.unknown-batch', { batch: batchId }));
  if (!batch.in_force || batch.kind === 'adopt') return { ...nothing, undoneBefore: await countNames(trx, batchId), batchId: null };

  const undoing = await openBatch(trx, { kind: 'undo', actor, byPerson: true, undoes: batchId });
  const changed = await switchUndone(trx, undoing);
  await expectOthersApprove(trx, changed, actor);
  const redirected = await foldMaster(trx, undoing, changed);
  await foldLinks(trx, namesOfBatches('select unnest(:changed::bigint[])'), { changed: `{${changed.join(',')}}` });
  const impact = await readImpact(trx);
  const fates = await countFates(trx, batchId);
  const { names, rows, amount } = impact;
  await trx('ledger.event').insert({ actor, verb: 'undo', object: `batch:${batchId}`, detail: { names, rows, amount, by: undoing } });
  return { ...impact, ...fates, undoneBefore: 0, redirected, batchId: undoing };
}

const nothing = {
  ...{ moves: [], names: 0, rows: 0, amount: '0', restored: 0, kept: 0, followers: 0 },
  redirected: { terminals: 0, names: 0, rows: 0, amount: '0', records: 0, changes: [], cameIn: 0 },
};

/** Switches what the new undo concerns, with what follows it. Returns the batches that are in force no longer, or again. */
async function switchUndone(trx: Database, undoing: string): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(switchBatches('(select undoes from matching.batch where id = ?)'), [undoing]);
  return rows.map(({ id }) => id);
}

/** SQL: the batch whose decisions an undo, or the undo of an undo, is about. */
const origin = `
  with recursive way as (select id, undoes from matching.batch where id = :batch
                   union select b.id, b.undoes from way join matching.batch b on b.id = way.undoes)
  select id from way where undoes is null`;

async function countNames(trx: Database, batch: string): Promise<number> {
  const { rows } = await trx.raw(
    `select count(distinct raw_name_id)::integer as names from matching.decision where batch_id in (${origin})`,
    {
      batch,
    },
  );
  return rows[0].names;
}

async function countFates(trx: Database, batch: string): Promise<Pick<UndoPreview, 'restored' | 'kept' | 'followers'>> {
  const { rows } = await trx.raw(
    `with own as (
       select d.raw_name_id from matching.decision d where d.batch_id in (${origin}) and d.scope = 'name'
       union select r.id from matching.decision d join matching.raw_name o on o.id = d.raw_name_id
         join matching.raw_name r on r.spelling = o.spelling and r.role = 'buyer' and (d.scope = 'everywhere' or r.distributor_id = o.distributor_id)
        where d.batch_id in (${origin}) and d.scope <> 'name'),
     moved as (
       select raw_name_id from name_to_fold n
        where exists (select raw_name_id, valid_from, decision_id from link_before where raw_name_id = n.raw_name_id
                      except select raw_name_id, valid_from, decision_id from matching.link where raw_name_id = n.raw_name_id)
           or exists (select raw_name_id, valid_from, decision_id from matching.link where raw_name_id = n.raw_name_id
                      except select raw_name_id, valid_from, decision_id from link_before where raw_name_id = n.raw_name_id))
     select count(*) filter (where o.raw_name_id is not null and m.raw_name_id is not null)::integer as restored,
            count(*) filter (where o.raw_name_id is not null and m.raw_name_id is null)::integer as kept,
            count(*) filter (where o.raw_name_id is null)::integer as followers
       from own o full join moved m using (raw_name_id)`,
    { batch },
  );
  return rows[0];
}
