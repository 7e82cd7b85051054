import type pg from 'pg';
import { type EntityKind, entityKinds } from '../../model/kind.js';
import { lockMaster } from './lock-master.js';
import { openIncoming } from './open-incoming.js';
import { openLoad } from './open-load.js';
import { refreshMaster } from './refresh-master.js';
import { resolveReferences } from './resolve-references.js';
import { openTouched } from './touched.js';
import { settleAsked, writeReferences } from './write-references.js';
import { writeSourceRecords } from './write-source-records.js';

/**
 * Brings in rows that waited for records of the entities that have arrived, and in turn those that waited for them. Each delivery's
 * rows are a batch that follows the one that made it possible: taking that back makes them wait again. Returns how many came in.
 */
export async function replayWaiting(client: pg.Client, because: string, arrived: ReadonlySet<EntityKind>): Promise<number> {
  const here = new Set<EntityKind>(arrived);
  let replayed = 0;
  const { rows: some } = await client.query(`select 1 from ${waitingNow} w limit 1`);
  if (some.length > 0) await lockMaster(client, entityKinds);
  await openIncoming(client);
  for (const entity of entityKinds) {
    const { rows } = await client.query<{ delivery_id: string; sender: string; order_key: string }>(
      `select distinct w.delivery_id, d.sender, d.order_key from ${waitingNow} w join ledger.delivery d on d.id = w.delivery_id
        where w.entity = $1 and w.lacks && $2 order by d.order_key, w.delivery_id`,
      [entity, [...here]],
    );
    for (const { delivery_id: deliveryId, sender, order_key: orderKey } of rows) {
      const count = await replayDelivery(client, because, { entity, deliveryId, system: sender, orderKey });
      replayed += count;
      if (count > 0) here.add(entity);
    }
  }
  await settleAsked(client, [...here]);
  return replayed;
}

interface WaitingDelivery {
  readonly entity: EntityKind;
  readonly deliveryId: string;
  readonly system: string;
  readonly orderKey: string;
}

async function replayDelivery(client: pg.Client, because: string, of: WaitingDelivery): Promise<number> {
  const { entity, deliveryId, system, orderKey } = of;
  await client.query('truncate incoming_record');
  await client.query(
    `insert into incoming_record (entity, role, key, fields, changed_at, is_void, part_id, row_no)
     select entity, role, key, fields, changed_at, is_void, part_id, row_no from ${waitingNow} w where delivery_id = $1 and entity = $2`,
    [deliveryId, entity],
  );
  await resolveReferences(client, [entity], system);
  await client.query(
    `delete from incoming_record r using found_reference f
      where (f.entity, f.role, f.key) = (r.entity, r.role, r.key) and f.required and f.record_id is null`,
  );
  await client.query(
    `delete from found_reference f where not exists (select 1 from incoming_record r where (f.entity, f.role, f.key) = (r.entity, r.role, r.key))`,
  );
  const { rows: left } = await client.query<{ rows: number }>('select count(*)::integer as rows from incoming_record');
  const count = left[0]!.rows;
  if (count === 0) return 0;
  const batchId = await openLoad(client, deliveryId, because);
  await openTouched(client);
  await writeSourceRecords(client, { batchId, system, orderKey, deliveryId });
  await refreshMaster(client, batchId);
  await writeReferences(client);
  await client.query(
    `with came as (
       update master.waiting w set batch_id = $1 from incoming_record r where (w.part_id, w.row_no) = (r.part_id, r.row_no)
       returning w.part_id, w.row_no),
     settled as (
       update ledger.quarantine q set state = 'replayed', resolved_by = 'hub', resolved_at = now() from came c
        where (q.part_id, q.row_no) = (c.part_id, c.row_no))
     update ledger.part p set loaded = p.loaded + c.rows, quarantined = p.quarantined - c.rows
       from (select part_id, count(*)::integer as rows from came group by 1) c where c.part_id = p.id`,
    [batchId],
  );
  return count;
}

/** SQL: the rows that wait, of deliveries whose load is in force; one that a batch brought in waits again when that batch is taken back. */
export const waitingNow = `(
  select * from master.waiting w
   where (w.batch_id is null or not exists (select 1 from matching.batch b where b.id = w.batch_id and b.in_force))
     and exists (select 1 from master.sending s join matching.batch b on b.id = s.batch_id and b.in_force and b.follows is null
                  where s.delivery_id = w.delivery_id))`;
