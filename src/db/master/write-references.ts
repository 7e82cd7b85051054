import type pg from 'pg';
import { knownAs } from './known-as.js';
import { findRecords } from './resolve-references.js';

/**
 * Keeps what `found_reference` says with the versions that its rows are; what was not found, or only by an answer about its name, is
 * remembered in `master.asked_reference` and tried again by `settleAsked`. For rows that `writeSourceRecords` has just written.
 */
export async function writeReferences(client: pg.Client): Promise<void> {
  await keepReferences(client, ofIncoming);
}

/** The version that a row is, which may be an older one than the current. */
const ofIncoming = `
    select c.id, f.* from found_reference f
      join incoming_version i on (i.entity, i.role, i.key) = (f.entity, f.role, f.key)
      join master.source_record c on c.key_id = i.key_id and c.content_hash = i.content_hash`;
const ofCurrent = `
    select c.id, f.* from found_reference f
      join master.source_key k on (k.entity, k.system, k.key, k.role) = (f.entity, f.system, f.key, f.role)
      join master.source_record c on c.key_id = k.id and c.is_current`;

async function keepReferences(client: pg.Client, versions: string): Promise<void> {
  await client.query(
    `insert into master.reference (source_record_id, field, record_id, how)
     select id, field, record_id, how from (${versions}) v where record_id is not null
     on conflict (source_record_id, field) do update set record_id = excluded.record_id, how = excluded.how`,
  );
  await client.query(
    `insert into master.asked_reference (source_record_id, field, target, system, code, name, side, within)
     select id, field, target, system, code, name, side, within from (${versions}) v where record_id is null or how in ('person', 'matcher')
     on conflict do nothing`,
  );
}

/**
 * Tries references again that meant nothing when they were loaded, those to records that were taken back since, and those that the matcher
 * linked, once there is a record of exactly that name.
 */
export async function settleAsked(client: pg.Client, arrived: readonly string[]): Promise<void> {
  await client.query('truncate found_reference');
  const { rowCount } = await client.query(
    `insert into found_reference
       select k.entity, k.role, k.key, a.field, a.target, a.system, a.code, a.name, a.side, '', false, null, null
         from master.asked_reference a
         join master.source_record c on c.id = a.source_record_id and c.is_current
         join master.source_key k on k.id = c.key_id
         left join master.reference f on (f.source_record_id, f.field) = (a.source_record_id, a.field)
         left join master.record r on r.id = f.record_id
        where a.target = any($1) and a.within = '' and (r.id is null or r.status = 'withdrawn' or f.how = 'matcher' and exists (${knownAs('a.name')}))`,
    [arrived],
  );
  if (!rowCount) return;
  await findRecords(client);
  await keepReferences(client, ofCurrent);
}

/** References that leaned on answers of these batches mean nothing until they are tried again. */
export async function dropAnswered(client: pg.Client, changed: readonly string[]): Promise<void> {
  const { rowCount } = await client.query('select 1 from master.reference_answer where batch_id = any($1::bigint[]) limit 1', [changed]);
  if (!rowCount) return;
  await client.query(
    `delete from master.reference f using master.asked_reference a, master.reference_answer x
      where x.batch_id = any($1::bigint[]) and (a.system, a.side) = (x.system, x.side) and master.plain_name(a.name) = x.spelling
        and (f.source_record_id, f.field) = (a.source_record_id, a.field) and f.how in ('person', 'matcher')`,
    [changed],
  );
}
