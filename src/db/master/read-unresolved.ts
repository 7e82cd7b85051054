import type pg from 'pg';
import { entityKinds } from '../../model/kind.js';
import { openIncoming } from './open-incoming.js';
import { waitingNow } from './replay-waiting.js';
import { resolveReferences } from './resolve-references.js';

/** A name of a customer that rows refer to, in vain so far. */
export interface UnresolvedName {
  readonly system: string;
  readonly side: 'customer' | 'supplier';
  /** As the first of the rows writes it; `spelling` is the form in which it is compared. */
  readonly name: string;
  readonly spelling: string;
  /** Rows that wait for it, and those that were loaded without it. */
  readonly waiting: number;
  readonly loose: number;
  readonly entities: readonly string[];
}

/** Names that rows refer to and that mean no record yet, those of most waiting rows first. Inside a transaction; writes temp tables only. */
export async function readUnresolved(client: pg.Client): Promise<UnresolvedName[]> {
  await openIncoming(client);
  await client.query(`
    create temp table if not exists unresolved (system text, side text, name text, entity text, is_waiting boolean) on commit drop;
    truncate unresolved`);
  const { rows: systems } = await client.query<{ system: string }>(
    `select distinct d.sender as system from ${waitingNow} w join ledger.delivery d on d.id = w.delivery_id where w.lacks @> '{customer}' order by 1`,
  );
  for (const { system } of systems) {
    await client.query('truncate incoming_record');
    // Rows of several files may have one key; here they are only asked what they refer to.
    await client.query(
      `insert into incoming_record (entity, role, key, fields, is_void, part_id, row_no)
       select w.entity, w.role, w.part_id || '/' || w.row_no, w.fields, false, w.part_id, w.row_no
         from ${waitingNow} w join ledger.delivery d on d.id = w.delivery_id where w.lacks @> '{customer}' and d.sender = $1`,
      [system],
    );
    await resolveReferences(client, entityKinds, system);
    await client.query(
      `insert into unresolved select system, side, name, entity, true from found_reference
        where target = 'customer' and required and record_id is null and name <> ''`,
    );
  }
  // Statistics may be older than the load that brought these: an index look a row, whatever they say.
  await client.query('set local enable_seqscan = off');
  await client.query(
    `insert into unresolved
     select a.system, a.side, a.name, k.entity, false from master.asked_reference a
       join master.source_record c on c.id = a.source_record_id and c.is_current join master.source_key k on k.id = c.key_id
      where a.target = 'customer' and a.name <> ''
        and not exists (select 1 from master.reference f where (f.source_record_id, f.field) = (a.source_record_id, a.field))`,
  );
  await client.query('set local enable_seqscan = on');
  const { rows } = await client.query<UnresolvedName>(
    `select system, side, min(name) as name, master.plain_name(name) as spelling, count(*) filter (where is_waiting)::integer as waiting,
            count(*) filter (where not is_waiting)::integer as loose, array_agg(distinct entity order by entity) as entities
       from unresolved where master.plain_name(name) <> '' group by system, side, master.plain_name(name) order by 5 desc, 6 desc, 1, 4`,
  );
  return rows;
}
