import type pg from 'pg';
import { waitingNow } from './replay-waiting.js';

/** Rows of one entity that wait, with some of them. */
export interface WaitingRows {
  readonly entity: string;
  readonly rows: number;
  readonly examples: readonly WaitingRow[];
}

interface WaitingRow {
  /** The record's own name, else its key. */
  readonly name: string;
  readonly system: string;
  readonly file: string;
  readonly rowNo: number;
  /** What the row says of the record that is not there. */
  readonly lacks: string;
}

/** Which rows of other deliveries wait at this moment, as `part:row`. */
export async function listWaitingRows(client: pg.Client, except: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ at: string }>(
    `select w.part_id || ':' || w.row_no as at from ${waitingNow} w where w.delivery_id <> all($1::bigint[])`,
    [[...except]],
  );
  return new Set(rows.map(({ at }) => at));
}

/** Of the rows of other deliveries that wait now those that did not `before`, by entity, the most first. */
export async function sayNewlyWaiting(
  client: pg.Client,
  except: readonly string[],
  before: ReadonlySet<string>,
): Promise<readonly WaitingRows[]> {
  const { rows } = await client.query<{ at: string; entity: string }>(
    `select w.part_id || ':' || w.row_no as at, w.entity from ${waitingNow} w
       join ledger.delivery d on d.id = w.delivery_id
      where w.delivery_id <> all($1::bigint[]) order by d.order_key, w.part_id, w.row_no`,
    [[...except]],
  );
  const byEntity = new Map<string, string[]>();
  for (const { at, entity } of rows) if (!before.has(at)) byEntity.set(entity, [...(byEntity.get(entity) ?? []), at]);
  const found = [];
  for (const [entity, list] of byEntity) found.push({ entity, rows: list.length, examples: await sayRows(client, list.slice(0, shown)) });
  return found.toSorted((one, other) => other.rows - one.rows);
}

const shown = 5;

async function sayRows(client: pg.Client, places: readonly string[]): Promise<readonly WaitingRow[]> {
  const { rows } = await client.query<WaitingRow>(
    `select coalesce(nullif(coalesce(w.fields->>'name', w.fields->>'generic_name', w.fields->>'subject'), ''), w.key) as name,
            d.sender as system, d.name as file, w.row_no as "rowNo",
            coalesce((select string_agg(distinct i->>'value', '、') from jsonb_array_elements(q.issues) i), '') as lacks
       from unnest($1::text[]) with ordinality as a(at, place)
       join master.waiting w on w.part_id = split_part(a.at, ':', 1)::bigint and w.row_no = split_part(a.at, ':', 2)::integer
       join ledger.delivery d on d.id = w.delivery_id
       left join ledger.quarantine q on (q.part_id, q.row_no) = (w.part_id, w.row_no)
      order by a.place`,
    [[...places]],
  );
  return rows;
}
