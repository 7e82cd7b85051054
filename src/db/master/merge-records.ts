import type { Difference, OtherValue } from '../../master/differences-of.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { addChallenges } from '../names/merge-terminals.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { type FoundRecord, findRecord } from './find-record.js';
import { type Behind, nothingBehind, readBehind } from './read-behind.js';
import { readDifferences } from './read-differences.js';

interface Merging {
  readonly loser: string;
  readonly survivor: string;
  readonly reason: string;
}

/** What whoever merges two records, or approves that, has to see of them. */
export interface MergedPair {
  /** What is merged, and what goes on. */
  readonly from: PairSide;
  readonly into: PairSide;
  /** Kinds, places and credit codes in which the two differ; `one` is what is merged, `other` what goes on. */
  readonly differences: readonly Difference[];
  /** All else in which they differ. What goes on keeps its own, unless the rules choose otherwise: then it stands among the changes. */
  readonly otherValues: readonly OtherValue[];
  /** Names for which a person had told the two apart: their links are open to challenge. */
  readonly challenged: number;
}

export interface PairSide {
  readonly no: string;
  readonly name: string;
  /** Province and city; '' when not known. */
  readonly place: string;
}

/** `behind`: what goes along with the record that is merged. */
export interface MergeImpact extends MasterImpact, MergedPair {
  readonly behind: Behind;
}

/**
 * Two records are one: the first points at the second for ever, in every view and with all its codes, and the second's values come
 * from the keys of both. To take it back undo the batch.
 */
export async function mergeRecords(
  database: Database,
  merging: Merging,
  { actor, isPreview }: { readonly actor: string; readonly isPreview: boolean },
): Promise<MergeImpact> {
  let merged: { pair: MergedPair; behind: Behind } | null = null;
  const impact = await changeMaster(database, { kind: 'merge', actor, detail: { ...merging }, isPreview }, async (trx, batchId) => {
    const { id } = await findRecord(trx, merging.loser, { asIs: true });
    const behind = (await readBehind(trx, [id])).get(id) ?? nothingBehind;
    merged = { pair: await addMerge(trx, batchId, merging), behind };
  });
  const { pair, behind } = merged!;
  return { ...impact, ...pair, behind };
}

/** Adds the merge to a batch that is open. */
export async function addMerge(trx: Database, batchId: string, { loser, survivor, reason }: Merging): Promise<MergedPair> {
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
  const differing = await readDifferences(trx, from.id, into.id);
  await trx('master.merge').insert({ batch_id: batchId, loser_id: from.id, survivor_id: into.id, reason });
  const challenged = await addChallenges(trx, batchId, from.id, into.id);
  return { from: await readSide(trx, from), into: await readSide(trx, into), ...differing, challenged };
}

async function readSide(trx: Database, { id, no, name }: FoundRecord): Promise<PairSide> {
  const golden = (await trx('master.golden').where({ record_id: id }).first('fields')) as { fields: Record<string, string> } | undefined;
  return { no, name, place: [golden?.fields['province'], golden?.fields['city']].filter(Boolean).join('') };
}
