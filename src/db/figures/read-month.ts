import type pg from 'pg';
import { type FigureQuestion, resolveQuestion } from './figure-question.js';
import { streamRows } from './stream-rows.js';

type BuyerKind = 'terminal' | 'distributor' | 'unknown';

/** One published figure: a row of `pub_v1.figure_month`. Quantities (base units) and amounts are exact text; an amount is null when no line has one. */
export interface MonthFigure {
  readonly kind: 'sale' | 'purchase' | 'stock';
  /** Of sales: a terminal (sell-out), a distributor (transfer), or nobody knows. */
  readonly buyerKind: BuyerKind | null;
  readonly countedMonth: string;
  readonly actualMonth: string;
  readonly distributor: string;
  readonly distributorName: string;
  readonly terminal: string | null;
  readonly terminalName: string | null;
  /** The other distributor: buyer of a transfer, supplier of a purchase. */
  readonly partner: string | null;
  readonly partnerName: string | null;
  readonly product: string | null;
  readonly productName: string | null;
  readonly lines: number;
  readonly quantity: string;
  readonly amount: string | null;
}

/** The figures of a month, in the order of their codes. `page` cuts them; reading a page costs as much as reading all. */
export async function readMonth(
  client: pg.Client,
  question: FigureQuestion,
  page: { readonly limit: number; readonly offset: number } | null = null,
): Promise<MonthFigure[]> {
  const { sql, values } = await figuresSql(client, question);
  const { rows } = await client.query<MonthFigure>(page ? `${sql} limit ${page.limit} offset ${page.offset}` : sql, values as unknown[]);
  return rows;
}

/** The same, in pieces: a month of a large hub has a million figures. */
export async function* streamMonth(client: pg.Client, question: FigureQuestion): AsyncGenerator<readonly MonthFigure[]> {
  const { sql, values } = await figuresSql(client, question);
  yield* streamRows<MonthFigure>(client, sql, values);
}

async function figuresSql(client: pg.Client, question: FigureQuestion): Promise<{ sql: string; values: readonly unknown[] }> {
  const { where, values } = await conditionOf(client, question);
  return {
    values,
    sql: `select s.kind, s.buyer_kind as "buyerKind", to_char(s.counted_month, 'YYYY-MM') as "countedMonth", to_char(s.actual_month, 'YYYY-MM') as "actualMonth",
             d.code as distributor, d.name as "distributorName", t.code as terminal, t.name as "terminalName", o.code as partner, o.name as "partnerName",
             p.code as product, p.generic_name as "productName", s.line_count::integer as lines, s.base_quantity::text as quantity, s.amount::text as amount
        from figures.month_sum s
        join master.distributor d on d.id = s.distributor_id
        left join master.terminal t on t.id = s.terminal_id
        left join master.distributor o on o.id = s.partner_id
        left join master.product p on p.id = s.product_id
       where ${where}
       order by s.kind, s.buyer_kind, d.code, t.code, o.code, p.code, s.counted_month, s.actual_month`,
  };
}

/** What one distributor sold, bought and had left in a month. */
export interface DistributorMonth {
  readonly distributor: string;
  readonly distributorName: string;
  readonly sellOut: Sum;
  readonly transfers: Sum;
  readonly unknown: Sum;
  readonly purchases: Sum;
  /** On the last day of the month that has a snapshot. */
  readonly stock: Sum;
  readonly stockOn: string | null;
}
export interface Sum {
  readonly lines: number;
  readonly quantity: string;
  readonly amount: string;
}

/** The same figures added up per distributor. */
export async function readDistributorMonths(client: pg.Client, question: FigureQuestion): Promise<DistributorMonth[]> {
  const { where, values } = await conditionOf(client, question);
  const sum = (of: string) => `jsonb_build_object('lines', coalesce(sum(s.lines) filter (where ${of}), 0)::integer,
    'quantity', trim_scale(coalesce(sum(s.quantity) filter (where ${of}), 0))::text, 'amount', trim_scale(coalesce(sum(s.amount) filter (where ${of}), 0))::text)`;
  const { rows } = await client.query<DistributorMonth>(
    `select d.code as distributor, d.name as "distributorName", ${sum("s.kind = 'sale' and s.buyer_kind = 'terminal'")} as "sellOut",
            ${sum("s.kind = 'sale' and s.buyer_kind = 'distributor'")} as transfers, ${sum("s.kind = 'sale' and s.buyer_kind = 'unknown'")} as unknown,
            ${sum("s.kind = 'purchase'")} as purchases, ${sum("s.kind = 'stock'")} as stock,
            (select n.last_on::text from figures.snapshot n where n.distributor_id = d.id and n.month = $1) as "stockOn"
       from figures.figure_part s join master.distributor d on d.id = s.distributor_id
      where ${where}
      group by d.id, d.code, d.name having sum(s.lines) <> 0 or sum(s.quantity) <> 0 or sum(s.amount) <> 0 order by d.code`,
    values as unknown[],
  );
  return rows;
}

// Only what is asked becomes a condition, so that the planner sees constants it can push below the sums.
async function conditionOf(client: pg.Client, question: FigureQuestion) {
  const { firstDay, distributorId, terminalId, productId } = await resolveQuestion(client, question);
  const values: unknown[] = [firstDay];
  const conditions = [`s.${question.by}_month = $1`];
  for (const [column, id] of Object.entries({ distributor_id: distributorId, terminal_id: terminalId, product_id: productId })) {
    if (id === null) continue;
    values.push(id);
    conditions.push(`s.${column} = $${values.length}`);
  }
  return { where: conditions.join(' and '), values };
}

/** Marks of switches that no refresh has counted yet: 0 = the figures are those of now. */
export async function countPending(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pending: number }>(
    'select count(distinct (sender, month))::integer as pending from figures.touched',
  );
  return rows[0]!.pending;
}
