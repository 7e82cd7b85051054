import type { EntityKind } from '../../model/kind.js';
import type { Database } from '../database.js';
import { entityOfKind } from './entity-of-kind.js';

/** What became of a row of a list or an entity. `taken-back`: its load is in force no longer, the master is as without it. */
export interface MasterRow {
  readonly fate: 'new' | 'changed' | 'same' | 'duplicate' | 'waiting' | 'taken-back';
  readonly entity: EntityKind;
  /** The record that its key means now, where merges end; none while it waits, or where the row itself does not say its key. */
  readonly records: readonly { readonly no: string; readonly name: string; readonly key: string }[];
}

interface Place {
  readonly partId: string;
  readonly rowNo: number;
  readonly deliveryId: string;
  /** Of the part; null when nothing of it was mapped. */
  readonly kind: string | null;
  /** The key as the row writes it; '' when it cannot be told. Needed for rows that said nothing new: no version leads back to them. */
  readonly key: string;
}

/** null for a row that never came to the master: of flows, quarantined, dropped. */
export async function traceMasterRow(database: Database, { partId, rowNo, deliveryId, kind, key }: Place): Promise<MasterRow | null> {
  const entity = entityOfKind(kind ?? '') as EntityKind;
  const [known] = await rowsOf<{ fate: MasterRow['fate']; inForce: boolean }>(
    `select f.fate, ${loadInForce} as "inForce" from (
       select fate from master.row_fate where part_id = :partId and rows @> :rowNo::int
       union all
       select case when b.id is null then 'waiting' else 'new' end
         from master.waiting w left join matching.batch b on b.id = w.batch_id and b.in_force
        where w.part_id = :partId and w.row_no = :rowNo) f`,
    { partId, rowNo, deliveryId },
  );
  if (!known) return null;
  if (!known.inForce) return { fate: 'taken-back', entity, records: [] };
  if (known.fate === 'waiting') return { fate: 'waiting', entity, records: [] };
  const said = await rowsOf<MasterRow['records'][number]>(
    `${recordsOf} where k.id in (select c.key_id from master.source_record c where (c.part_id, c.row_no) = (:partId, :rowNo) and c.batch_id in (${batches}))`,
    { partId, rowNo, deliveryId },
  );
  if (said.length > 0 || key === '') return { fate: known.fate, entity, records: said };
  // Of a code that several roles have, the one that this delivery spoke of is meant.
  const meant = await rowsOf<MasterRow['records'][number]>(
    `${recordsOf} where k.entity = :entity and k.key = :key and k.system = (select sender from ledger.delivery where id = :deliveryId)
        and exists (select 1 from master.source_record c where c.key_id = k.id and (c.batch_id in (${batches})
                        or exists (select 1 from master.confirmation n where n.batch_id in (${batches}) and c.id = any(n.records))))`,
    { entity, key, deliveryId },
  );
  return { fate: known.fate, entity, records: meant };

  async function rowsOf<Row>(sql: string, values: Readonly<Record<string, string | number>>): Promise<Row[]> {
    return (await database.raw<{ rows: Row[] }>(sql, values)).rows;
  }
}

const batches = 'select batch_id from master.sending where delivery_id = :deliveryId';

const loadInForce = `exists (select 1 from master.sending s join matching.batch b on b.id = s.batch_id and b.in_force
                              where s.delivery_id = :deliveryId)`;

const recordsOf = `
  select distinct r.no, coalesce(g.fields->>'name', g.fields->>'generic_name', '') as name, k.key
    from master.source_key k join master.record m on m.id = k.record_id join master.record r on r.id = coalesce(m.survivor_id, m.id)
    left join master.golden g on g.record_id = r.id`;
