import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '../../model/add-days.js';
import { type ChainLine, consumeSales } from './consume-sales.js';

const line = (key: string, businessDate: string, quantity: string, about = 'a'): ChainLine => ({ key, about, businessDate, quantity });
const found = (purchases: readonly ChainLine[], sales: readonly ChainLine[]) =>
  consumeSales(purchases, sales).map(({ key, found: quantity, sales: taken }) => [key, quantity, taken.map((one) => one.key).join(' ')]);

test('a purchase finds the sale of its day or of the 14 days before, and no other', () => {
  const on = (day: string) => found([line('p', '2026-03-20', '5')], [line('s', day, '5')])[0]![1];
  expect(['2026-03-05', '2026-03-06', '2026-03-20', '2026-03-21'].map(on)).toEqual(['0', '5', '5', '0']);
});

test('what one purchase has taken no other takes; a split sale is put together, exactly', () => {
  const sales = [line('s1', '2026-03-01', '0.1'), line('s2', '2026-03-02', '0.2')];
  expect(found([line('p1', '2026-03-03', '0.15'), line('p2', '2026-03-04', '0.25')], sales)).toEqual([
    ['p1', '0.15', 's1 s2'],
    ['p2', '0.15', 's2'],
  ]);
});

test('another product, lot or upstream is another matter, and so is a return', () => {
  expect(found([line('p', '2026-03-03', '5')], [line('s', '2026-03-03', '5', 'b'), line('r', '2026-03-03', '-5')])).toEqual([
    ['p', '0', ''],
  ]);
  expect(found([line('p', '2026-03-03', '-5')], [line('r', '2026-03-03', '-3')])).toEqual([['p', '3', 'r']]);
});

test('no sale is taken beyond its quantity or out of its days, and no other plan finds more', () => {
  const lines = (name: string, most: number) =>
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 4 })), { maxLength: most })
      .map((all) => all.map(([day, quantity], at) => line(`${name}${at}`, addDays('2026-03-01', day), String(quantity))));
  fc.assert(
    fc.property(lines('p', 6), lines('s', 6), (purchases, sales) => {
      const result = consumeSales(purchases, sales);
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
