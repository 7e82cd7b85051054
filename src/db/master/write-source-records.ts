import type pg from 'pg';
import { judgeValue } from '../../master/judge-value.js';
import { codedLike } from './coded-like.js';
import { foldCurrent } from './fold-current.js';
import { knowByName } from './know-by-name.js';

/** One sending of source records. `orderKey` says when it was sent, compared as text. */
export interface Sending {
  readonly batchId: string;
  readonly system: string;
  readonly orderKey: string;
  readonly deliveryId: string | null;
}

/**
 * Writes what stands in the temp table `incoming_record` (each key once; entity by entity for one batch is fine) as versions of
 * source records, and adds the keys whose current version changed to `touched_key`. A key that is new gets a record of its own,
 * unless the credit code, or the exact name with the province, says whom it means. What is said again is stored as
 * a confirmation, so that a list that is sent every day costs eight bytes a record.
 */
export async function writeSourceRecords(client: pg.Client, sending: Sending): Promise<void> {
  const { batchId, system, orderKey, deliveryId } = sending;
  await client.query(
    'insert into master.sending (batch_id, system, delivery_id, order_key) values ($1, $2, $3, $4) on conflict do nothing',
    [...[batchId, system, deliveryId, orderKey]],
  );
  await addKeys(client, sending);
  const { rows } = await client.query<{ isNewest: boolean }>(
    `select not exists (select 1 from master.sending s join matching.batch b on b.id = s.batch_id and b.in_force
                         where s.system = $1 and s.order_key > $2) and not exists (select 1 from touched_key) as "isNewest"`,
    [system, orderKey],
  );
  if (rows[0]!.isNewest) await writeNewest(client, batchId);
  else await writeLate(client, batchId);
}

async function addKeys(client: pg.Client, { batchId, system }: Sending): Promise<void> {
  await client.query('drop table if exists incoming_version');
  await client.query(
    `create temp table incoming_version on commit drop as
       select k.id as key_id, i.entity, i.role, i.key, i.fields, i.changed_at, i.is_void, master.content_hash(i.fields, i.changed_at, i.is_void) as content_hash,
              i.part_id, i.row_no, k.id is null as is_new, null::bigint as record_id, 'new' as how
         from incoming_record i left join master.source_key k on (k.entity, k.system, k.key, k.role) = (i.entity, $1, i.key, i.role)`,
    [system],
  );
  await knowByCreditCode(client, system);
  await knowByName(client, system);
  const { rowCount } = await client.query(
    `update incoming_version v set key_id = n.key_id, record_id = coalesce(v.record_id, n.record_id)
       from (select place, nextval('master.source_key_id_seq') as key_id, nextval('master.record_id_seq') as record_id
               from (select ctid as place from incoming_version where is_new order by entity, role, key) i) n
      where n.place = v.ctid`,
  );
  if (rowCount) {
    await client.query(
      `insert into master.record (id, entity, first_batch_id)
       select record_id, entity, $1 from incoming_version where is_new and how = 'new' order by record_id`,
      [batchId],
    );
    await client.query(
      `insert into master.source_key (id, entity, role, system, key, home_id, record_id, how, batch_id)
       select key_id, entity, role, $2, key, record_id, record_id, how, $1 from incoming_version where is_new order by key_id`,
      [batchId, system],
    );
  }
  await client.query('analyze incoming_version (entity, role, key, key_id, content_hash, is_new)');
}

/**
 * A key that is new means a record we have, when both say one credit code whose checksum passes and names of which one is in the
 * other; never across customer and supplier, never two keys of one system. Anything less certain is a person's to link.
 */
async function knowByCreditCode(client: pg.Client, system: string): Promise<void> {
  const { rows } = await client.query<{ code: string }>(
    `select distinct i.fields->>'credit_code' as code
       from incoming_version i cross join lateral (${codedLike(`i.fields->>'credit_code'`)}) g
      where i.is_new and i.entity = 'customer' and i.fields->>'credit_code' <> ''`,
  );
  const proven = rows.map(({ code }) => code).filter((code) => judgeValue('credit_code', code) === 'proven');
  if (proven.length === 0) return;
  await client.query(
    `with proven as (
       select ctid as place, is_new, role, fields->>'credit_code' as code, master.plain_name(fields->>'name') as name,
              count(*) over (partition by fields->>'credit_code') as sharing
         from incoming_version where entity = 'customer' and fields->>'credit_code' = any($1)),
     coded as materialized (
       select i.place, i.role, i.name, g.record_id, master.plain_name(g.fields->>'name') as known
         from proven i cross join lateral (${codedLike('i.code')}) g where i.is_new and i.sharing = 1),
     found as (
       select i.place, min(coalesce(r.survivor_id, r.id)) as record_id
         from coded i
         join master.record r on r.id = i.record_id and r.entity = 'customer'
        where (strpos(i.known, i.name) > 0 or strpos(i.name, i.known) > 0)
          and not exists (select 1 from master.source_key k where k.record_id = coalesce(r.survivor_id, r.id)
                            and ((k.role = 'supplier') <> (i.role = 'supplier') or k.system = $2))
        group by 1 having count(distinct coalesce(r.survivor_id, r.id)) = 1)
     update incoming_version v set record_id = f.record_id, how = 'credit-code' from found f where f.place = v.ctid`,
    [proven, system],
  );
}

/**
 * Nothing of this system was sent later: what differs from the current version is the current version now, unless both say when they were
 * changed and this one is older.
 */
async function writeNewest(client: pg.Client, batchId: string): Promise<void> {
  await client.query(
    `insert into master.confirmation (batch_id, records)
     select $1, array_agg(c.id order by c.id) from incoming_version i
       join master.source_record c on c.key_id = i.key_id and c.is_current and c.content_hash = i.content_hash
      where not i.is_new having count(*) > 0
     on conflict (batch_id) do update set records = confirmation.records || excluded.records`,
    [batchId],
  );
  await client.query(
    `insert into touched_key select i.key_id from incoming_version i
      where i.is_new or not exists (
            select 1 from master.source_record c where c.key_id = i.key_id and c.is_current and (c.content_hash = i.content_hash or i.changed_at < c.changed_at))`,
  );
  await client.query('analyze touched_key');
  await client.query(
    `insert into master.source_record (key_id, fields, content_hash, changed_at, is_void, batch_id, part_id, row_no)
     select i.key_id, i.fields, i.content_hash, i.changed_at, i.is_void, $1, i.part_id, i.row_no
       from incoming_version i join master.source_record c on c.key_id = i.key_id and c.is_current
      where not i.is_new and i.changed_at < c.changed_at and c.content_hash <> i.content_hash order by i.key_id`,
    [batchId],
  );
  await client.query('update master.source_record c set is_current = false from touched_key t where t.key_id = c.key_id and c.is_current');
  await client.query(
    `insert into master.source_record (key_id, fields, content_hash, changed_at, is_void, batch_id, part_id, row_no, is_current)
     select i.key_id, i.fields, i.content_hash, i.changed_at, i.is_void, $1, i.part_id, i.row_no, true
       from incoming_version i join touched_key t on t.key_id = i.key_id order by i.key_id`,
    [batchId],
  );
}

/** Something was sent later, or something was taken back: every key of the sending is put in order anew. */
async function writeLate(client: pg.Client, batchId: string): Promise<void> {
  await client.query(
    `insert into master.confirmation (batch_id, records)
     select $1, array_agg(c.id order by c.id) from (
       select distinct on (c.key_id) c.id from incoming_version i
         join master.source_record c on c.key_id = i.key_id and c.content_hash = i.content_hash order by c.key_id, c.id) c
     having count(*) > 0
     on conflict (batch_id) do update set records = confirmation.records || excluded.records`,
    [batchId],
  );
  await client.query(
    `insert into master.source_record (key_id, fields, content_hash, changed_at, is_void, batch_id, part_id, row_no)
     select i.key_id, i.fields, i.content_hash, i.changed_at, i.is_void, $1, i.part_id, i.row_no from incoming_version i
      where not exists (select 1 from master.source_record c where c.key_id = i.key_id and c.content_hash = i.content_hash) order by i.key_id`,
    [batchId],
  );
  await client.query('insert into touched_key select key_id from incoming_version');
  await foldCurrent(client);
}
