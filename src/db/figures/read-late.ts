import type pg from 'pg';
import { type FigureQuestion, resolveQuestion } from './figure-question.js';
import type { MonthFigure } from './read-month.js';

/** What came late for one day of a closed month, or was taken back: a row of `pub_v1.late_change`. Numbers are differences, so they may be negative. */
export interface LateChange extends Omit<MonthFigure, 'kind' | 'amount'> {
  readonly kind: 'sale' | 'purchase';
  /** `yyyy-MM-dd`. */
  readonly businessDate: string;
  readonly rawName: string | null;
  readonly rawProduct: string;
  readonly rawSpec: string;
  readonly amount: string;
  /** The deliveries that speak for that day and kind now. */
  readonly deliveries: readonly string[];
}

/** Late changes that count in a month, or (by the actual month) that belong to it and count later; newest days first. */
export async function readLate(
  client: pg.Client,
  question: FigureQuestion,
  page: { readonly limit: number; readonly offset: number },
): Promise<LateChange[]> {
  const { firstDay } = await resolveQuestion(client, question);
  const values: unknown[] = [firstDay];
  const conditions = [`c.${question.by}_month = $1`];
  for (const entity of ['distributor', 'terminal', 'product'] as const) {
    if (question[entity] === undefined) continue;
    values.push(question[entity]);
    conditions.push(
      `c.${entity}_code = (select coalesce(s.code, m.code) from master.${entity} m left join master.${entity} s on s.id = m.survivor_id where m.code = $${values.length})`,
    );
  }
  const { rows } = await client.query<LateChange>(
    `select c.kind, c.buyer_kind as "buyerKind", to_char(c.counted_month, 'YYYY-MM') as "countedMonth", to_char(c.actual_month, 'YYYY-MM') as "actualMonth",
            c.business_date::text as "businessDate", c.distributor_code as distributor, c.distributor_name as "distributorName", c.raw_name as "rawName",
            c.terminal_code as terminal, c.terminal_name as "terminalName", c.partner_code as partner, c.partner_name as "partnerName",
            c.product_code as product, c.product_name as "productName", c.raw_product as "rawProduct", c.raw_spec as "rawSpec",
            c.line_count as lines, c.base_quantity::text as quantity, c.amount::text as amount,
            (select coalesce(jsonb_agg(distinct g.delivery_id::text), '[]') from ledger.generation g
              where g.sender = c.sender and g.kind = c.kind and g.business_date = c.business_date and g.state = 'active') as deliveries
       from pub_v1.late_change c where ${conditions.join(' and ')}
      order by c.business_date desc, c.kind, c.distributor_code, c.raw_name, c.raw_product, c.raw_spec, c.counted_month
      limit ${page.limit} offset ${page.offset}`,
    values,
  );
  return rows;
}

/** How many late changes (sums of a day) count in the month though they happened before, and how many of the month count later. */
export async function countLateOf(client: pg.Client, { month, distributor }: FigureQuestion): Promise<{ cameIn: number; wentOut: number }> {
  const { distributorId } = await resolveQuestion(client, { month, by: 'actual', ...(distributor !== undefined && { distributor }) });
  const { rows } = await client.query<{ cameIn: number; wentOut: number }>(
    `select count(*) filter (where s.counted_month = $1)::integer as "cameIn", count(*) filter (where s.month = $1)::integer as "wentOut"
       from figures.late_sum s join master.distributor d on d.id = s.distributor_id
      where (s.counted_month = $1 or s.month = $1) and ($2::integer is null or coalesce(d.survivor_id, d.id) = $2)`,
    [`${month}-01`, distributorId],
  );
  return rows[0]!;
}
