/** What `readPlainNumber` found; one object, because it is asked for every cell. */
export interface PlainNumber {
  /** The number times 10^scale. */
  integer: number;
  scale: number;
  /** The canonical text is the bytes from the cell's start up to here. */
  end: number;
}

const longest = 15;
const mostDecimals = 8;

/**
 * Reads a number written as `-?digits[.digits]` without leading zeros, in at most 15 characters. False for any other way to write one,
 * also where `readDecimal` knows it. What it takes, `readDecimal` reads as the same.
 */
export function readPlainNumber(bytes: Uint8Array, start: number, end: number, into: PlainNumber): boolean {
  if (end - start > longest) return false;
  const isNegative = bytes[start] === minus;
  const first = isNegative ? start + 1 : start;
  if (first >= end || bytes[first] === point) return false;
  if (bytes[first] === zero && first + 1 < end && bytes[first + 1] !== point) return false;
  let integer = 0;
  let dot = -1;
  for (let at = first; at < end; at++) {
    const code = bytes[at]!;
    if (code >= zero && code <= 57) integer = integer * 10 + code - zero;
    else if (code === point && dot < 0) dot = at;
    else return false;
  }
  if (isNegative && integer === 0) return false;
  into.integer = isNegative ? -integer : integer;
  into.scale = 0;
  into.end = end;
  if (dot < 0) return true;
  into.scale = end - dot - 1;
  if (into.scale === 0 || into.scale > mostDecimals) return false;
  while (bytes[into.end - 1] === zero) into.end--;
  if (into.end - 1 === dot) into.end--;
  return true;
}

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
