import type pg from 'pg';
import { type FigureQuestion, resolveQuestion } from './figure-question.js';
import type { MonthFigure } from './read-month.js';
import { streamRows } from './stream-rows.js';

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
  const { sql, values } = await lateSql(client, question);
  const { rows } = await client.query<LateChange>(`${sql} limit ${page.limit} offset ${page.offset}`, values);
  return rows;
}

/** The same, in pieces: of a backfill every line is late. */
export async function* streamLate(client: pg.Client, question: FigureQuestion): AsyncGenerator<readonly LateChange[]> {
  const { sql, values } = await lateSql(client, question);
  yield* streamRows<LateChange>(client, sql, values);
}

async function lateSql(client: pg.Client, question: FigureQuestion): Promise<{ sql: string; values: unknown[] }> {
  const { where, values } = await conditionOf(client, question);
  return {
    values,
    sql: `select c.kind, c.buyer_kind as "buyerKind", to_char(c.counted_month, 'YYYY-MM') as "countedMonth", to_char(c.actual_month, 'YYYY-MM') as "actualMonth",
            c.business_date::text as "businessDate", c.distributor_code as distributor, c.distributor_name as "distributorName", c.raw_name as "rawName",
            c.terminal_code as terminal, c.terminal_name as "terminalName", c.partner_code as partner, c.partner_name as "partnerName",
            c.product_code as product, c.product_name as "productName", c.raw_product as "rawProduct", c.raw_spec as "rawSpec",
            c.line_count as lines, c.base_quantity::text as quantity, c.amount::text as amount,
            (select coalesce(jsonb_agg(distinct g.delivery_id::text), '[]') from ledger.generation g
              where g.sender = c.sender and g.kind = c.kind and g.business_date = c.business_date and g.state = 'active') as deliveries
       from pub_v1.late_change c where ${where} and c.${question.by}_month = $1
      order by c.business_date desc, c.kind, c.distributor_code, c.raw_name, c.raw_product, c.raw_spec, c.counted_month`,
  };
}

/** How many late changes (sums of a day) count in the month though they happened before, and how many of the month count later. */
export async function countLateOf(client: pg.Client, question: FigureQuestion): Promise<{ cameIn: number; wentOut: number }> {
  const { where, values } = await conditionOf(client, question);
  const { rows } = await client.query<{ cameIn: number; wentOut: number }>(
    `select count(*) filter (where c.counted_month = $1)::integer as "cameIn", count(*) filter (where c.actual_month = $1)::integer as "wentOut"
       from pub_v1.late_change c where ${where} and (c.counted_month = $1 or c.actual_month = $1)`,
    values,
  );
  return rows[0]!;
}

/** $1 is the first day of the month. */
async function conditionOf(client: pg.Client, question: FigureQuestion): Promise<{ where: string; values: unknown[] }> {
  const { firstDay, distributorId, terminalId, productId } = await resolveQuestion(client, question);
  const values: unknown[] = [firstDay];
  const conditions = ['true'];
  for (const [entity, id] of Object.entries({ distributor: distributorId, terminal: terminalId, product: productId })) {
    if (id === null) continue;
    values.push(id);
    conditions.push(`c.${entity}_code = (select code from master.${entity} where id = $${values.length})`);
  }
  return { where: conditions.join(' and '), values };
}
