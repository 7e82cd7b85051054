import { entityKinds } from '../../model/kind.js';
import type { Database } from '../database.js';
import type { Delivery } from '../delivery-store.js';
import { entityReferences } from './entity-references.js';

/**
 * Deliveries in force with rows that need a record which is there no longer, because what brought it was taken back. Loaded once more, those
 * rows find another one or wait. Looks at withdrawn records only, which are few.
 */
export async function listOrphaned(database: Database): Promise<Delivery[]> {
  const needed = entityReferences().filter(({ required }) => required);
  const { rows } = await database.raw<{ rows: Delivery[] }>(
    `with orphan as materialized (
       select c.id, c.batch_id, k.system
         from master.record w
         join master.reference f on f.record_id = w.id
         join master.source_record c on c.id = f.source_record_id and c.is_current and not c.is_void
         join master.source_key k on k.id = c.key_id and k.record_id is not null
         join jsonb_to_recordset(:needed) as n(entity text, field text) on (n.entity, n.field) = (k.entity, f.field)
        where w.status = 'withdrawn' and w.entity = any(:targets)),
     said as (
       select s.delivery_id from orphan o join matching.batch b on b.id = o.batch_id and b.in_force join master.sending s on s.batch_id = b.id
       union
       -- Said first by something that was taken back, and again by something that was not.
       select s.delivery_id from orphan o join matching.batch g on g.id = o.batch_id and not g.in_force
         join master.sending s on s.system = o.system join matching.batch b on b.id = s.batch_id and b.in_force
         join master.confirmation c on c.batch_id = s.batch_id and o.id = any(c.records))
     select d.* from ledger.delivery d where d.id in (select delivery_id from said) and d.state = 'loaded' order by d.sender, d.order_key`,
    { needed: JSON.stringify(needed), targets: entityKinds.filter((kind) => needed.some(({ target }) => target === kind)) } as never,
  );
  return rows;
}
