import type pg from 'pg';
import { entityDefinitions } from '../../journey/map/entity-definitions.js';
import type { ChangeKind } from './change-requests.js';
import { refreshMaster } from './refresh-master.js';

/**
 * `refreshMaster` after the load of a delivery. Where a list that a person imported would change what the definition calls `controlled`
 * (the name, the place, closing) on a customer that is there, the record keeps its value and a request asks somebody else; first
 * values and everything else go through. The requests and the values that are held are a batch that follows the load: taken back with it.
 */
export async function refreshHeld(client: pg.Client, batchId: string, deliveryId: string): Promise<void> {
  const of = await findImport(client, deliveryId);
  const controlled = entityDefinitions().get('customer')?.controlled ?? [];
  if (!of || controlled.length === 0) return refreshMaster(client, batchId);
  // Nobody is told of a value that is held: what was written to find out is taken back first.
  await client.query('savepoint before_held');
  await refreshMaster(client, batchId);
  const changes = await readChanges(client, batchId, controlled);
  if (changes.length === 0) return void (await client.query('release savepoint before_held'));
  await client.query('rollback to savepoint before_held');
  await hold(client, batchId, of, changes);
  await client.query(`insert into touched_record select distinct unnest($1::bigint[])`, [changes.map(({ recordId }) => recordId)]);
  await refreshMaster(client, batchId);
}

interface ImportOf {
  readonly id: string;
  readonly actor: string;
  readonly name: string;
}

/** The import whose file a delivery is: committed, or rehearsed at this moment. */
async function findImport(client: pg.Client, deliveryId: string): Promise<ImportOf | null> {
  const { rows } = await client.query<ImportOf>(
    `select i.id, i.actor, f.name from ledger.delivery d
       join master.import_file f on f.sha256 = d.sha256 join master.import i on i.id = f.import_id and i.source_id = d.source_id
      where d.id = $1 order by i.id desc limit 1`,
    [deliveryId],
  );
  return rows[0] ?? null;
}

interface Held {
  readonly recordId: string;
  readonly attribute: string;
  readonly before: string;
  readonly after: string;
  readonly keyId: string;
}

/**
 * Values that the last refresh changed and that come from versions of this load. Looked up one changed value at a time: the planner
 * knows nothing of what this transaction wrote, and joined all customers with all their versions first.
 */
async function readChanges(client: pg.Client, batchId: string, controlled: readonly string[]): Promise<Held[]> {
  const { rows } = await client.query<Held>(
    `with changed as materialized (
       select e.record_id, a.name as attribute, e.before->>a.name as before from golden_event e cross join unnest(e.attributes) as a(name)
        where e.kind = 'updated' and a.name = any($2) and coalesce(e.before->>a.name, '') <> ''),
     known as materialized (
       select c.*, g.after, g.source from changed c cross join lateral (
         select g.fields->>c.attribute as after, coalesce(g.why->c.attribute, g.why->'*')->'from' as source from master.golden g
           join master.record r on r.id = g.record_id and r.entity = 'customer' and r.status = 'active' where g.record_id = c.record_id offset 0) g)
     select distinct n.record_id as "recordId", n.attribute, n.before, n.after, k.id as "keyId"
       from known n cross join lateral (
         select k.id from master.source_key k join master.source_record c on c.key_id = k.id and c.is_current and c.batch_id = $1
          where (k.entity, k.role, k.system, k.key) = ('customer', n.source->>0, n.source->>1, n.source->>2)
            and (k.record_id = n.record_id or exists (select 1 from master.record l where l.id = k.record_id and l.survivor_id = n.record_id)) offset 0) k
      where coalesce(n.after, '') <> '' and n.before <> n.after and (n.attribute <> 'status' or n.after = 'closed')
      order by 1, 2`,
    [batchId, controlled],
  );
  return rows;
}

async function hold(client: pg.Client, loadBatch: string, { id, actor, name }: ImportOf, changes: readonly Held[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `insert into matching.batch (kind, actor, by_person, detail, follows)
     values ('change-request', $1, false, jsonb_build_object('import', $2::text, 'values', $3::integer), $4) returning id`,
    [actor, id, changes.length, loadBatch],
  );
  const batchId = rows[0]!.id;
  const because = `import #${id} ${name}`;
  await client.query(
    `insert into master.override (batch_id, record_id, attribute, value, because, losing_key_id, losing_value)
     select $1, "recordId", attribute, before, $3, "keyId", after
       from jsonb_to_recordset($2) as h("recordId" bigint, attribute text, before text, after text, "keyId" bigint)`,
    [batchId, JSON.stringify(changes), because],
  );
  const requests = new Map<string, { recordId: string; kind: ChangeKind; fields: Record<string, string> }>();
  for (const { recordId, attribute, after } of changes) {
    const kind = attribute === 'name' ? 'rename' : attribute === 'status' ? 'close' : 'move';
    const request = requests.get(`${recordId} ${kind}`) ?? { recordId, kind, fields: {} };
    requests.set(`${recordId} ${kind}`, { ...request, fields: kind === 'close' ? {} : { ...request.fields, [attribute]: after } });
  }
  await client.query(
    `insert into master.change_request (batch_id, kind, record_id, fields, reason)
     select $1, kind, "recordId", fields, $3 from jsonb_to_recordset($2) as q("recordId" bigint, kind text, fields jsonb)`,
    [batchId, JSON.stringify([...requests.values()]), because],
  );
}
