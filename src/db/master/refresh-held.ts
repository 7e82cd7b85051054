import type pg from 'pg';
import { entityDefinitions } from '../../journey/map/entity-definitions.js';
import { type HeldKind, heldKinds } from '../../master/held-of.js';
import { groupBy } from '../../model/group-by.js';
import { findImport, type HeldRequest, writeHeldRequests } from './ask-for-held.js';
import { foldHeld } from './fold-held.js';
import { refreshMaster } from './refresh-master.js';

/**
 * `refreshMaster` after the load of a delivery. Where a list that a person imported would change or drop what the definition calls
 * `controlled` (the name, the place, closing) on a customer that is there, its key goes on counting as what it said before
 * (`src/master/held-of.ts`), and a request asks somebody else; first values and everything else go through.
 */
export async function refreshHeld(client: pg.Client, batchId: string, deliveryId: string): Promise<void> {
  const of = await findImport(client, deliveryId);
  const controlled = entityDefinitions().get('customer')?.controlled ?? [];
  const { rows: some } = await client.query(`select 1 from incoming_version where entity = 'customer' limit 1`);
  if (!of || controlled.length === 0 || some.length === 0) return refreshMaster(client, batchId);
  // Nobody is told of a value that waits: what was written to find out is taken back first.
  await client.query('savepoint before_held');
  await client.query('update master.sending set asks = false where batch_id = $1', [batchId]);
  await refreshMaster(client, batchId);
  const changes = await readChanges(client, controlled);
  const mayWait = changes.length > 0 || (await saysOtherwise(client, controlled));
  await client.query(mayWait ? 'rollback to savepoint before_held' : 'release savepoint before_held');
  await client.query('update master.sending set asks = true where batch_id = $1', [batchId]);
  if (!mayWait) return;
  await foldHeld(client);
  const requests = await findKeys(client, batchId, changes);
  if (requests.length > 0) await writeHeldRequests(client, batchId, of, requests);
  await refreshMaster(client, batchId);
}

interface Change {
  readonly recordId: string;
  readonly kind: HeldKind;
  /** What the record would have; '' = none. */
  readonly fields: Readonly<Record<string, string>>;
  /** role, system and key of those whose values it would have. */
  readonly from: readonly (readonly string[])[];
}

/** What the refresh changed of what is controlled, by record and kind. A place is asked for as a whole, with what is first said of it. */
async function readChanges(client: pg.Client, controlled: readonly string[]): Promise<Change[]> {
  const { rows } = await client.query<{
    recordId: string;
    attribute: string;
    before: string;
    after: string;
    from: readonly string[] | null;
  }>(
    `with changed as materialized (
       select e.record_id, a.name as attribute, coalesce(e.before->>a.name, '') as before from golden_event e cross join unnest(e.attributes) as a(name)
        where e.kind = 'updated' and a.name = any($1))
     select c.record_id as "recordId", c.attribute, c.before, coalesce(g.fields->>c.attribute, '') as after,
            coalesce(g.why->c.attribute, g.why->'*')->'from' as from
       from changed c cross join lateral (
         select g.fields, g.why from master.golden g join master.record r on r.id = g.record_id and r.entity = 'customer' and r.status = 'active'
          where g.record_id = c.record_id offset 0) g
      order by 1, 2`,
    [controlled],
  );
  const kindOf = (attribute: string) => (Object.keys(heldKinds) as HeldKind[]).find((kind) => heldKinds[kind].includes(attribute))!;
  return [...groupBy(rows, ({ recordId, attribute }) => `${recordId} ${kindOf(attribute)}`).values()].flatMap((list) => {
    const kind = kindOf(list[0]!.attribute);
    const isHeld = list.some(({ before, after }) => before !== after && (kind === 'close' ? after === 'closed' : before !== ''));
    const fields = Object.fromEntries(list.map(({ attribute, after }) => [attribute, after]));
    const from = list.flatMap(({ from: origin }) => (origin ? [origin] : []));
    return isHeld ? [{ recordId: list[0]!.recordId, kind, fields: kind === 'close' ? {} : fields, from }] : [];
  });
}

/** Whether a key of the load said something else of what is controlled before, or says it later: it may wait without changing a record. */
async function saysOtherwise(client: pg.Client, controlled: readonly string[]): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from incoming_version i
      cross join lateral (select 1 from master.source_record r where r.key_id = i.key_id
         and exists (select 1 from unnest($1::text[]) as a(name) where coalesce(r.fields->>a.name, '') <> coalesce(i.fields->>a.name, '')) limit 1) o
      where i.entity = 'customer' and not i.is_new limit 1`,
    [controlled],
  );
  return rows.length > 0;
}

/**
 * The keys of this load that a change comes from: those that wait because of it, and those whose value the record would have, which wait
 * only because a request speaks of them. Looked up one by one and put together here: the planner knows nothing of what this transaction wrote.
 */
async function findKeys(client: pg.Client, batchId: string, changes: readonly Change[]): Promise<HeldRequest[]> {
  if (changes.length === 0) return [];
  const { rows } = await client.query<IncomingKey>(
    `select i.key_id as id, n.id as "recordId", k.role, k.system, k.key, h.kinds
       from (select distinct key_id from incoming_version where entity = 'customer') i
      cross join lateral (select k.role, k.system, k.key, k.record_id from master.source_key k where k.id = i.key_id offset 0) k
      cross join lateral (select coalesce(r.survivor_id, r.id) as id from master.record r where r.id = k.record_id offset 0) n
      cross join lateral (select array(select kind from master.held_value h where h.key_id = i.key_id and h.batch_id = $1) as kinds offset 0) h
      order by i.key_id`,
    [batchId],
  );
  const keysOf = groupBy(rows, ({ recordId }) => recordId);
  return changes.flatMap(({ recordId, kind, fields, from }) => {
    const origins = new Set(from.map((origin) => JSON.stringify(origin)));
    const meant = (keysOf.get(recordId) ?? []).filter(
      ({ kinds, role, system, key }) => kinds.includes(kind) || origins.has(JSON.stringify([role, system, key])),
    );
    return meant.length === 0 ? [] : [{ recordId, kind, fields, keyIds: meant.map(({ id }) => id) }];
  });
}

interface IncomingKey {
  readonly id: string;
  readonly recordId: string;
  readonly role: string;
  readonly system: string;
  readonly key: string;
  /** What waits at it because of this load. */
  readonly kinds: readonly HeldKind[];
}
