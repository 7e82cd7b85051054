import type { Decimal } from '../../model/line.js';

/** A decimal as an integer and the number of its decimals: 12.50 = 125 with scale 1 in canonical form. */
interface Scaled {
  readonly digits: bigint;
  readonly scale: number;
}

/** How many decimals a base quantity keeps when its factor does not divide evenly; half is rounded away from zero. */
const roundedDecimals = 12;

/**
 * quantity * numerator / denominator. Exact whenever the result terminates; otherwise rounded to 12 decimals, half away from
 * zero. The denominator must be positive.
 */
export function baseQuantity(quantity: Decimal, numerator: bigint, denominator: bigint): Decimal {
  if (numerator === denominator) return quantity;
  const { digits, scale } = scaled(quantity);
  let top = digits * numerator;
  let bottom = 10n ** BigInt(scale) * denominator;
  const shared = greatestDivisor(top < 0n ? -top : top, bottom);
  top /= shared;
  bottom /= shared;
  const decimals = terminatingDecimals(bottom) ?? roundedDecimals;
  const raised = top * 10n ** BigInt(decimals);
  const half = raised < 0n ? -(bottom / 2n) : bottom / 2n;
  return unscaled((raised + half) / bottom, decimals);
}

export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const a = scaled(left);
  const b = scaled(right);
  const scale = Math.max(a.scale, b.scale);
  return unscaled(a.digits * 10n ** BigInt(scale - a.scale) + b.digits * 10n ** BigInt(scale - b.scale), scale);
}

export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  const a = scaled(left);
  const b = scaled(right);
  return unscaled(a.digits * b.digits, a.scale + b.scale);
}

/** The negative of a canonical decimal. */
export function negateDecimal(value: Decimal): Decimal {
  return value === '0' ? value : value.startsWith('-') ? value.slice(1) : `-${value}`;
}

/** A positive decimal as a fraction in lowest terms: `1.5` = 3/2. */
export function decimalAsFraction(value: Decimal): readonly [numerator: bigint, denominator: bigint] {
  const { digits, scale } = scaled(value);
  const bottom = 10n ** BigInt(scale);
  const shared = greatestDivisor(digits < 0n ? -digits : digits, bottom);
  return [digits / shared, bottom / shared];
}

function scaled(value: Decimal): Scaled {
  const dot = value.indexOf('.');
  if (dot < 0) return { digits: BigInt(value), scale: 0 };
  return { digits: BigInt(value.slice(0, dot) + value.slice(dot + 1)), scale: value.length - dot - 1 };
}

export function unscaled(digits: bigint, scale: number): Decimal {
  if (digits === 0n) return '0';
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/u, '');
  const whole = scale === 0 ? text : text.slice(0, text.length - scale);
  const sign = digits < 0n ? '-' : '';
  return scale === 0 || fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

/** How many decimals 1/bottom needs; null when it never ends. */
function terminatingDecimals(bottom: bigint): number | null {
  let rest = bottom;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}

function greatestDivisor(left: bigint, right: bigint): bigint {
  let a = left;
  let b = right;
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}
