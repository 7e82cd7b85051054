import type pg from 'pg';
import type { Database } from '../database.js';
import { inSnapshot } from '../in-snapshot.js';
import { isOldRaw } from './archive-raw.js';
import { type Bookkeeping, bookkeeping } from './bookkeeping.js';
import { isDue } from './retire-lines.js';

export interface KeepRules {
  readonly linesDays: number;
  readonly bookkeepingDays: number;
  /** null = there is no archive. */
  readonly rawDays: number | null;
}

/** What may be deleted of one kind; raw files are moved. */
export interface RetentionItem {
  readonly what: 'lines' | 'raw' | Bookkeeping;
  /** null = kept for ever: `rows` says what is there, not what would go. */
  readonly days: number | null;
  readonly rows: number;
  /** Only of lines: the generations they belong to. */
  readonly generations: number | null;
  /** About; of files exactly. */
  readonly bytes: number;
  /** `yyyy-MM-dd`: business day of lines, else the day it was written; null when there is nothing. */
  readonly oldest: string | null;
}

/** What retention would delete now, in one snapshot. Changes nothing. */
export function readRetention(database: Database, rules: KeepRules): Promise<RetentionItem[]> {
  return inSnapshot(database, async (client) => {
    const items = [await readLines(client, rules.linesDays)];
    items.push(await readRaw(client, rules.rawDays));
    for (const what of Object.keys(bookkeeping) as Bookkeeping[]) items.push(await readRows(client, what, rules.bookkeepingDays));
    return items;
  });
}

async function readLines(client: pg.Client, days: number): Promise<RetentionItem> {
  const { rows } = await client.query(
    `select count(*)::int as generations, coalesce(sum(coalesce(g.lines_left, g.row_count)), 0)::float8 as rows, min(g.business_date)::text as oldest
       from ledger.generation g where ${isDue('$1::integer')}`,
    [days],
  );
  const { rows: sizes } = await client.query<{ bytes: number | null }>(
    `select (sum(pg_total_relation_size(c.oid)) / nullif(sum(greatest(c.reltuples, 0)), 0))::float8 as bytes
       from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'flow.line'::regclass`,
  );
  return { what: 'lines', days, ...rows[0], bytes: Math.round(rows[0].rows * (sizes[0]?.bytes ?? bytesOfALine)) };
}

async function readRaw(client: pg.Client, days: number | null): Promise<RetentionItem> {
  const { rows } = await client.query(
    `select count(*)::int as rows, coalesce(sum(o.byte_count), 0)::float8 as bytes, min(o.stored_at at time zone 'Asia/Shanghai')::date::text as oldest
       from ledger.raw_object o where case when $1::integer is null then o.archived_at is null else ${isOldRaw('$1::integer')} end`,
    [days],
  );
  return { what: 'raw', days, generations: null, ...rows[0] };
}

/** Before the server has counted its tables: a line with its place in the indexes. */
const bytesOfALine = 300;

async function readRows(client: pg.Client, what: Bookkeeping, days: number): Promise<RetentionItem> {
  const { from, at, isDue: due } = bookkeeping[what];
  const { rows } = await client.query(
    `select count(*)::int as rows, coalesce(sum(pg_column_size(t.*)), 0)::float8 as bytes, min(${at} at time zone 'Asia/Shanghai')::date::text as oldest
       from ${from} t where ${due}`,
    [days],
  );
  return { what, days, generations: null, ...rows[0] };
}
