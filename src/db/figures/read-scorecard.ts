import type pg from 'pg';
import type { FigureIds } from './figure-question.js';

/** How one distributor did in a month. Counts, so that every share can be checked; a share of nothing is not told. A row of `pub_v1.scorecard`. */
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
  const { rows } = await client.query<Scorecard>(
    `select d.code as distributor, d.name as "distributorName", c.expected, c.on_time as "onTime", c.late, c.sale_days as "saleDays", c.stock_days as "stockDays",
            c.sale_lines as "saleLines", c.named_lines as "namedLines", c.product_lines as "productLines", c.linked_lines as "linkedLines",
            c.lots, c.balanced_lots as "balancedLots", c.corrections
       from figures.scorecard_month($1::date, $2::integer, coalesce($3::timestamptz, now())) c join master.distributor d on d.id = c.distributor_id
      order by d.code`,
    [firstDay, distributorId, now],
  );
  return rows;
}

/** A delivery that was late, or is not there; of days whose hour has come. */
export interface OpenDelivery {
  readonly source: string;
  readonly businessDate: string;
  readonly dueAt: Date;
  /** Null: nothing came. */
  readonly seenAt: Date | null;
}

/** The deliveries behind the shares of one distributor that are not 100 %, by day. */
export async function readOpenDeliveries(
  client: pg.Client,
  { firstDay, distributorId }: { readonly firstDay: string; readonly distributorId: number },
): Promise<OpenDelivery[]> {
  const { rows } = await client.query<OpenDelivery>(
    `select e.source_code as source, e.business_date::text as "businessDate", e.due_at as "dueAt", e.seen_at as "seenAt"
       from figures.expected_delivery($1::date, now()) e join master.distributor d on d.code = e.distributor_code
      where d.id = $2 and e.state <> 'on-time' order by 2, 1`,
    [firstDay, distributorId],
  );
  return rows;
}
