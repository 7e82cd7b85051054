import type { ReadDate } from './read-date.js';

/**
 * A point in time as ISO 8601 with an offset; '' = none, null = not one. A time without an offset is China's (UTC+8), a day without a
 * time its beginning, an Excel number with a fraction the time of that day.
 */
export function readMoment(text: string, readDay: ReadDate): string | null {
  const plain = text.normalize('NFKC').trim();
  const serial = /^(\d{5})(\.\d+)$/u.exec(plain);
  if (serial) {
    const day = readDay(serial[1]!);
    if (day === null || day === '') return day;
    return `${day}T${clock(Math.round(Number(serial[2]) * 86_400))}+08:00`;
  }
  const day = readDay(plain);
  if (day === null || day === '') return day;
  const time =
    /(?:[T\s]|(?<=日))(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?/u.exec(plain) ?? /^\d{8}\s?(\d{2}):?(\d{2}):?(\d{2})?$/u.exec(plain);
  if (!time) return `${day}T00:00:00+08:00`;
  const [hours, minutes, seconds] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
  const afternoon = /PM$/iu.test(plain) && hours < 12 ? 12 : 0;
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  return `${day}T${clock((hours + afternoon) * 3600 + minutes * 60 + seconds)}${offsetOf(plain)}`;
}

function clock(seconds: number): string {
  const whole = Math.min(seconds, 86_399);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((one) => String(one).padStart(2, '0')).join(':');
}

function offsetOf(text: string): string {
  if (/\dZ$/u.test(text)) return 'Z';
  const stated = /\d([+-]\d{2}):?(\d{2})$/u.exec(text.replace(/^\d{4}-\d{1,2}-\d{1,2}/u, ''));
  return stated ? `${stated[1]}:${stated[2]}` : '+08:00';
}
