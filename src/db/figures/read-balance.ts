import type pg from 'pg';
import type { FigureIds } from './figure-question.js';

/** The days a balance is struck over: movements after the opening snapshot up to the closing one. Without both there is none. */
export interface BalanceSpan {
  readonly distributor: string;
  readonly distributorName: string;
  readonly openingOn: string | null;
  readonly closingOn: string | null;
  /** Of merged distributors, those whose stock is added up, each with its own days; empty where there is one. */
  readonly senders: readonly { readonly sender: string; readonly openingOn: string | null; readonly closingOn: string | null }[];
}

/** opening + purchases - sales - transfers = expected; difference = expected - closing. Base units, exact text. A row of `pub_v1.stock_balance`. */
export interface LotBalance {
  readonly distributor: string;
  /** Null: not linked to a product of the master; name and specification are then the sender's. */
  readonly product: string | null;
  readonly productName: string;
  readonly spec: string;
  readonly lot: string;
  readonly opening: string;
  readonly purchases: string;
  readonly sales: string;
  readonly transfers: string;
  readonly expected: string;
  readonly closing: string;
  readonly difference: string;
}

export async function readSpans(
  client: pg.Client,
  { firstDay, distributorId }: Pick<FigureIds, 'firstDay' | 'distributorId'>,
): Promise<BalanceSpan[]> {
  const { rows } = await client.query<BalanceSpan>(
    `select d.code as distributor, d.name as "distributorName", s.opening_on::text as "openingOn", s.closing_on::text as "closingOn",
            case when (select count(*) from figures.sender_span n where n.distributor_id = s.distributor_id and n.month = s.month) < 2 then '[]' else (
              select coalesce(jsonb_agg(jsonb_build_object('sender', m.code, 'openingOn', n.opening_on::text, 'closingOn', n.closing_on::text) order by m.code), '[]')
                from figures.sender_span n join master.distributor m on m.id = n.sender_id
               where n.distributor_id = s.distributor_id and n.month = s.month and (n.opening_on is not null or n.closing_on is not null)) end as senders
       from figures.balance_span s join master.distributor d on d.id = s.distributor_id
      where s.month = $1 and ($2::integer is null or s.distributor_id = $2) order by d.code`,
    [firstDay, distributorId],
  );
  return rows;
}

/** What does not balance first, the largest difference before others. */
export async function readBalance(
  client: pg.Client,
  { firstDay, distributorId, productId }: Pick<FigureIds, 'firstDay' | 'distributorId' | 'productId'>,
): Promise<LotBalance[]> {
  const { rows } = await client.query<LotBalance>(
    `select d.code as distributor, p.code as product, coalesce(p.generic_name, b.raw_name) as "productName", coalesce(p.spec, b.raw_spec) as spec, b.lot,
            trim_scale(b.opening)::text as opening, trim_scale(b.purchases)::text as purchases, trim_scale(b.sales)::text as sales,
            trim_scale(b.transfers)::text as transfers, trim_scale(b.opening + b.purchases - b.sales - b.transfers)::text as expected,
            trim_scale(b.closing)::text as closing, trim_scale(b.opening + b.purchases - b.sales - b.transfers - b.closing)::text as difference
       from figures.balance_month($1::date, $2::integer) b
       join master.distributor d on d.id = b.distributor_id
       left join master.product p on p.id = b.product_id
      where $3::bigint is null or b.product_id = $3
      order by b.opening + b.purchases - b.sales - b.transfers = b.closing, abs(b.opening + b.purchases - b.sales - b.transfers - b.closing) desc,
               d.code, p.code, b.raw_name, b.raw_spec, b.lot`,
    [firstDay, distributorId, productId],
  );
  return rows;
}

/** A line behind a balance, by its key (`huiliu trace line`). `effect` is what it adds to the expected stock; of a snapshot what it counts. */
export interface BalanceLine {
  readonly what: 'opening' | 'purchase' | 'sale' | 'transfer' | 'closing';
  readonly key: string;
  readonly businessDate: string;
  readonly partyName: string | null;
  readonly productName: string;
  readonly spec: string;
  readonly lot: string;
  readonly quantity: string;
}

/** The lines that one row of a balance is made of. */
export async function readBalanceLines(
  client: pg.Client,
  { firstDay, distributorId }: { readonly firstDay: string; readonly distributorId: number },
  { product, productName, spec, lot }: Pick<LotBalance, 'product' | 'productName' | 'spec' | 'lot'>,
): Promise<BalanceLine[]> {
  const { rows } = await client.query<BalanceLine>(
    `select case when l.kind = 'k' then case when l.business_date = s.opening_on then 'opening' else 'closing' end
                 when l.kind = 'p' then 'purchase' when x.raw_name_id is not null then 'transfer' else 'sale' end as what,
            l.generation_id || '/' || l.part_id || '/' || l.row_no as key, l.business_date::text as "businessDate", rn.name as "partyName",
            rp.name as "productName", rp.spec, l.lot, trim_scale(l.base_quantity)::text as quantity
       from figures.sender_span s
       join figures.counted g on g.distributor_id = s.sender_id and g.month in (s.month, (s.month - interval '1 month')::date)
        and case when g.kind = 'stock' then g.business_date in (s.opening_on, s.closing_on) else g.business_date > s.from_on and g.business_date <= s.to_on end
       join flow.line l on l.generation_id = g.generation_id and l.business_date = g.business_date
       join matching.raw_product rp on rp.id = l.raw_product_id
       left join matching.product_meant pk on pk.raw_product_id = l.raw_product_id
       left join master.product p on p.id = pk.product_id
       left join matching.raw_name rn on rn.id = l.raw_name_id
       left join matching.distributor_name x on l.kind = 's' and x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
      where s.month = $1 and s.distributor_id = $2 and l.lot = $3
        and case when $4::text is null then pk.product_id is null and rp.name = $5 and rp.spec = $6 else p.code = $4 end
      order by array_position(array['opening', 'purchase', 'sale', 'transfer', 'closing'],
               case when l.kind = 'k' then case when l.business_date = s.opening_on then 'opening' else 'closing' end
                    when l.kind = 'p' then 'purchase' when x.raw_name_id is not null then 'transfer' else 'sale' end), l.business_date, l.part_id, l.row_no`,
    [firstDay, distributorId, lot, product, productName, spec],
  );
  return rows;
}

/** A row that could not be read and says the product and lot of a balance: what it says is not in the figures. */
export interface WaitingRow {
  readonly delivery: string;
  readonly name: string;
  /** `part:row`, for `huiliu trace row`. */
  readonly place: string;
}

/** Rows in quarantine that say the same product and lot, of deliveries that speak for the days of the balance. */
export async function readWaitingRows(
  client: pg.Client,
  { firstDay, distributorId }: { readonly firstDay: string; readonly distributorId: number },
  { product, productName, spec, lot }: Pick<LotBalance, 'product' | 'productName' | 'spec' | 'lot'>,
): Promise<WaitingRow[]> {
  const { rows } = await client.query<WaitingRow>(
    `with called as (
       select s.sender_id, m.code as sender, s.from_on, s.to_on, rp.name, rp.code
         from figures.sender_span s join master.distributor m on m.id = s.sender_id
         join matching.raw_product rp on rp.distributor_id = s.sender_id
         left join matching.product_meant pk on pk.raw_product_id = rp.id
         left join master.product p on p.id = pk.product_id
        where s.month = $1 and s.distributor_id = $2
          and case when $4::text is null then pk.product_id is null and rp.name = $5 and rp.spec = $6 else p.code = $4 end
     )
     select distinct d.id::text as delivery, d.name, q.part_id || ':' || q.row_no as place
       from called c
       join ledger.delivery d on d.sender = c.sender
        and exists (select 1 from ledger.generation g where g.delivery_id = d.id and g.state = 'active' and g.business_date > c.from_on and g.business_date <= c.to_on)
       join ledger.quarantine q on q.delivery_id = d.id and q.state = 'open'
      where $3::text <> '' and jsonb_exists(q.cells, $3::text) and (jsonb_exists(q.cells, c.name) or (c.code <> '' and jsonb_exists(q.cells, c.code)))
      order by 3`,
    [firstDay, distributorId, lot, product, productName, spec],
  );
  return rows;
}
