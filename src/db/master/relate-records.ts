import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { findRecord } from './find-record.js';

/** branch: 院区 of a hospital; store: 门店 of a chain; member: of a group; supplied-by: the distributor a level above. */
export const relationKinds = ['branch', 'store', 'member', 'supplied-by'] as const;
export type RelationKind = (typeof relationKinds)[number];

export interface NewRelation {
  readonly child: string;
  readonly parent: string;
  readonly kind: RelationKind;
  /** yyyy-MM-dd; `until` is exclusive; null = always, and for ever. */
  readonly since: string | null;
  readonly until: string | null;
}

/** A party belongs to another for a time. Of one kind it has one parent at a time: what is said later goes before. */
export function relateRecords(
  database: Database,
  { child, parent, kind, since, until }: NewRelation,
  { actor, because, isPreview }: { readonly actor: string; readonly because: string; readonly isPreview: boolean },
): Promise<MasterImpact> {
  return changeMaster(
    database,
    { kind: 'relate', actor, detail: { child, parent, kind, since, until, because }, isPreview },
    async (trx, batchId) => {
      const [from, to] = [await findRecord(trx, child), await findRecord(trx, parent)];
      if (from.entity !== 'customer' || to.entity !== 'customer')
        throw new HubError('config', message('golden.other-entity', { no: to.no, entity: to.entity }));
      if (from.id === to.id) throw new HubError('config', message('golden.one-already', { one: child, other: parent, no: to.no }));
      await trx('master.relation').insert({
        ...{ batch_id: batchId, child_id: from.id, parent_id: to.id, kind },
        ...{ valid_from: since ?? '-infinity', valid_until: until ?? 'infinity' },
      });
      const { rows } = await trx.raw<{ rows: { isCircle: boolean }[] }>(
        `with recursive above as (
         select parent_id as id from master.relation_in_force where child_id = :child and kind = :kind
         union select r.parent_id from above a join master.relation_in_force r on r.child_id = a.id and r.kind = :kind)
       select exists (select 1 from above where id = :child) as "isCircle"`,
        { child: from.id, kind },
      );
      if (rows[0]!.isCircle) throw new HubError('config', message('golden.family-circle', { child: from.no, parent: to.no }));
    },
  );
}
