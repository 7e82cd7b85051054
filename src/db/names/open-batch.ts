import type { Database } from '../database.js';

type OfNames = 'match' | 'decide' | 'undo' | 'merge' | 'approve' | 'reject';
type OfMaster = 'link' | 'unlink' | 'split' | 'override' | 'relate' | 'edit' | 'change-request' | 'policy' | 'refer' | 'apart';
export type BatchKind = OfNames | OfMaster;

interface NewBatch {
  readonly kind: BatchKind;
  readonly actor: string;
  /** False for what the matcher does by itself. */
  readonly byPerson: boolean;
  readonly undoes?: string;
  /** The batch that caused this one: they fall together. */
  readonly follows?: string | null;
  /** The act it is a part of: taken back with that. */
  readonly partOf?: string;
  readonly versions?: object;
  readonly masterSeq?: string | null;
  readonly detail?: object;
}

/** Opens a batch of decisions: what is taken together, undone together. Returns its number. */
export async function openBatch(
  trx: Database,
  { kind, actor, byPerson, undoes, follows, partOf, versions, masterSeq, detail }: NewBatch,
): Promise<string> {
  const [row] = await trx('matching.batch')
    .insert({
      ...{
        kind,
        actor,
        by_person: byPerson,
        undoes: undoes ?? null,
        follows: follows ?? null,
        part_of: partOf ?? null,
        master_seq: masterSeq ?? null,
      },
      ...{ versions: JSON.stringify(versions ?? {}), detail: JSON.stringify(detail ?? {}) },
    })
    .returning('id');
  return row.id as string;
}
