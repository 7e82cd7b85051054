import type pg from 'pg';
import { entityDefinitions } from '../../journey/map/entity-definitions.js';
import { type HeldKind, heldOf, type Saying } from '../../master/held-of.js';
import { saidInForce } from './said-in-force.js';

/**
 * Brings what waits for approval at the keys in `touched_key` in line with the sendings, requests and answers in force. The current
 * versions must be in line already.
 */
export async function foldHeld(client: pg.Client): Promise<void> {
  const { rows: some } = await client.query('select 1 from master.sending where asks union all select 1 from master.held_value limit 1');
  if (some.length === 0) return;
  const controlled = entityDefinitions().get('customer')?.controlled ?? [];
  await openHeldKeys(client, controlled);
  await client.query('delete from master.held_value v using held_key k where k.key_id = v.key_id');
  const held: object[] = [];
  for (const [keyId, sayings] of await readSayings(client, controlled))
    for (const one of heldOf(sayings, controlled)) held.push({ keyId, ...one });
  if (held.length === 0) return;
  await client.query(
    `insert into master.held_value (key_id, kind, accepted, waiting, batch_id)
     select "keyId", kind, accepted, waiting, "batchId"
       from jsonb_to_recordset($1) as h("keyId" bigint, kind text, accepted jsonb, waiting jsonb, "batchId" bigint)`,
    [JSON.stringify(held)],
  );
}

/**
 * Nothing can wait at a key that always said the same, unless a request speaks of it, nor at one of a system of which nobody ever imported a
 * list: feeds that come every night are spared the look into all they ever said.
 */
async function openHeldKeys(client: pg.Client, controlled: readonly string[]): Promise<void> {
  await client.query(`
    create temp table if not exists held_key (key_id bigint primary key) on commit drop;
    truncate held_key;
    analyze touched_key`);
  await client.query(
    `insert into held_key
     select t.key_id from (select distinct key_id from touched_key) t
      cross join lateral (
        select k.id from master.source_key k
         where k.id = t.key_id and k.entity = 'customer'
           and (k.system = any(array(select distinct system from master.sending where asks)) or exists (select 1 from master.held_value h where h.key_id = k.id)) offset 0) k
      cross join lateral (
        select count(distinct (select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(r.fields) f where f.key = any($1))) as texts, count(*) as versions
          from master.source_record r where r.key_id = t.key_id offset 0) v
      where v.versions > 1 and v.texts > 1
         or exists (select 1 from master.held_value h where h.key_id = t.key_id) or exists (select 1 from master.asked a where a.key_id = t.key_id)`,
    [controlled],
  );
  await client.query('analyze held_key');
}

interface SayingRow extends Omit<Saying, 'marked' | 'approved'> {
  readonly keyId: string;
  readonly marked: readonly HeldKind[] | null;
  readonly approved: readonly HeldKind[] | null;
}

async function readSayings(client: pg.Client, controlled: readonly string[]): Promise<ReadonlyMap<string, Saying[]>> {
  const { rows } = await client.query<SayingRow>(
    `with ${saidInForce('held_key')}
     select s.key_id as "keyId", s.batch_id as "batchId", n.asks, q.marked, q.approved,
            (select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(r.fields) f where f.key = any($1)) as fields
       from said s join master.source_record r on r.id = s.id join master.sending n on n.batch_id = s.batch_id
       left join lateral (
            select array_agg(c.kind) as marked, array_agg(c.kind) filter (where t.state = 'approved') as approved
              from master.asked a join master.change_request c on c.id = a.request_id join matching.batch b on b.id = c.batch_id and b.follows = s.batch_id
              join master.change_request_state t on t.id = c.id
             where n.asks and a.key_id = s.key_id) q on true
      order by s.key_id, s.order_key, s.batch_id, s.id`,
    [controlled],
  );
  const byKey = new Map<string, Saying[]>();
  for (const { keyId, marked, approved, ...saying } of rows) {
    const list = byKey.get(keyId) ?? [];
    if (list.length === 0) byKey.set(keyId, list);
    list.push({ ...saying, marked: marked ?? [], approved: approved ?? [] });
  }
  return byKey;
}
