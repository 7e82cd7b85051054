import type { Day } from '../../model/line.js';

/**
 * How dates may be written. `yyyy-M-d` takes `-`, `/`, `.` and 年月日, with or without a time; `serial` is Excel's day number;
 * `yyyy-M` is a month and means its last day.
 */
export const dateFormats = ['yyyy-M-d', 'yyyyMMdd', 'serial', 'M/d/yyyy', 'd/M/yyyy', 'yy-M-d', 'yyyy-M'] as const;
export type DateFormat = (typeof dateFormats)[number];
export const usualDateFormats: readonly DateFormat[] = ['yyyy-M-d', 'yyyyMMdd', 'serial'];

/** A day; '' = the cell stands for "no date" (1970-01-01, 0000-00-00); null = not a date of these formats. */
export type ReadDate = (text: string) => Day | '' | null;

/** A reader of dates from a year on that remembers what it has read: a file holds few distinct days. */
export function createDateReader(formats: readonly DateFormat[], earliestYear = 1990, is1904 = false): ReadDate {
  const readers = formats.map((format) => (format === 'serial' && is1904 ? readSerialOf1904 : readerOf[format]));
  const seen = new Map<string, Day | '' | null>();
  return (text) => {
    const key = text.length > 10 && text.charCodeAt(4) === 45 && text.charCodeAt(10) === 32 ? text.slice(0, 10) : text;
    const known = seen.get(key);
    if (known !== undefined) return known;
    if (seen.size >= 10_000) seen.clear();
    const found = readFirst(readers, plainDate(text));
    const day = found !== null && found !== '' && found < String(earliestYear) ? null : found;
    seen.set(key, day);
    return day;
  };
}

/** An expiry or production date, as exact as the sender is: `yyyy-MM-dd` or `yyyy-MM`. Same results as a `ReadDate`. */
export function createMonthOrDayReader(formats: readonly DateFormat[]): (text: string) => string | null {
  const readDay = createDateReader(formats.filter((format) => format !== 'yyyy-M'));
  return (text) => {
    const plain = plainDate(text);
    const month = /^(\d{4})[-/.年](\d{1,2})月?$/u.exec(plain) ?? /^(20\d{2})(0[1-9]|1[0-2])$/u.exec(plain);
    if (!month) return readDay(text);
    const [, year = '', number = ''] = month;
    const day = dayOf(Number(year), Number(number), 1);
    return day === null || day === '' ? day : day.slice(0, 7);
  };
}

function readFirst(readers: readonly ((text: string) => Day | '' | null)[], text: string): Day | '' | null {
  if (/^0{4}[-/.]?0{1,2}[-/.]?0{1,2}(?:\s.*)?$/u.test(text)) return '';
  for (const read of readers) {
    const day = read(text);
    if (day !== null) return day;
  }
  return null;
}

function plainDate(text: string): string {
  const plain = text.normalize('NFKC').trim();
  return chineseDate.test(plain) ? plain.replace(/^[^年]+/u, digitsOf).replace(/[一二三四五六七八九十]+/gu, numberOf) : plain;
}

/** `二〇〇三年五月二十一日`, also without day or month; the zero is written in many ways. */
const chineseDate = /^[〇○Oo0零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日?)?)?$/u;
const digits = '〇一二三四五六七八九';
const digitsOf = (text: string): string => [...text].map((sign) => (digits.includes(sign) ? digits.indexOf(sign) : 0)).join('');

/** 五 is 5, 十 10, 十二 12, 二十 20, 三十一 31. */
function numberOf(text: string): string {
  const [tens, ones] = text.includes('十') ? (text.split('十') as [string, string]) : ['', text];
  const ten = text.includes('十') ? (tens === '' ? 1 : digits.indexOf(tens)) : 0;
  return String(ten * 10 + (ones === '' ? 0 : digits.indexOf(ones)));
}

/** What only says a year or a month: `2003年`, `2003-05`, `二〇〇三年五月`, as `2003` or `2003-05`; null for anything else. */
export function readYearOrMonth(text: string): string | null {
  const [, year = '', number] = /^((?:19|20)\d{2})(?:年|[-/.年](\d{1,2})月?(?:份)?)?$/u.exec(plainDate(text)) ?? [];
  if (year === '' || number === undefined) return year === '' ? null : year;
  const monthNumber = Number(number);
  return monthNumber >= 1 && monthNumber <= 12 ? `${year}-${String(monthNumber).padStart(2, '0')}` : null;
}
const time = String.raw`(?:[T\s]+\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:[.,]\d+)?秒?)?分?(?:\s*[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?)?`;
const yearFirst = new RegExp(String.raw`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?${time}$`, 'iu');
const yearLast = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})${time}$`, 'iu');
const shortYear = new RegExp(String.raw`^(\d{2})[-/.](\d{1,2})[-/.](\d{1,2})${time}$`, 'iu');
const compact = /^(\d{4})(\d{2})(\d{2})(?:\s?\d{2}:?\d{2}(?::?\d{2})?)?$/u;
const month = /^(\d{4})[-/.年](\d{1,2})月?$/u;

const readerOf: Record<DateFormat, (text: string) => Day | '' | null> = {
  'yyyy-M-d': (text) => picked(yearFirst.exec(text), 1, 2, 3),
  yyyyMMdd: (text) => picked(compact.exec(text), 1, 2, 3),
  serial: readSerial,
  'M/d/yyyy': (text) => picked(yearLast.exec(text), 3, 1, 2),
  'd/M/yyyy': (text) => picked(yearLast.exec(text), 3, 2, 1),
  'yy-M-d': (text) => {
    const found = shortYear.exec(text);
    return found ? dayOf(2000 + Number(found[1]), Number(found[2]), Number(found[3])) : null;
  },
  'yyyy-M': (text) => {
    const found = month.exec(text) ?? /^(\d{4})(\d{2})$/u.exec(text);
    if (!found) return null;
    const [year, number] = [Number(found[1]), Number(found[2])];
    return number < 1 || number > 12 ? null : dayOf(year, number, new Date(Date.UTC(year, number, 0)).getUTCDate());
  },
};

function picked(found: RegExpExecArray | null, year: number, monthAt: number, day: number): Day | '' | null {
  return found && dayOf(Number(found[year]), Number(found[monthAt]), Number(found[day]));
}

/** Day numbers of 1954-2119: smaller or larger numbers in a date column are something else. */
function readSerial(text: string): Day | '' | null {
  if (!/^\d{5}(?:\.\d+)?$/u.test(text)) return null;
  const days = Math.floor(Number(text));
  if (days < 20_000 || days > 80_000) return null;
  const date = new Date((days - 25_569) * 86_400_000);
  return dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
}

/** The same day number in a workbook that counts from 1904 on. */
const readSerialOf1904 = (text: string): Day | '' | null =>
  /^\d{5}(?:\.\d+)?$/u.test(text) ? readSerial(String(Number(text) + 1462)) : null;

function dayOf(year: number, monthNumber: number, day: number): Day | '' | null {
  if (year === 1970 && monthNumber === 1 && day === 1) return '';
  if (year < 1900 || year > 2199 || monthNumber < 1 || monthNumber > 12 || day < 1) return null;
  if (day > new Date(Date.UTC(year, monthNumber, 0)).getUTCDate()) return null;
  return `${year}-${String(monthNumber).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
