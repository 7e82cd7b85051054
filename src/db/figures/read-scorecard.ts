import type pg from 'pg';
import { dueAt, type Expectation } from '../../schedule/due-at.js';
import { createWorkCalendar } from '../../schedule/work-calendar.js';
import { calendarYears } from '../calendar-store.js';
import { isOwed } from '../find-missing.js';
import type { FigureIds } from './figure-question.js';

/** How one distributor did in a month. Counts, so that every share can be checked; a share of nothing is not told. */
export interface Scorecard {
  readonly distributor: string;
  readonly distributorName: string;
  /** Deliveries that were expected: sources x days whose hour came after the source was made and up to now, without days for which nothing was due. */
  readonly expected: number;
  /** Of these: there by the hour agreed; there later. */
  readonly onTime: number;
  readonly late: number;
  /** Business days with sales, and those with a snapshot of stock. */
  readonly saleDays: number;
  readonly stockDays: number;
  readonly saleLines: number;
  /** Sale lines whose buyer is a terminal or distributor of the master. */
  readonly namedLines: number;
  /** Lines of sales, purchases and the last stock; those whose product is linked. */
  readonly productLines: number;
  readonly linkedLines: number;
  /** Products and lots in the balance; null without two snapshots. */
  readonly lots: number | null;
  readonly balancedLots: number | null;
  /** Days of a kind that a later delivery replaced. */
  readonly corrections: number;
}

/** All distributors of the master that have a source or figures in the month. `now` is the database's when not given. */
export async function readScorecards(
  client: pg.Client,
  { firstDay, distributorId }: Pick<FigureIds, 'firstDay' | 'distributorId'>,
  now: Date | null = null,
): Promise<Scorecard[]> {
  const { rows } = await client.query<Omit<Scorecard, 'expected' | 'onTime' | 'late'>>(cards, [firstDay, distributorId]);
  const arrivals = await readArrivalCounts(client, firstDay, now);
  const none = { expected: 0, onTime: 0, late: 0 };
  return rows.map((row) => ({ ...row, ...(arrivals.get(row.distributor) ?? none) }));
}

interface ArrivalCounts {
  readonly expected: number;
  readonly onTime: number;
  readonly late: number;
}

async function readArrivalCounts(client: pg.Client, firstDay: string, given: Date | null): Promise<Map<string, ArrivalCounts>> {
  const { rows: years } = await client.query(calendarYears);
  const calendar = createWorkCalendar(years);
  const { rows } = await client.query<{ sender: string; expects: Expectation; day: string; seen: Date | null; now: Date }>(expectedDays, [
    firstDay,
  ]);
  const counts = new Map<string, ArrivalCounts>();
  for (const { sender, expects, day, seen, now } of rows) {
    const due = dueAt(expects, day, calendar);
    if (seen === null && due > (given ?? now)) continue;
    const { expected, onTime, late } = counts.get(sender) ?? { expected: 0, onTime: 0, late: 0 };
    const [isOnTime, isLate] = [seen !== null && seen <= due, seen !== null && seen > due];
    counts.set(sender, { expected: expected + 1, onTime: onTime + Number(isOnTime), late: late + Number(isLate) });
  }
  return counts;
}

// A source speaks for a day with a generation of it; one that is expected to bring anything, with a delivery in a run of that day.
const expectedDays = `
  with day as (
    select d::date as day from generate_series($1::date, $1::date + interval '1 month' - interval '1 day', interval '1 day') d
  ), spoken as (
    select g.source_id, v.business_date as day, min(g.seen_at) as seen
      from ledger.generation v join ledger.sighting g on g.delivery_id = v.delivery_id
     where v.state <> 'withdrawn' and v.business_date >= $1::date and v.business_date < $1::date + interval '1 month' group by 1, 2
  ), came as (
    select g.source_id, n.business_date as day, min(g.seen_at) as seen
      from ledger.sighting g join ledger.run n on n.id = g.run_id join ledger.delivery d on d.id = g.delivery_id and d.state = 'loaded'
     where n.business_date >= $1::date and n.business_date < $1::date + interval '1 month' group by 1, 2
  )
  select coalesce(n.code, s.sender) as sender, s.expects, y.day::text as day, coalesce(p.seen, case when s.expects->>'figures' = 'any' then c.seen end) as seen, now() as now
    from ledger.source s cross join day y
    left join master.distributor m on m.code = s.sender left join master.distributor n on n.id = m.survivor_id
    left join spoken p on p.source_id = s.id and p.day = y.day
    left join came c on c.source_id = s.id and c.day = y.day
   where s.sender <> 'own' and ${isOwed('y.day')}`;

const cards = `
  with figure as (
    select s.distributor_id, coalesce(sum(line_count) filter (where kind = 'sale'), 0)::integer as sale_lines,
           coalesce(sum(line_count) filter (where kind = 'sale' and buyer_kind <> 'unknown'), 0)::integer as named_lines,
           sum(line_count)::integer as product_lines, coalesce(sum(line_count) filter (where product_id is not null), 0)::integer as linked_lines
      from figures.month_sum s where s.actual_month = $1::date group by 1
  ), days as (
    select distributor_id, count(distinct business_date) filter (where kind = 'sale')::integer as sale_days,
           count(distinct business_date) filter (where kind = 'stock')::integer as stock_days
      from figures.counted_now where month = $1::date group by 1
  ), correction as (
    select coalesce(m.survivor_id, m.id) as distributor_id, count(*)::integer as corrections
      from ledger.generation g join ledger.generation w on w.id = g.superseded_by and w.delivery_id <> g.delivery_id
      join master.distributor m on m.code = g.sender
     where g.state = 'superseded' and g.business_date >= $1::date and g.business_date < $1::date + interval '1 month' group by 1
  ), balance as (
    select b.distributor_id, count(*)::integer as lots,
           count(*) filter (where b.opening + b.purchases - b.sales - b.transfers - b.closing = 0)::integer as balanced_lots
      from figures.balance_month($1::date, $2::integer) b group by 1
  )
  select d.code as distributor, d.name as "distributorName", coalesce(y.sale_days, 0) as "saleDays", coalesce(y.stock_days, 0) as "stockDays",
         coalesce(f.sale_lines, 0) as "saleLines", coalesce(f.named_lines, 0) as "namedLines", coalesce(f.product_lines, 0) as "productLines",
         coalesce(f.linked_lines, 0) as "linkedLines", b.lots, b.balanced_lots as "balancedLots", coalesce(c.corrections, 0) as corrections
    from master.distributor d
    left join figure f on f.distributor_id = d.id
    left join days y on y.distributor_id = d.id
    left join correction c on c.distributor_id = d.id
    left join balance b on b.distributor_id = d.id
   where ($2::integer is null or d.id = $2)
     and (f.distributor_id is not null or y.distributor_id is not null or exists (
       select 1 from ledger.source s join master.distributor m on m.code = s.sender where d.id = coalesce(m.survivor_id, m.id) and s.enabled))
   order by d.code`;
