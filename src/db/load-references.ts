import type pg from 'pg';
import { type EntityKind, entityKinds } from '../model/kind.js';
import { entityOfKind, kindsWithRole } from './master/entity-of-kind.js';
import { entityLayers } from './master/entity-references.js';
import { keepFates } from './master/keep-fates.js';
import { keepWaiting } from './master/keep-waiting.js';
import { lockMaster } from './master/lock-master.js';
import { openIncoming } from './master/open-incoming.js';
import { openLoad } from './master/open-load.js';
import { refreshHeld } from './master/refresh-held.js';
import { replayWaiting } from './master/replay-waiting.js';
import { resolveReferences } from './master/resolve-references.js';
import { takeBackLoads } from './master/take-back-loads.js';
import { openTouched } from './master/touched.js';
import { writeReferences } from './master/write-references.js';
import { writeSourceRecords } from './master/write-source-records.js';

/**
 * Loads records that describe the master: each becomes a version of a source record of its sender, and the golden records it
 * touches are chosen anew. What counts is the order of sending: a list that was sent earlier and arrives later changes only what
 * no later one speaks of. A record that says what was said before changes nothing. Codes that stand twice in one delivery: the last
 * row wins. What an earlier load of this delivery said is taken back.
 *
 * A row whose parent is not there (a contact without its customer) waits in quarantine, and comes in by itself with the load that
 * brings the parent: files may come in any order. Returns how many records were read, and how many of them wait.
 */
export async function loadReferences(
  client: pg.Client,
  deliveryId: string,
  copyInto: (table: string) => Promise<number>,
): Promise<{ readonly read: number; readonly waiting: number }> {
  await client.query('drop table if exists incoming_reference, staged_record');
  await client.query(
    'create temp table incoming_reference (kind text, code text, fields jsonb, part_id bigint, row_no integer, cells jsonb) on commit drop',
  );
  await openIncoming(client);
  const read = await copyInto('incoming_reference');
  const { rows: kinds } = await client.query<{ kind: string }>('select distinct kind from incoming_reference');
  const entities = new Set(kinds.map(({ kind }) => entityOfKind(kind) as EntityKind));
  // Whoever brings parents looks for rows that wait, whoever brings children for parents: one of them must see the other.
  await lockMaster(client, entityKinds);
  await client.query('delete from master.waiting where delivery_id = $1', [deliveryId]);
  await client.query('delete from master.remark r using ledger.part p where p.id = r.part_id and p.delivery_id = $1', [deliveryId]);
  const { rows } = await client.query<{ sender: string; order_key: string }>(
    'select sender, order_key from ledger.delivery where id = $1',
    [deliveryId],
  );
  const { sender: system, order_key: orderKey } = rows[0]!;
  await stageRecords(client);
  await openTouched(client);
  await takeBackLoads(client, deliveryId);
  const batchId = await openLoad(client, deliveryId);
  let waiting = 0;
  for (const layer of entityLayers()) {
    const present = layer.filter((entity) => entities.has(entity));
    if (present.length === 0) continue;
    await client.query('truncate incoming_record');
    await client.query('insert into incoming_record select * from staged_record where entity = any($1)', [present]);
    await resolveReferences(client, present, system);
    waiting += await keepWaiting(client, deliveryId);
    await writeSourceRecords(client, { batchId, system, orderKey, deliveryId });
    await refreshHeld(client, batchId, deliveryId);
    await writeReferences(client);
    await openTouched(client);
  }
  await keepFates(client, { deliveryId, batchId });
  await replayWaiting(client, batchId, entities);
  return { read, waiting };
}

/**
 * `changed_at`, `is_void` and `role` are about the record, not values of it; a change that lies ahead says nothing about which version is newer.
 * Of a code that stands twice the row that was changed last stays, or the last one where not all say when.
 */
async function stageRecords(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ dated: boolean }>(
    `select exists (select 1 from incoming_reference where coalesce(fields->>'changed_at', '') <> '') as dated`,
  );
  const isDated = 'bool_and(changed_at is not null) over (partition by entity, role, code)';
  await client.query(
    `create temp table staged_record on commit drop as
     select distinct on (entity, role, code) entity, role, code as key,
            coalesce((select jsonb_object_agg(key, value) from jsonb_each(fields) where value <> '""' and key <> all($2)), '{}') as fields,
            changed_at, coalesce(fields->>'is_void', '') <> '' as is_void, part_id, row_no
       from (select *, ${rows[0]!.dated ? isDated : 'false'} as is_dated from (
               select coalesce(k.entity, r.kind) as entity,
                      coalesce(k.role, case when r.kind = 'customer' then coalesce(nullif(r.fields->>'role', ''), 'other') else '' end) as role,
                      case when nullif(r.fields->>'changed_at', '')::timestamptz < now() + interval '2 days' then (r.fields->>'changed_at')::timestamptz end as changed_at,
                      r.*
                 from incoming_reference r left join jsonb_to_recordset($1) as k(kind text, entity text, role text) on k.kind = r.kind) r) d
      order by entity, role, code, case when is_dated then changed_at end desc nulls last, part_id desc, row_no desc`,
    [JSON.stringify(Object.entries(kindsWithRole).map(([kind, rest]) => ({ kind, ...rest }))), ['changed_at', 'is_void', 'role']],
  );
}
