import type pg from 'pg';
import { entityOfKind, kindsWithRole } from './master/entity-of-kind.js';
import { lockMaster } from './master/lock-master.js';
import { refreshMaster } from './master/refresh-master.js';
import { takeBackLoads } from './master/take-back-loads.js';
import { openTouched } from './master/touched.js';
import { writeSourceRecords } from './master/write-source-records.js';

/**
 * Loads records that describe the master: each becomes a version of a source record of its sender, and the golden records it
 * touches are chosen anew. What counts is the order of sending: a list that was sent earlier and arrives later changes only what
 * no later one speaks of. A record that says what was said before changes nothing. Returns how many records were read. Codes
 * that stand twice in one delivery: the last row wins. What an earlier load of this delivery said is taken back.
 */
export async function loadReferences(client: pg.Client, deliveryId: string, copyInto: (table: string) => Promise<number>): Promise<number> {
  await client.query(`
    create temp table incoming_reference (kind text, code text, fields jsonb, part_id bigint, row_no integer) on commit drop;
    create temp table incoming_record (entity text, role text, key text collate "C", fields jsonb, changed_at timestamptz, is_void boolean,
      part_id bigint, row_no integer) on commit drop`);
  const read = await copyInto('incoming_reference');
  const { rows: kinds } = await client.query<{ kind: string }>('select distinct kind from incoming_reference');
  await lockMaster(
    client,
    kinds.map(({ kind }) => entityOfKind(kind)),
  );
  const { rows } = await client.query<{ sender: string; order_key: string }>(
    'select sender, order_key from ledger.delivery where id = $1',
    [deliveryId],
  );
  await toRecords(client);
  await openTouched(client);
  await takeBackLoads(client, deliveryId);
  const batchId = await openLoad(client, deliveryId);
  await writeSourceRecords(client, { batchId, system: rows[0]!.sender, orderKey: rows[0]!.order_key, deliveryId });
  await refreshMaster(client, batchId);
  return read;
}

/** `changed_at`, `is_void` and `role` are about the record, not values of it. Of a code that stands twice the last row stays. */
async function toRecords(client: pg.Client): Promise<void> {
  await client.query(
    `insert into incoming_record
     select distinct on (entity, role, code) entity, role, code,
            coalesce((select jsonb_object_agg(key, value) from jsonb_each(fields) where value <> '""' and key <> all($2)), '{}'),
            nullif(fields->>'changed_at', '')::timestamptz, coalesce(fields->>'is_void', '') <> '', part_id, row_no
       from (select coalesce(k.entity, r.kind) as entity,
                    coalesce(k.role, case when r.kind = 'customer' then coalesce(nullif(r.fields->>'role', ''), 'other') else '' end) as role, r.*
               from incoming_reference r left join jsonb_to_recordset($1) as k(kind text, entity text, role text) on k.kind = r.kind) r
      order by entity, role, code, part_id desc, row_no desc`,
    [JSON.stringify(Object.entries(kindsWithRole).map(([kind, rest]) => ({ kind, ...rest }))), ['changed_at', 'is_void', 'role']],
  );
}

async function openLoad(client: pg.Client, deliveryId: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into matching.batch (kind, actor, by_person, detail) values ('load', 'hub', false, jsonb_build_object('delivery', $1::text)) returning id`,
    [deliveryId],
  );
  return rows[0]!.id;
}
