import type pg from 'pg';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { addToLate, forgetNothing } from './count-late.js';
import { isMonth } from './figure-question.js';
import { alone, bringUpToDate } from './refresh-figures.js';

/** What a person closes although it is there: nobody will be asked for it again. */
export interface StillOpen {
  /** Sources x days that were expected and did not come. */
  readonly missing: number;
  /** Deliveries that are held or not loaded yet, seen in runs of these months. */
  readonly held: number;
  /** Rows of quarantine of deliveries that speak for days of these months. */
  readonly quarantined: number;
  /** Lines of sales whose buyer nobody knows. */
  readonly unknown: number;
  /** Lines of sales and purchases whose product is not linked. */
  readonly unlinked: number;
}

/** What counts in a month: lines of sales and purchases. Quantity (base units) and amount are exact text. */
interface CountedTotal {
  readonly month: string;
  readonly lines: number;
  readonly quantity: string;
  readonly amount: string;
}

export interface Closed {
  readonly month: string;
  /** The months that are closed by it, oldest first: `yyyy-MM`. */
  readonly months: readonly CountedTotal[];
  readonly stillOpen: StillOpen;
  /** Where everything counts that comes later for these months. */
  readonly openMonth: string;
}

/**
 * Closes a month (`yyyy-MM`) and all before it: what counts in them stays as it is. Whatever comes later for their days, or corrects
 * them, counts in the first month that is open. Throws a HubError for a month that is not over or is closed already; a preview writes nothing.
 */
export function closeMonth(
  database: Database,
  { month, note }: { readonly month: string; readonly note: string },
  { actor, isPreview }: { readonly actor: string; readonly isPreview: boolean },
): Promise<Closed> {
  if (!isMonth(month)) throw new HubError('config', message('figures.bad-month', { value: month }));
  return alone(database, async (client) => {
    const { rows } = await client.query<{ through: string | null; isOver: boolean; openMonth: string; before: boolean }>(
      `select to_char(figures.closed_through(), 'YYYY-MM') as through, $1::date + interval '1 month' <= now() at time zone 'Asia/Shanghai' as "isOver",
              to_char($1::date + interval '1 month', 'YYYY-MM') as "openMonth"`,
      [`${month}-01`],
    );
    const { through, isOver, openMonth } = rows[0]!;
    if (through !== null && month <= through) throw new HubError('config', message('figures.closed-already', { month, through }));
    if (!isOver) throw new HubError('config', message('figures.month-runs', { month }));
    await bringUpToDate(client, false);
    const months = await countedMonths(client, through, month);
    const stillOpen = await readStillOpen(client, through, month);
    const closed = { month, months, stillOpen, openMonth };
    if (isPreview) return closed;
    const totals = Object.fromEntries(months.map(({ month: of, ...total }) => [of, total]));
    await client.query(`insert into figures.closing (month, closed_by, note, still_open, totals) values ($1, $2, $3, $4, $5)`, [
      ...[`${month}-01`, actor, note, JSON.stringify(stillOpen), JSON.stringify(totals)],
    ]);
    await noteEvent(client, actor, 'close', month, { note, months: months.length });
    return closed;
  });
}

export interface Reopened {
  readonly month: string;
  /** The last month that is closed from now on; null = none. */
  readonly closedThrough: string | null;
  /** Late changes (sums of a day) that count in their own month again, or in an earlier open one. */
  readonly moved: number;
}

/**
 * Takes the last closing back: everything counts as if it had never been. Throws a HubError where `month` is not what was closed last; a
 * preview writes nothing.
 */
export function reopenMonth(
  database: Database,
  { month, why }: { readonly month: string; readonly why: string },
  { actor, isPreview }: { readonly actor: string; readonly isPreview: boolean },
): Promise<Reopened> {
  if (!isMonth(month)) throw new HubError('config', message('figures.bad-month', { value: month }));
  return alone(database, async (client) => {
    const { rows } = await client.query<{ month: string }>(
      `select to_char(month, 'YYYY-MM') as month from figures.closing where reopened_at is null order by figures.closing.month desc limit 2`,
    );
    const [last, previous] = rows;
    if (last?.month !== month) throw new HubError('config', message('figures.not-closed-last', { month, last: last?.month ?? '—' }));
    const closedThrough = previous?.month ?? null;
    const bounds = [`${month}-01`, closedThrough === null ? null : `${closedThrough}-01`];
    const { rows: late } = await client.query<{ moved: number }>(
      `select count(*)::integer as moved from figures.late_sum where counted_month = $1::date + interval '1 month'`,
      [bounds[0]],
    );
    const reopened = { month, closedThrough, moved: late[0]!.moved };
    if (isPreview) return reopened;
    // What is late for a month that stays closed counts in the month that is open now; the rest is not late any more.
    await client.query(
      `with taken as (delete from figures.late_sum where counted_month = $1::date + interval '1 month' returning *)
       insert into figures.late_sum as s (counted_month, business_date, month, distributor_id, kind, raw_name_id, raw_product_id, lines, quantity, amount, priced)
       select ($2::date + interval '1 month')::date, business_date, month, distributor_id, kind, raw_name_id, raw_product_id, lines, quantity, amount, priced
         from taken where month <= $2::date ${addToLate}`,
      bounds,
    );
    await client.query(forgetNothing);
    await client.query(
      'update figures.closing set reopened_at = now(), reopened_by = $2, reopened_why = $3 where month = $1 and reopened_at is null',
      [bounds[0], actor, why],
    );
    await noteEvent(client, actor, 'reopen', month, { why, moved: reopened.moved });
    return reopened;
  });
}

async function countedMonths(client: pg.Client, through: string | null, month: string): Promise<CountedTotal[]> {
  const { rows } = await client.query<CountedTotal>(
    `select to_char(counted_month, 'YYYY-MM') as month, sum(lines)::integer as lines, trim_scale(sum(quantity))::text as quantity, trim_scale(sum(amount))::text as amount
       from figures.counted_sum where counted_month <= $2::date and ($1::date is null or counted_month > $1::date) group by 1 order by 1`,
    [through && `${through}-01`, `${month}-01`],
  );
  return rows;
}

async function readStillOpen(client: pg.Client, through: string | null, month: string): Promise<StillOpen> {
  const { rows } = await client.query<StillOpen>(
    `with months as (
       select m::date as month from generate_series(coalesce($1::date + interval '1 month', (select min(month) from figures.name_month), $2::date), $2::date, interval '1 month') m
     )
     select (select count(*) from months cross join lateral figures.expected_delivery(month, now()) e where e.state = 'missing')::integer as missing,
            (select count(*) from ledger.delivery d where d.state in ('held', 'landed') and exists (
               select 1 from ledger.sighting g join ledger.run n on n.id = g.run_id
                where g.delivery_id = d.id and date_trunc('month', n.business_date)::date in (select month from months)))::integer as held,
            (select count(*) from ledger.quarantine q where q.state = 'open' and q.delivery_id in (
               select g.delivery_id from ledger.generation g where g.state = 'active' and date_trunc('month', g.business_date)::date in (select month from months)))::integer as quarantined,
            n.unknown, n.unlinked
       from (select coalesce(sum(lines) filter (where kind = 'sale' and buyer_kind = 'unknown'), 0)::integer as unknown,
                    coalesce(sum(lines) filter (where product_id is null), 0)::integer as unlinked
               from figures.figure_part
              where kind <> 'stock' and counted_month > coalesce($1::date, '-infinity') and counted_month <= $2::date) n`,
    [through && `${through}-01`, `${month}-01`],
  );
  return rows[0]!;
}

async function noteEvent(client: pg.Client, actor: string, verb: string, month: string, detail: object): Promise<void> {
  await client.query('insert into ledger.event (actor, verb, object, detail) values ($1, $2, $3, $4)', [
    ...[actor, verb, `month:${month}`, JSON.stringify(detail)],
  ]);
}
