import { nameKey, productKey } from '../journey/match/name-key.js';
import type { Database } from './database.js';
import { lockDecisions } from './names/lock-decisions.js';

/**
 * Links raw products to the one product whose generic or trade name and specification are exactly theirs; where several
 * makers have it, the maker decides. Who sends no specification may have it behind the name (`清络舒颗粒 8g*12袋`). Merged products are one; a link stays with the one that was spelled so, because the merge may
 * be undone, and with the survivor when both were. The rest stays unlinked and is tried again next time. Safe to run twice or at once.
 */
export async function linkNewProducts(database: Database): Promise<{ readonly linked: number; readonly waiting: number }> {
  return database.transaction(async (trx) => {
    await lockDecisions(trx);
    const raw = await readUnlinked(trx);
    if (raw.length === 0) return { linked: 0, waiting: 0 };
    const products = await readProducts(trx);
    const links = raw.flatMap((product) => linkExact(product, products) ?? []);
    await trx.raw(
      `insert into matching.product_link (raw_product_id, product_id, rule)
       select * from unnest(?::bigint[], ?::bigint[], ?::text[]) on conflict (raw_product_id) do nothing`,
      [links.map(({ rawId }) => rawId), links.map(({ productId }) => productId), links.map(({ rule }) => rule)],
    );
    return { linked: links.length, waiting: raw.length - links.length };
  });
}

interface RawProductRow {
  readonly id: string;
  readonly name: string;
  readonly spec: string;
  readonly maker: string;
}

interface Product {
  readonly id: string;
  /** What it was merged into, or itself. */
  readonly nowId: string;
  readonly makerKey: string;
  readonly rule: 'exact-generic-name' | 'exact-trade-name' | 'exact-name-and-spec';
}

function linkExact(raw: RawProductRow, products: ReadonlyMap<string, readonly Product[]>) {
  const found = products.get(productKey(raw.name, raw.spec)) ?? (raw.spec === '' ? products.get(joinedKey(raw.name, '')) : undefined) ?? [];
  const sameMaker = raw.maker === '' ? [] : found.filter(({ makerKey }) => makerKey === nameKey(raw.maker));
  for (const [choice, suffix] of [
    [found, ''],
    [sameMaker, '-and-maker'],
  ] as const) {
    const [first] = choice;
    if (!first || choice.some(({ nowId }) => nowId !== first.nowId)) continue;
    const { id, rule } = choice.find((one) => choice.some((other) => other.id !== one.id) && one.id === one.nowId) ?? first;
    return [{ rawId: raw.id, productId: id, rule: rule + suffix }];
  }
  return null;
}

async function readUnlinked(trx: Database): Promise<RawProductRow[]> {
  const { rows } = await trx.raw<{ rows: RawProductRow[] }>(`
    select rp.id, rp.name, rp.spec, rp.maker from matching.raw_product rp
     where not exists (select 1 from matching.product_link k where k.raw_product_id = rp.id) order by rp.id`);
  return rows;
}

async function readProducts(trx: Database): Promise<Map<string, Product[]>> {
  type Stored = { id: string; now_id: string; generic_name: string; trade_name: string; spec: string; maker: string };
  const { rows } = await trx.raw<{ rows: Stored[] }>(
    'select id, coalesce(survivor_id, id) as now_id, generic_name, trade_name, spec, maker from master.product order by code',
  );
  const products = new Map<string, Product[]>();
  const add = (name: string, row: Stored, rule: Product['rule']) => {
    if (nameKey(name) === '') return;
    put(productKey(name, row.spec), row, rule);
    if (row.spec !== '') put(joinedKey(name, row.spec), row, 'exact-name-and-spec');
  };
  const put = (key: string, row: Stored, rule: Product['rule']) => {
    products.set(key, [...(products.get(key) ?? []), { id: row.id, nowId: row.now_id, makerKey: nameKey(row.maker), rule }]);
  };
  for (const row of rows) {
    add(row.generic_name, row, 'exact-generic-name');
    add(row.trade_name, row, 'exact-trade-name');
  }
  return products;
}

/** Name and specification as one text, with the signs of the specification. */
const joinedKey = (name: string, spec: string): string => productKey('', `${name}${spec}`);
