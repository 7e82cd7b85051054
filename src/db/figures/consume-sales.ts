import { addDecimals, negateDecimal } from '../../journey/map/decimal-arithmetic.js';
import { addDays } from '../../model/add-days.js';
import type { Decimal } from '../../model/line.js';

/** How many days before a purchase the upstream may have booked its sale. */
export const chainDays = 14;

/** A line of one side, by what both sides must agree on. `about` names upstream, product and lot. */
export interface ChainLine {
  readonly key: string;
  readonly about: string;
  /** `yyyy-MM-dd` */
  readonly businessDate: string;
  readonly quantity: Decimal;
}

export interface Consumed {
  readonly key: string;
  /** How much of the purchase the upstream sold. */
  readonly found: Decimal;
  readonly sales: readonly { readonly key: string; readonly quantity: Decimal }[];
}

/**
 * Sets each purchase against the upstream's sales of the same day or the 14 days before; what one purchase has taken, no other
 * takes. Purchases go by day, and each takes the oldest sale that is still open: it would be too old for a later one first.
 * Returns of goods are set against returns.
 */
export function consumeSales(purchases: readonly ChainLine[], sales: readonly ChainLine[]): Consumed[] {
  const open = new Map<string, { readonly line: ChainLine; left: Decimal }[]>();
  for (const line of sales.toSorted(byDay)) {
    const side = sideOf(line);
    const list = open.get(side);
    if (list) list.push({ line, left: size(line.quantity) });
    else open.set(side, [{ line, left: size(line.quantity) }]);
  }
  return purchases.toSorted(byDay).map((purchase) => {
    const from = addDays(purchase.businessDate, -chainDays);
    const taken: { key: string; quantity: Decimal }[] = [];
    let wanted = size(purchase.quantity);
    for (const sale of open.get(sideOf(purchase)) ?? []) {
      if (wanted === '0' || sale.line.businessDate > purchase.businessDate) break;
      if (sale.left === '0' || sale.line.businessDate < from) continue;
      const quantity = smaller(wanted, sale.left);
      sale.left = addDecimals(sale.left, negateDecimal(quantity));
      wanted = addDecimals(wanted, negateDecimal(quantity));
      taken.push({ key: sale.line.key, quantity });
    }
    return { key: purchase.key, found: addDecimals(size(purchase.quantity), negateDecimal(wanted)), sales: taken };
  });
}

const byDay = (left: ChainLine, right: ChainLine): number =>
  left.businessDate < right.businessDate ? -1 : left.businessDate > right.businessDate ? 1 : left.key < right.key ? -1 : 1;
const isNegative = (value: Decimal): boolean => value.startsWith('-');
const size = (value: Decimal): Decimal => (isNegative(value) ? negateDecimal(value) : value);
const sideOf = ({ about, quantity }: ChainLine): string => `${isNegative(quantity) ? '-' : '+'}${about}`;
const smaller = (left: Decimal, right: Decimal): Decimal => (isNegative(addDecimals(left, negateDecimal(right))) ? left : right);
