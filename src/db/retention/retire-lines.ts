import type pg from 'pg';
import { lockSender } from '../activate-generations.js';
import type { Database } from '../database.js';
import { inTransaction } from '../with-client.js';

export interface Retired {
  readonly generations: number;
  readonly rows: number;
}

const batchRows = 20_000;
const batchGenerations = 500;

/**
 * Deletes the lines of generations that have been superseded or withdrawn for more than `days`, at most 20,000 in a transaction
 * under the lock of their sender, so that no load waits longer than that takes. A generation is marked in the transaction that begins
 * with it: from then on it can never be active, and an interrupted job goes on where it was. What is deleted is recorded with it.
 */
export async function retireLines(
  database: Database,
  { days, actor, signal }: { days: number; actor: string; signal: AbortSignal },
): Promise<Retired> {
  const total = { generations: 0, rows: 0 };
  const { rows: due } = await database.raw<{ rows: { sender: string; ids: string[] }[] }>(
    `select g.sender, array_agg(g.id order by g.lines_left is null, g.id) as ids from ledger.generation g where ${isDue('?::integer')} group by 1 order by 1`,
    [days],
  );
  for (const { sender, ids } of due) {
    let waiting = ids;
    while (waiting.length > 0) {
      signal.throwIfAborted();
      const batch = await inTransaction(database, (client) => retireBatch(client, { sender, ids: waiting, days, actor }));
      total.generations += batch.generations;
      total.rows += batch.rows;
      waiting = waiting.slice(batch.passed);
    }
  }
  return total;
}

/**
 * Which generations `g` may lose their lines; `days` is SQL. A delivery with open quarantine keeps its own: a row that passes later is
 * put beside them. So does one that monthly figures still count.
 */
export const isDue = (days: string): string =>
  `g.state <> 'active' and (g.lines_left > 0 or (g.retired_at is null and g.row_count > 0
     and coalesce(g.state_since, g.created_at) < now() - make_interval(days => ${days})
     and not exists (select 1 from figures.counted c where c.generation_id = g.id)
     and not exists (select 1 from ledger.quarantine q where q.delivery_id = g.delivery_id and q.state = 'open')))`;

interface Batch extends Retired {
  /** How many of the ids are finished or no longer due. */
  readonly passed: number;
}

async function retireBatch(
  client: pg.Client,
  { sender, ids, days, actor }: { sender: string; ids: readonly string[]; days: number; actor: string },
): Promise<Batch> {
  await lockSender(client, sender);
  // What was due when the job began may be active again by now.
  const { rows: found } = await client.query<{ id: string; day: string; rows: number }>(
    `select g.id, g.business_date::text as day, coalesce(g.lines_left, g.row_count) as rows
       from ledger.generation g where g.id = any($1::bigint[]) and ${isDue('$2::integer')}`,
    [ids.slice(0, batchGenerations), days],
  );
  const dueById = new Map(found.map((generation) => [generation.id, generation]));
  const chosen: typeof found = [];
  let passed = 0;
  let rows = 0;
  for (const id of ids.slice(0, batchGenerations)) {
    const generation = dueById.get(id);
    if (generation && rows > 0 && rows + generation.rows > batchRows) break;
    passed += 1;
    if (!generation) continue;
    chosen.push(generation);
    rows += generation.rows;
  }
  if (chosen.length === 0) return { passed, generations: 0, rows: 0 };
  const deleted = await deleteLines(client, chosen);
  const isWhole = rows <= batchRows || deleted === 0;
  await client.query(`insert into ledger.event (actor, verb, object, detail) values ($1, 'retention', $2, $3)`, [
    actor,
    `sender:${sender}`,
    JSON.stringify({ what: 'lines', days, generations: chosen.map(({ id }) => id), rows: deleted }),
  ]);
  // One generation of more lines than a batch stays first in line until it is empty.
  return { passed: isWhole ? passed : passed - 1, generations: isWhole ? chosen.length : 0, rows: deleted };
}

async function deleteLines(client: pg.Client, chosen: readonly { id: string; day: string }[]): Promise<number> {
  const ids = chosen.map(({ id }) => id);
  await client.query(
    `update ledger.generation set retired_at = now(), lines_left = row_count where id = any($1::bigint[]) and retired_at is null`,
    [ids],
  );
  // All lines of a generation are of its day, so the days name the partitions.
  const { rows } = await client.query<{ deleted: number }>(
    `with picked as (
       select generation_id, part_id, row_no, business_date from flow.line
        where generation_id = any($1::bigint[]) and business_date = any($2::date[]) limit ${batchRows}
     ), gone as (
       delete from flow.line l using picked p
        where (l.generation_id, l.part_id, l.row_no, l.business_date) = (p.generation_id, p.part_id, p.row_no, p.business_date)
          and l.business_date = any($2::date[])
       returning l.generation_id, l.part_id
     ), by_generation as (
       update ledger.generation g set lines_left = g.lines_left - n.lines
         from (select generation_id, count(*)::integer as lines from gone group by 1) n where g.id = n.generation_id
     ), by_part as (
       update ledger.part p set retired = p.retired + n.lines
         from (select o.part_id, count(*)::integer as lines from gone o
                 join ledger.generation g on g.id = o.generation_id and g.state <> 'withdrawn' group by 1) n where p.id = n.part_id
     )
     select count(*)::integer as deleted from gone`,
    [ids, [...new Set(chosen.map(({ day }) => day))]],
  );
  return rows[0]!.deleted;
}
