import type pg from 'pg';
import { entityDefinitions } from '../../journey/map/entity-definitions.js';
import { type HeldKind, type HeldValue, heldOf, type Saying } from '../../master/held-of.js';
import { saidInForce } from './said-in-force.js';

/**
 * Brings what waits for approval at the keys in `touched_key` in line with the sendings, requests and answers in force. The current
 * versions must be in line already. Returns what waits and no request speaks of.
 */
export async function foldHeld(client: pg.Client): Promise<readonly UnaskedValue[]> {
  const { rows: some } = await client.query('select 1 from master.sending where asks union all select 1 from master.held_value limit 1');
  if (some.length === 0) return [];
  const controlled = entityDefinitions().get('customer')?.controlled ?? [];
  await openHeldKeys(client, controlled);
  await client.query('delete from master.held_value v using held_key k where k.key_id = v.key_id');
  const asked = await readAsked(client);
  const held: UnaskedValue[] = [];
  for (const [keyId, sayings] of await readSayings(client, controlled, asked))
    for (const one of heldOf(sayings, controlled)) held.push({ keyId, ...one });
  if (held.length === 0) return [];
  await client.query(
    `insert into master.held_value (key_id, kind, accepted, waiting, batch_id)
     select "keyId", kind, accepted, waiting, "batchId"
       from jsonb_to_recordset($1) as h("keyId" bigint, kind text, accepted jsonb, waiting jsonb, "batchId" bigint)`,
    [JSON.stringify(held)],
  );
  if (held.length >= 1_000) await client.query('analyze (skip_locked) master.held_value');
  return held.filter(({ keyId, batchId, kind }) => !asked.get(`${keyId} ${batchId}`)?.some((one) => one.kind === kind));
}

/** What waits at a key and no request speaks of. */
export interface UnaskedValue extends HeldValue {
  readonly keyId: string;
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
  readonly changedAt: string | null;
}

/** Looked up key by key: the planner knows nothing of what this transaction wrote. */
async function readSayings(
  client: pg.Client,
  controlled: readonly string[],
  asked: ReadonlyMap<string, Asked[]>,
): Promise<ReadonlyMap<string, Saying[]>> {
  const { rows } = await client.query<SayingRow>(
    `with ${saidInForce('held_key')}
     select s.key_id as "keyId", s.batch_id as "batchId", n.asks, r.fields, r.changed_at as "changedAt"
       from said s
      cross join lateral (
         select (select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(r.fields) f where f.key = any($1)) as fields,
                to_char(r.changed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') as changed_at
           from master.source_record r where r.id = s.id offset 0) r
      cross join lateral (select asks from master.sending where batch_id = s.batch_id offset 0) n
      order by s.key_id, s.order_key, s.batch_id, s.id`,
    [controlled],
  );
  const byKey = new Map<string, DatedSaying[]>();
  for (const { keyId, ...saying } of rows) {
    const list = byKey.get(keyId) ?? [];
    if (list.length === 0) byKey.set(keyId, list);
    const here = (saying.asks ? asked.get(`${keyId} ${saying.batchId}`) : undefined) ?? [];
    const approved = here.filter(({ isApproved }) => isApproved).map(({ kind }) => kind);
    list.push({ ...saying, marked: here.map(({ kind }) => kind), approved });
  }
  return new Map([...byKey].map(([keyId, list]) => [keyId, inTurn(list)]));
}

/** As `foldCurrent` has it, so that the last one is the current one: those that say when they were changed by that, between those that do not. */
function inTurn(list: readonly DatedSaying[]): Saying[] {
  const turns: DatedSaying[] = [];
  let dated: DatedSaying[] = [];
  const flush = () => {
    turns.push(...dated.toSorted((one, other) => (one.changedAt! < other.changedAt! ? -1 : one.changedAt! > other.changedAt! ? 1 : 0)));
    dated = [];
  };
  for (const one of list) {
    if (one.changedAt !== null) dated.push(one);
    else {
      flush();
      turns.push(one);
    }
  }
  flush();
  return turns;
}

type DatedSaying = Saying & Pick<SayingRow, 'changedAt'>;

interface Asked {
  readonly kind: HeldKind;
  readonly isApproved: boolean;
}

/** What requests say of the keys, by key and load; taken back or not, a request marks what waits. */
async function readAsked(client: pg.Client): Promise<ReadonlyMap<string, Asked[]>> {
  const { rows } = await client.query<Asked & { place: string }>(`
    select k.key_id || ' ' || b.follows as place, q.kind, b.in_force and coalesce(w.approved, false) as "isApproved"
      from held_key k
     cross join lateral (select request_id from master.asked where key_id = k.key_id offset 0) a
     cross join lateral (select kind, batch_id from master.change_request where id = a.request_id offset 0) q
     cross join lateral (select follows, in_force from matching.batch where id = q.batch_id offset 0) b
      left join lateral (
           select w.approved from (select w.id, w.approved, w.batch_id from master.change_answer w where w.request_id = a.request_id offset 0) w
            cross join lateral (select 1 from matching.batch n where n.id = w.batch_id and n.in_force offset 0) n order by w.id desc limit 1) w on true`);
  const byPlace = new Map<string, Asked[]>();
  for (const { place, ...asked } of rows) byPlace.set(place, [...(byPlace.get(place) ?? []), asked]);
  return byPlace;
}
