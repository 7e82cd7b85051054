import type pg from 'pg';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { addLate, dropEmptyLate } from './count-late.js';
import { isMonth } from './figure-question.js';
import { alone, bringUpToDate } from './refresh-figures.js';

/** What is not there yet when a month is closed. What comes of it later is late. */
export interface StillOpen {
  /** Sources x days that were expected and did not come. */
  readonly missing: number;
  /** Deliveries that are held or not loaded yet, of runs of these months or later ones: which days they speak for nobody knows. */
  readonly held: number;
  /** Rows in quarantine of deliveries that have lines of these months, or came in runs of them or later. */
  readonly quarantined: number;
  /** Lines of sales whose buyer nobody knows. */
  readonly unknown: number;
  /** Lines of sales and purchases whose product is not linked. */
  readonly unlinked: number;
}

/** What counts in a month, all distributors together. Quantity (base units) and amount are exact text. */
interface CountedTotal {
  readonly month: string;
  readonly kind: 'sale' | 'purchase';
  readonly lines: number;
  readonly quantity: string;
  readonly amount: string;
}

export interface Closed {
  readonly month: string;
  /** The months with figures that are closed by it, oldest first. */
  readonly months: readonly CountedTotal[];
  readonly stillOpen: StillOpen;
  /** Where everything counts that comes later for these months. */
  readonly openMonth: string;
}

/**
 * Closes a month (`yyyy-MM`) and all before it: what counts in them stays as it is. Whatever comes later for their days, or corrects
 * them, counts in the first month that is open. Throws a HubError for a month that is not over or is closed already; a preview closes nothing.
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
    await client.query(
      `insert into figures.closing (month, closed_by, note, still_open, totals) values ($1, $2, $3, $4, figures.counted_totals($5::date, $1::date))`,
      [`${month}-01`, actor, note, JSON.stringify(stillOpen), through && `${through}-01`],
    );
    await noteEvent(client, actor, 'close', month, { note, months: months.length });
    return closed;
  });
}

export interface Reopened {
  readonly month: string;
  /** The last month that is closed from now on; null = none. */
  readonly closedThrough: string | null;
  /** Late changes (sums of a day) that count in their own month again. */
  readonly back: number;
  /** Those of months that stay closed: they count in the first month that is open then. */
  readonly kept: number;
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
    const { rows: late } = await client.query<{ back: number; kept: number }>(
      `select count(*) filter (where $2::date is null or month > $2::date)::integer as back, count(*) filter (where month <= $2::date)::integer as kept
         from figures.late_sum where counted_month = $1::date + interval '1 month'`,
      bounds,
    );
    const reopened = { month, closedThrough, ...late[0]! };
    if (isPreview) return reopened;
    // What is late for a month that stays closed counts in the month that is open now; the rest is not late any more.
    await client.query(
      `with taken as (delete from figures.late_sum where counted_month = $1::date + interval '1 month' returning *)
       ${addLate(`
         select ($2::date + interval '1 month')::date, business_date, month, distributor_id, kind, raw_name_id, raw_product_id, lines, quantity, amount, priced
           from taken where month <= $2::date`)}`,
      bounds,
    );
    await client.query(dropEmptyLate);
    await client.query(
      'update figures.closing set reopened_at = now(), reopened_by = $2, reopened_why = $3 where month = $1 and reopened_at is null',
      [bounds[0], actor, why],
    );
    await noteEvent(client, actor, 'reopen', month, { why, back: reopened.back, kept: reopened.kept });
    return reopened;
  });
}

async function countedMonths(client: pg.Client, through: string | null, month: string): Promise<CountedTotal[]> {
  const { rows } = await client.query<CountedTotal>(
    `select t.month, t.kind, sum(t.lines)::integer as lines, trim_scale(sum(t.quantity))::text as quantity, trim_scale(sum(t.amount))::text as amount
       from jsonb_to_recordset(figures.counted_totals($1::date, $2::date)) t(month text, kind text, lines integer, quantity numeric, amount numeric)
      group by 1, 2 order by 1, 2 desc`,
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
            (select count(*) from ledger.delivery d where d.state in ('held', 'landed') and exists (${cameSince}))::integer as held,
            (select count(*) from ledger.quarantine q join ledger.delivery d on d.id = q.delivery_id where q.state = 'open' and (exists (${cameSince}) or exists (
               select 1 from ledger.generation g where g.delivery_id = d.id and g.state = 'active' and date_trunc('month', g.business_date)::date in (select month from months))))::integer as quarantined,
            n.unknown, n.unlinked
       from (select coalesce(sum(lines) filter (where kind = 'sale' and buyer_kind = 'unknown'), 0)::integer as unknown,
                    coalesce(sum(lines) filter (where product_id is null), 0)::integer as unlinked
               from figures.figure_part
              where kind <> 'stock' and counted_month > coalesce($1::date, '-infinity') and counted_month <= $2::date) n`,
    [through && `${through}-01`, `${month}-01`],
  );
  return rows[0]!;
}

/** SQL: a delivery `d` came in a run of the months that are closed, or of a later one. */
const cameSince = `select 1 from ledger.sighting g join ledger.run n on n.id = g.run_id
                    where g.delivery_id = d.id and n.business_date >= (select min(month) from months)`;

async function noteEvent(client: pg.Client, actor: string, verb: string, month: string, detail: object): Promise<void> {
  await client.query('insert into ledger.event (actor, verb, object, detail) values ($1, $2, $3, $4)', [
    ...[actor, verb, `month:${month}`, JSON.stringify(detail)],
  ]);
}
