import type pg from 'pg';
import type { HeldKind } from '../../master/held-of.js';
import { groupBy } from '../../model/group-by.js';
import type { UnaskedValue } from './fold-held.js';

/** The import whose file a delivery is. */
export interface ImportOf {
  readonly id: string;
  readonly actor: string;
  readonly name: string;
}

/** What a request of an import says: values that the record would have ('' = none), and the keys that say so. */
export interface HeldRequest {
  readonly recordId: string;
  readonly kind: HeldKind;
  readonly fields: Readonly<Record<string, string>>;
  readonly keyIds: readonly string[];
}

/** The import whose file a delivery is: committed, or rehearsed at this moment. */
export async function findImport(client: pg.Client, deliveryId: string): Promise<ImportOf | null> {
  const { rows } = await client.query<ImportOf>(
    `select i.id, i.actor, f.name from ledger.delivery d
       join master.import_file f on f.sha256 = d.sha256 join master.import i on i.id = f.import_id and i.source_id = d.source_id
      where d.id = $1 order by i.id desc limit 1`,
    [deliveryId],
  );
  return rows[0] ?? null;
}

/** Writes requests of one load as a batch that follows it: taken back with it. Taken back alone, what it asked for goes on waiting. */
export async function writeHeldRequests(
  client: pg.Client,
  loadBatch: string,
  { id, actor, name }: ImportOf,
  requests: readonly HeldRequest[],
): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `insert into matching.batch (kind, actor, by_person, detail, follows)
     values ('change-request', $1, false, jsonb_build_object('import', $2::text, 'requests', $3::integer), $4) returning id`,
    [actor, id, requests.length, loadBatch],
  );
  await client.query(
    `with given as materialized (
       select nextval(pg_get_serial_sequence('master.change_request', 'id')) as id, kind, "recordId", fields, "keyIds"
         from jsonb_to_recordset($2) as q("recordId" bigint, kind text, fields jsonb, "keyIds" jsonb)),
     made as (
       insert into master.change_request (id, batch_id, kind, record_id, fields, reason) overriding system value
       select id, $1, kind, "recordId", fields, $3 from given returning id)
     insert into master.asked (request_id, key_id)
     select g.id, k.key_id::bigint from made m join given g on g.id = m.id cross join lateral jsonb_array_elements_text(g."keyIds") as k(key_id)`,
    [rows[0]!.id, JSON.stringify(requests), `import #${id} ${name}`],
  );
  // Whoever looks at them in this transaction would be planned for tables without rows.
  if (requests.length >= 1_000) await client.query('analyze (skip_locked) master.change_request, master.asked');
}

/**
 * Asks for what waits and no request speaks of: an import that only repeated what another one said, and that is what is left when the other
 * is taken back. Only where the record's value would be the key's.
 */
export async function askForHeld(client: pg.Client, unasked: readonly UnaskedValue[]): Promise<void> {
  if (unasked.length === 0) return;
  const { rows } = await client.query<HeldRequest & { loadBatch: string; deliveryId: string; keyId: string }>(
    `with held as materialized (
       select * from jsonb_to_recordset($1) as h("keyId" bigint, kind text, accepted jsonb, waiting jsonb, "batchId" bigint) where accepted is not null)
     select h."batchId"::text as "loadBatch", n.delivery_id as "deliveryId", r.id as "recordId", h.kind, h."keyId"::text as "keyId",
            case h.kind when 'close' then '{}' else
              (select jsonb_object_agg(w.key, w.value) from jsonb_each_text(h.waiting) w where coalesce(g.fields->>w.key, '') <> w.value) end as fields
       from held h
      cross join lateral (select * from master.source_key k where k.id = h."keyId" offset 0) k
      cross join lateral (
        select r.id from master.record o join master.record r on r.id = coalesce(o.survivor_id, o.id) and r.status = 'active' where o.id = k.record_id offset 0) r
      cross join lateral (select g.fields, g.why from master.golden g where g.record_id = r.id offset 0) g
      cross join lateral (select n.delivery_id from master.sending n where n.batch_id = h."batchId" offset 0) n
      where exists (select 1 from jsonb_each_text(h.waiting) w
                     where coalesce(h.accepted->>w.key, '') <> w.value and coalesce(g.fields->>w.key, '') <> w.value
                       and (coalesce(g.why->w.key, g.why->'*')->'from' = jsonb_build_array(k.role, k.system, k.key)
                            or h.kind = 'close' and not jsonb_exists(g.fields, w.key)))
      order by h."batchId", r.id, h.kind, h."keyId"`,
    [JSON.stringify(unasked)],
  );
  for (const [loadBatch, held] of groupBy(rows, (row) => row.loadBatch)) {
    const of = await findImport(client, held[0]!.deliveryId);
    if (!of) continue;
    const requests = groupBy(held, ({ recordId, kind }) => `${recordId} ${kind}`);
    await writeHeldRequests(
      client,
      loadBatch,
      of,
      [...requests.values()].map((list) => ({ ...list[0]!, keyIds: list.map(({ keyId }) => keyId) })),
    );
  }
}
