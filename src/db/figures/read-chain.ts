import type pg from 'pg';
import { addDays } from '../../model/add-days.js';
import { type ChainLine, type Consumed, chainDays, consumeSales } from './consume-sales.js';
import type { FigureIds } from './figure-question.js';

/** `unknown-upstream`: the supplier is no distributor of the master. `silent`: the upstream has no sale of any kind in the days that count. */
export type ChainState = 'ok' | 'short' | 'no-sale' | 'silent' | 'unknown-upstream';
export const chainStates: readonly ChainState[] = ['no-sale', 'short', 'silent', 'unknown-upstream', 'ok'];

/** A purchase of the month and what its upstream says of it. Base units, exact text. */
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
  readonly found: string;
  readonly sales: Consumed['sales'];
}

interface PurchaseRow extends Omit<ChainCheck, 'state' | 'found' | 'sales'> {
  readonly upstreamId: number | null;
  readonly buyerId: number;
  readonly productKey: string;
}

/**
 * Each purchase of a month against the upstream's sale to that name: same product and lot, on the day or in the 14 before. Purchases of
 * the month before are gone through first, so that a sale which was theirs is not taken twice.
 */
export async function readChain(
  client: pg.Client,
  { firstDay, distributorId }: Pick<FigureIds, 'firstDay' | 'distributorId'>,
): Promise<ChainCheck[]> {
  const { rows: purchases } = await client.query<PurchaseRow>(
    `select l.generation_id || '/' || l.part_id || '/' || l.row_no as key, d.code as distributor, d.id as "buyerId", l.business_date::text as "businessDate",
            rn.name as "supplierName", o.code as upstream, o.id as "upstreamId", ${product},
            l.lot, trim_scale(l.base_quantity)::text as quantity
       from figures.counted_now g
       join master.distributor d on d.id = g.distributor_id
       join flow.line l on l.generation_id = g.generation_id and l.business_date >= $1::date - interval '1 month' and l.business_date < $1::date + interval '1 month'
       left join matching.raw_name rn on rn.id = l.raw_name_id
       left join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
       left join master.distributor o on o.id = x.distributor_id
       ${toProduct}
      where g.kind = 'purchase' and g.month in ($1::date, ($1::date - interval '1 month')::date) and ($2::integer is null or g.distributor_id = $2)`,
    [firstDay, distributorId],
  );
  const first = addDays(firstDay, -31 - chainDays);
  const upstreams = [...new Set(purchases.flatMap(({ upstreamId }) => upstreamId ?? []))];
  const { rows: sales } = await client.query<ChainLine & { upstreamId: number; buyerId: number; productKey: string; lot: string }>(
    `select l.generation_id || '/' || l.part_id || '/' || l.row_no as key, l.business_date::text as "businessDate", trim_scale(l.base_quantity)::text as quantity,
            g.distributor_id as "upstreamId", x.distributor_id as "buyerId", ${product}, l.lot
       from figures.counted_now g
       join flow.line l on l.generation_id = g.generation_id and l.business_date >= $1::date and l.business_date < $2::date + interval '1 month'
       join matching.distributor_name x on x.raw_name_id = l.raw_name_id and l.business_date >= x.valid_from and l.business_date < x.valid_until
       ${toProduct}
      where g.kind = 'sale' and g.distributor_id = any($3::integer[]) and g.business_date >= $1::date and g.business_date < $2::date + interval '1 month'
        and ($4::integer is null or x.distributor_id = $4)`,
    [first, firstDay, upstreams, distributorId],
  );
  const { rows: sellingDays } = await client.query<{ upstream: number; day: string }>(
    `select distinct distributor_id as upstream, business_date::text as day from figures.counted_now
      where kind = 'sale' and distributor_id = any($3::integer[]) and business_date >= $1 and business_date < $2::date + interval '1 month'`,
    [first, firstDay, upstreams],
  );
  const spoke = new Set(sellingDays.map(({ upstream, day }) => `${upstream} ${day}`));
  const aboutOf = (row: { upstreamId: number | null; buyerId: number; productKey: string; lot: string }) =>
    JSON.stringify([row.upstreamId, row.buyerId, row.productKey, row.lot]);
  const checkable = purchases.filter(({ upstreamId }) => upstreamId !== null);
  const consumed = new Map(
    consumeSales(
      checkable.map((row) => ({ ...row, about: aboutOf(row) })),
      sales.map((row) => ({ ...row, about: aboutOf(row) })),
    ).map((one) => [one.key, one]),
  );

  return purchases
    .filter(({ businessDate }) => businessDate >= firstDay)
    .map((row): ChainCheck => {
      const { upstreamId, buyerId: _, productKey: __, ...shown } = row;
      const { found = '0', sales: taken = [] } = consumed.get(row.key) ?? {};
      const absolute = row.quantity.replace(/^-/u, '');
      const state =
        upstreamId === null
          ? 'unknown-upstream'
          : found === absolute
            ? 'ok'
            : found !== '0'
              ? 'short'
              : hasSpoken(upstreamId, row.businessDate)
                ? 'no-sale'
                : 'silent';
      return { state, ...shown, found, sales: taken };
    })
    .toSorted(
      (left, right) =>
        chainStates.indexOf(left.state) - chainStates.indexOf(right.state) ||
        (left.businessDate < right.businessDate ? -1 : left.businessDate > right.businessDate ? 1 : left.key < right.key ? -1 : 1),
    );

  function hasSpoken(upstream: number, day: string): boolean {
    return Array.from({ length: chainDays + 1 }, (_, back) => addDays(day, -back)).some((one) => spoke.has(`${upstream} ${one}`));
  }
}

// A product is that of the master; what is not linked is compared by name and specification as both sides spell it.
const product = `p.code as product, coalesce(p.generic_name, rp.name) as "productName", coalesce(p.spec, rp.spec) as spec,
            coalesce('#' || p.id, rp.name || '|' || rp.spec) as "productKey"`;
const toProduct = `join matching.raw_product rp on rp.id = l.raw_product_id
       left join matching.product_meant pk on pk.raw_product_id = l.raw_product_id
       left join master.product p on p.id = pk.product_id`;
