import type pg from 'pg';
import type { HeldKind } from '../../master/held-of.js';
import { groupBy } from '../../model/group-by.js';

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
}

/**
 * Asks for what waits and no request speaks of: an import that only repeated what another one said, and that is what is left when the other
 * is taken back. Only where the record's value would be the key's.
 */
export async function askForHeld(client: pg.Client): Promise<void> {
  const { rows } = await client.query<HeldRequest & { loadBatch: string; deliveryId: string; keyId: string }>(
    `select h.batch_id as "loadBatch", n.delivery_id as "deliveryId", r.id as "recordId", h.kind, k.id as "keyId",
            (select jsonb_object_agg(w.key, w.value) from jsonb_each_text(h.waiting) w where coalesce(g.fields->>w.key, '') <> w.value) as fields
       from (select distinct key_id from touched_key) t join master.held_value h on h.key_id = t.key_id join master.source_key k on k.id = t.key_id
       join master.record o on o.id = k.record_id join master.record r on r.id = coalesce(o.survivor_id, o.id) and r.status = 'active'
       join master.golden g on g.record_id = r.id join master.sending n on n.batch_id = h.batch_id
      where h.accepted is not null
        and exists (select 1 from jsonb_each_text(h.waiting) w
                     where coalesce(h.accepted->>w.key, '') <> w.value and coalesce(g.fields->>w.key, '') <> w.value
                       and coalesce(g.why->w.key, g.why->'*')->'from' = jsonb_build_array(k.role, k.system, k.key))
        and not exists (select 1 from master.asked a join master.change_request q on q.id = a.request_id and q.kind = h.kind
                          join matching.batch b on b.id = q.batch_id and b.follows = h.batch_id where a.key_id = h.key_id)
      order by h.batch_id, r.id, h.kind, k.id`,
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
