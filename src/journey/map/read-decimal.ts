import type { Decimal } from '../../model/line.js';

/**
 * Reads a number as people and ERPs write it; null when it is not surely one. The result is the one canonical text of that
 * value (no leading or trailing zeros, no '-0'), so equal values are equal strings.
 *
 * Accepted: `1,234.50`, `(12)`, `12-`, `１２`, `¥12.00`, `12元`, `1.2E+3`. Refused: percentages, `12盒`, `1,23`.
 */
export function readDecimal(text: string): Decimal | null {
  const first = text.charCodeAt(0);
  const start = first === 45 ? 1 : 0;
  let dot = -1;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) continue;
    if (code === 46 && dot < 0) dot = index;
    else return readDressed(text);
  }
  if (text.length === start || text.length > maxLength) return null;
  return canonical(text, start, dot);
}

/** Money is below 10^26 and has no more than a dozen decimals; anything longer is a code in the wrong column. */
const maxLength = 40;

/** `text` is `-?digits*[.digits*]`; `start` and `dot` say where. */
function canonical(text: string, start: number, dot: number): Decimal | null {
  let end = text.length;
  if (dot >= 0) {
    if (text.length === start + 1) return null;
    while (text.charCodeAt(end - 1) === 48) end--;
    if (end - 1 === dot) end--;
  }
  const whole = dot < 0 ? end : Math.min(dot, end);
  let from = start;
  while (from < whole - 1 && text.charCodeAt(from) === 48) from++;
  if (from === start && end === text.length && whole > start) {
    return start === 1 && end === 2 && text.charCodeAt(1) === 48 ? '0' : text;
  }
  const digits = whole === start ? `0${text.slice(from, end)}` : text.slice(from, end);
  return digits === '0' || digits === '' ? '0' : start === 1 ? `-${digits}` : digits;
}

const dressed = /^([-+]?)(\d{1,3}(?:,\d{3})+|\d+|(?=\.))(?:\.(\d*))?(?:e([-+]?\d{1,2}))?(-?)$/u;

function readDressed(text: string): Decimal | null {
  let plain = text
    .normalize('NFKC')
    .replace(/[\s\u2212\u2010-\u2015]/gu, (mark) => (/\s/u.test(mark) ? '' : '-'))
    .toLowerCase();
  let negative = false;
  const bracketed = /^\((.+)\)$/u.exec(plain);
  if (bracketed) {
    negative = true;
    plain = bracketed[1] ?? '';
  }
  plain = plain.replace(/^([-+]?)(?:¥|\$|rmb|cny)/u, '$1').replace(/元$/u, '');
  const found = dressed.exec(plain);
  if (!found) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '', trailing = ''] = found;
  if (whole === '' && fraction === '') return null;
  if ((negative && (sign !== '' || trailing !== '')) || (sign !== '' && trailing !== '')) return null;
  negative ||= sign === '-' || trailing === '-';
  const shifted = shift(whole.replaceAll(',', ''), fraction, Number(exponent || '0'));
  if (shifted.length > maxLength) return null;
  const signed = `${negative ? '-' : ''}${shifted}`;
  return canonical(signed, negative ? 1 : 0, signed.indexOf('.'));
}

function shift(whole: string, fraction: string, exponent: number): string {
  if (exponent === 0) return `${whole || '0'}.${fraction}`;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return `${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point)}`;
}
