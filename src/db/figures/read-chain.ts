import type pg from 'pg';
import type { FigureIds } from './figure-question.js';

/** `unknown-upstream`: the supplier is no distributor of the master. `silent`: the upstream has no sale of any kind in the days that count. */
export type ChainState = 'ok' | 'short' | 'no-sale' | 'silent' | 'unknown-upstream';
export const chainStates: readonly ChainState[] = ['no-sale', 'short', 'silent', 'unknown-upstream', 'ok'];

/** A purchase of the month and what its upstream says of it. Base units, exact text. A row of `pub_v1.chain_check`. */
export interface ChainCheck {
  readonly state: ChainState;
  /** Of the purchase, for `huiliu trace line`. */
  readonly key: string;
  readonly distributor: string;
  readonly businessDate: string;
  /** As the file spells it; null when it names none. */
  readonly supplierName: string | null;
  readonly upstream: string | null;
  readonly product: string | null;
  readonly productName: string;
  readonly spec: string;
  readonly lot: string;
  readonly quantity: string;
  /** How much of the purchase the upstream sold. */
  readonly found: string;
  readonly sales: readonly { readonly key: string; readonly quantity: string }[];
}

/**
 * Each purchase of a month against the upstream's sale to that name: same product and lot, on the day or in the 14 before; what wants a
 * person first.
 */
export async function readChain(
  client: pg.Client,
  { firstDay, distributorId }: Pick<FigureIds, 'firstDay' | 'distributorId'>,
): Promise<ChainCheck[]> {
  const { rows } = await client.query<ChainCheck>(
    `select c.state, c.key, d.code as distributor, c.business_date::text as "businessDate", c.supplier_name as "supplierName", o.code as upstream,
            p.code as product, c.product_name as "productName", c.spec, c.lot, c.quantity::text as quantity, c.found::text as found, c.sales
       from figures.chain_month($1::date, $2::integer) c
       join master.distributor d on d.id = c.distributor_id
       left join master.distributor o on o.id = c.upstream_id
       left join master.product p on p.id = c.product_id
      order by array_position($3::text[], c.state), c.business_date, c.key collate "C"`,
    [firstDay, distributorId, chainStates],
  );
  return rows;
}
