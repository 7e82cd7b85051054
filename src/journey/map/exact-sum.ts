import type { Decimal } from '../../model/line.js';
import { addDecimals, unscaled } from './decimal-arithmetic.js';

/**
 * An exact running sum of canonical decimals. One integer per number of decimals, kept as a plain number while that is exact
 * (2^53) and moved into a bigint before it would not be: adding costs no allocation in the usual case.
 */
export class ExactSum {
  private readonly small: number[] = [];
  private readonly large: bigint[] = [];
  private rare: Decimal = '0';

  add(value: Decimal): void {
    const dot = value.indexOf('.');
    const scale = dot < 0 ? 0 : value.length - dot - 1;
    if (value.length > 15 || scale > 8) {
      this.rare = addDecimals(this.rare, value);
      return;
    }
    this.addInteger(integerOf(value, dot), scale);
  }

  /** Adds integer / 10^scale; at most 15 digits and 8 decimals. */
  addInteger(integer: number, scale: number): void {
    const sum = (this.small[scale] ?? 0) + integer;
    if (sum > safe || sum < -safe) {
      this.large[scale] = (this.large[scale] ?? 0n) + BigInt(sum);
      this.small[scale] = 0;
    } else this.small[scale] = sum;
  }

  value(): Decimal {
    let sum = this.rare;
    for (const [scale, digits] of this.small.entries()) {
      if (digits !== undefined) sum = addDecimals(sum, unscaled(BigInt(digits) + (this.large[scale] ?? 0n), scale));
    }
    return sum;
  }
}

const safe = 2 ** 52;

/** The digits of at most 15 characters as an integer, the point left out. */
function integerOf(value: string, dot: number): number {
  if (dot < 0) return Number(value);
  let integer = 0;
  const negative = value.charCodeAt(0) === 45;
  for (let index = negative ? 1 : 0; index < value.length; index++) {
    if (index !== dot) integer = integer * 10 + value.charCodeAt(index) - 48;
  }
  return negative ? -integer : integer;
}
