import type { Day, Decimal } from '../../model/line.js';
import { addDecimals } from './decimal-arithmetic.js';
import { ExactSum } from './exact-sum.js';
import type { StatedTotal } from './map-outcome.js';

export interface Sums {
  readonly quantity: Decimal;
  readonly amount: Decimal;
}

/** A total that the sender wrote, with what our own addition says at that place. */
export interface TotalsCheck extends StatedTotal {
  readonly rule: 'totals' | 'subtotal';
  /** All data rows before it. */
  readonly before: Sums;
  /** How many they are: a total of nothing says nothing. */
  readonly rowsBefore: number;
}

export interface DayCount {
  rows: number;
}

/**
 * Adds up the quantities and amounts of a part as its sender wrote them, before any sign or unit is applied and whatever becomes
 * of the row, because that is what the sender's own total adds up. Also counts the business days seen.
 */
export class PartSums {
  private readonly quantity = new ExactSum();
  private readonly amount = new ExactSum();
  private readonly droppedQuantity = new ExactSum();
  private readonly droppedAmount = new ExactSum();
  private readonly counts = new Map<Day, DayCount>();
  private rows = 0;
  readonly checks: TotalsCheck[] = [];
  unreadableQuantities = 0;
  unreadableAmounts = 0;

  add(quantity: Decimal | null, amount: Decimal | null): void {
    this.rows += 1;
    if (quantity !== null) this.quantity.add(quantity);
    if (amount !== null) this.amount.add(amount);
  }

  addDropped(quantity: Decimal | null, amount: Decimal | null): void {
    if (quantity !== null) this.droppedQuantity.add(quantity);
    if (amount !== null) this.droppedAmount.add(amount);
  }

  /** The same for numbers as integers of a scale; scale -1: there is none. */
  addIntegers(quantity: number, quantityScale: number, amount: number, amountScale: number): void {
    this.rows += 1;
    this.quantity.addInteger(quantity, quantityScale);
    if (amountScale >= 0) this.amount.addInteger(amount, amountScale);
  }

  addDay(day: Day): void {
    this.countOf(day).rows += 1;
  }

  /** The count of a day, to be raised by whoever knows the day already. */
  countOf(day: Day): DayCount {
    let count = this.counts.get(day);
    if (!count) {
      count = { rows: 0 };
      this.counts.set(day, count);
    }
    return count;
  }

  /** Business day -> rows. */
  days(): Record<Day, number> {
    return Object.fromEntries([...this.counts].filter(([, { rows }]) => rows > 0).map(([day, { rows }]) => [day, rows]));
  }

  stated(rule: 'totals' | 'subtotal', total: StatedTotal): void {
    this.checks.push({ ...total, rule, before: this.sums(), rowsBefore: this.rows });
  }

  sums(): Sums {
    return { quantity: this.quantity.value(), amount: this.amount.value() };
  }

  /** The same including the rows that a rule of the layout drops. */
  sumsWithDropped(): Sums {
    return {
      quantity: addDecimals(this.quantity.value(), this.droppedQuantity.value()),
      amount: addDecimals(this.amount.value(), this.droppedAmount.value()),
    };
  }
}
