import { roundedText } from './number-text.js';

/**
 * What a number format makes of a number: a day (with its time), a time of day, a length of time, so many digits (`000000` shows 17 as 000017,
 * which is how people keep the zeros of a code), or just a number.
 */
export type FormatKind = 'number' | 'date' | 'time' | 'elapsed' | `digits-${number}`;

const builtinDates = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const builtinTimes = new Set([18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56]);

/** `code` is the format's own text where the file gives one; otherwise the number means a built-in (Chinese Excel's included). */
export function formatKind(id: number, code: string | undefined): FormatKind {
  if (code !== undefined) return kindOfCode(code);
  if (builtinDates.has(id)) return 'date';
  if (id === 46) return 'elapsed';
  return builtinTimes.has(id) ? 'time' : 'number';
}

export function kindOfCode(code: string): FormatKind {
  if (/^0{2,}$/u.test(code)) return `digits-${code.length}`;
  const letters = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .split(';')[0]!
    .replace(/general|e[+-]|上午\/下午|am\/pm|a\/p/gi, '');
  if (/\[(h+|m+|s+)\]/i.test(letters)) return 'elapsed';
  const bare = letters.replace(/\[[^\]]*\]/g, '');
  if (/[yde]|aaa|g{1,3}(?=\w)/i.test(bare)) return 'date';
  if (/[hs]/i.test(bare)) return 'time';
  return /m/i.test(bare) ? 'date' : 'number';
}

/** A number as its format shows it; `plain` is the number without one. */
export function formattedText(value: number, kind: FormatKind, plain: string, is1904: boolean): string {
  if (kind === 'number') return plain;
  if (isDigits(kind)) return /^\d+$/u.test(plain) ? plain.padStart(Number(kind.slice('digits-'.length)), '0') : plain;
  return serialText(value, kind, is1904);
}

const isDigits = (kind: FormatKind): kind is `digits-${number}` => kind.startsWith('digits-');

const dayMs = 86_400_000;
const days = new Map<number, string>();

/**
 * A serial number as the day it stands for, `yyyy-MM-dd`, with ` HH:mm:ss` when it has a time. Excel's 1900 has a 29th of
 * February (serial 60), which is kept as the sender sees it. A number that no calendar knows stays a number.
 */
function serialText(serial: number, kind: FormatKind, is1904: boolean): string {
  const seconds = Math.round(serial * 86_400);
  const day = Math.floor(seconds / 86_400);
  const rest = seconds - day * 86_400;
  if (kind === 'elapsed' && seconds >= 0) return clock(seconds);
  if (kind === 'time' && day === 0) return clock(rest);
  const shown = dayText(day, is1904);
  if (shown === null) return roundedText(serial);
  return rest === 0 ? shown : `${shown} ${clock(rest)}`;
}

function dayText(day: number, is1904: boolean): string | null {
  const since1900 = is1904 ? day + 1462 : day;
  if (since1900 < 1 || since1900 > 2_958_465) return null;
  let text = days.get(since1900);
  if (text === undefined) {
    const sinceEpoch = since1900 - 25_569 + (since1900 < 60 ? 1 : 0);
    text = since1900 === 60 ? '1900-02-29' : new Date(sinceEpoch * dayMs).toISOString().slice(0, 10);
    if (days.size < 100_000) days.set(since1900, text);
  }
  return text;
}

function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `2024-03-05T00:00:00.000` as the file formats write days, in the form of our cells. */
export function isoDateText(iso: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?/.exec(iso) ?? [];
  if (day === undefined) return iso;
  return time === undefined || time === '00:00:00' ? day : `${day} ${time}`;
}
