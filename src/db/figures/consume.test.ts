import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { addDays } from '../../model/add-days.js';

// figures.consume: which sales a purchase is set against. figures.chain_month hands it lines of one upstream, buyer, product and lot.

interface ChainLine {
  readonly key: string;
  readonly businessDate: string;
  readonly quantity: string;
}
interface Consumed {
  readonly key: string;
  readonly found: string;
  readonly sales: readonly { readonly key: string; readonly quantity: string }[];
}

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const line = (key: string, businessDate: string, quantity: string): ChainLine => ({ key, businessDate, quantity });
const byDay = (lines: readonly ChainLine[]) =>
  lines.toSorted((a, b) => (`${a.businessDate} ${a.key}` < `${b.businessDate} ${b.key}` ? -1 : 1));

async function consume(purchases: readonly ChainLine[], sales: readonly ChainLine[]): Promise<Consumed[]> {
  const [wanted, offered] = [byDay(purchases), byDay(sales)];
  const days = (lines: readonly ChainLine[]) => lines.map(({ businessDate }) => businessDate);
  const quantities = (lines: readonly ChainLine[]) => lines.map(({ quantity }) => quantity);
  const { rows } = await own.database.raw(
    'select purchase, sale, trim_scale(quantity)::text as quantity from figures.consume(?::date[], ?::numeric[], ?::date[], ?::numeric[], 14)',
    [days(wanted), quantities(wanted), days(offered), quantities(offered)],
  );
  return wanted.map(({ key }, at) => {
    const taken = rows.filter((row: { purchase: number }) => row.purchase === at + 1);
    const found = taken.reduce((sum: number, row: { quantity: string }) => sum + Number(row.quantity) * 1000, 0) / 1000;
    return {
      key,
      found: String(found),
      sales: taken.map((row: { sale: number; quantity: string }) => ({ key: offered[row.sale - 1]!.key, quantity: row.quantity })),
    };
  });
}
const found = async (purchases: readonly ChainLine[], sales: readonly ChainLine[]) =>
  (await consume(purchases, sales)).map(({ key, found: quantity, sales: taken }) => [key, quantity, taken.map((one) => one.key).join(' ')]);

test('a purchase finds the sale of its day or of the 14 days before, and no other', async () => {
  const on = async (day: string) => (await found([line('p', '2026-03-20', '5')], [line('s', day, '5')]))[0]![1];
  expect(await Promise.all(['2026-03-05', '2026-03-06', '2026-03-20', '2026-03-21'].map(on))).toEqual(['0', '5', '5', '0']);
});

test('what one purchase has taken no other takes; a split sale is put together, exactly', async () => {
  const sales = [line('s1', '2026-03-01', '0.1'), line('s2', '2026-03-02', '0.2')];
  expect(await found([line('p1', '2026-03-03', '0.15'), line('p2', '2026-03-04', '0.25')], sales)).toEqual([
    ['p1', '0.15', 's1 s2'],
    ['p2', '0.15', 's2'],
  ]);
});

test('no sale is taken beyond its quantity or out of its days, and no other plan finds more', { timeout: 60_000 }, async () => {
  const lines = (name: string, most: number) =>
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 4 })), { maxLength: most })
      .map((all) => all.map(([day, quantity], at) => line(`${name}${at}`, addDays('2026-03-01', day), String(quantity))));
  await fc.assert(
    fc.asyncProperty(lines('p', 6), lines('s', 6), async (purchases, sales) => {
      const result = await consume(purchases, sales);
      const taken = new Map<string, number>();
      for (const { key, found: quantity, sales: from } of result) {
        const purchase = purchases.find((one) => one.key === key)!;
        expect(from.reduce((sum, one) => sum + Number(one.quantity), 0)).toBe(Number(quantity));
        expect(Number(quantity)).toBeLessThanOrEqual(Number(purchase.quantity));
        for (const one of from) {
          taken.set(one.key, (taken.get(one.key) ?? 0) + Number(one.quantity));
          expect(fits(purchase, sales.find((sale) => sale.key === one.key)!)).toBe(true);
        }
      }
      for (const sale of sales) expect(taken.get(sale.key) ?? 0).toBeLessThanOrEqual(Number(sale.quantity));
      expect(result.reduce((sum, one) => sum + Number(one.found), 0)).toBe(mostPossible(purchases, sales));
    }),
    { numRuns: 300 },
  );
});

const fits = (purchase: ChainLine, sale: ChainLine) =>
  sale.businessDate <= purchase.businessDate && sale.businessDate >= addDays(purchase.businessDate, -14);

/** Maximum flow of single boxes, by augmenting paths. */
function mostPossible(purchases: readonly ChainLine[], sales: readonly ChainLine[]): number {
  const boxes = (of: readonly ChainLine[]) => of.flatMap((one) => Array.from({ length: Number(one.quantity) }, () => one));
  const [wanted, offered] = [boxes(purchases), boxes(sales)];
  const heldBy = new Map<number, number>();
  const place = (purchase: number, tried: Set<number>): boolean =>
    offered.some((sale, at) => {
      if (tried.has(at) || !fits(wanted[purchase]!, sale)) return false;
      tried.add(at);
      const holder = heldBy.get(at);
      if (holder !== undefined && !place(holder, tried)) return false;
      heldBy.set(at, purchase);
      return true;
    });
  return wanted.filter((_, purchase) => place(purchase, new Set())).length;
}
