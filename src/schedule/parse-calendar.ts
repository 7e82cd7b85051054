import { parse } from 'yaml';
import { z } from 'zod';
import { addDays } from '../model/add-days.js';
import { HubError } from '../model/hub-error.js';
import { listIssues } from '../model/list-issues.js';
import { message } from '../model/message.js';
import type { CalendarDay, CalendarYear } from './work-calendar.js';

const day = z.iso.date();
const fileSchema = z.strictObject({
  years: z
    .array(
      z.strictObject({
        year: z.int().min(2000).max(2200),
        origin: z.string().min(1),
        rest: z.array(z.strictObject({ from: day, to: day.optional(), name: z.string().default('') })).min(1),
        work: z.array(day),
      }),
    )
    .min(1),
});

/**
 * Reads a calendar file (mappings/calendar/cn.yaml is the pattern). Each year is told as a whole.
 *
 * @throws HubError `config` naming all that is wrong: a day outside its year, told twice, a swap that changes nothing, a range that runs back
 */
export function parseCalendar(text: string, file: string): CalendarYear[] {
  const problems: string[] = [];
  const { data, error } = fileSchema.safeParse(read(text, problems));
  if (problems.length === 0) problems.push(...listIssues(error));
  const years = (data?.years ?? []).map(({ year, origin, rest, work }) => {
    const days: CalendarDay[] = [
      ...rest.flatMap(({ from, to = from, name }) => {
        if (to < from || addDays(from, 31) < to) problems.push(`${year}: ${from} - ${to}`);
        return range(from, to < from ? from : to).map((one) => ({ day: one, isWorkday: false, name }));
      }),
      ...work.map((one) => ({ day: one, isWorkday: true, name: '' })),
    ];
    const seen = new Set<string>();
    for (const one of days) {
      if (!one.day.startsWith(`${year}-`)) problems.push(`${year}: ${one.day} ∉ ${year}`);
      if (seen.has(one.day)) problems.push(`${year}: ${one.day} × 2`);
      seen.add(one.day);
      if (one.isWorkday && isMondayToFriday(one.day)) problems.push(`${year}: work ${one.day} ∉ {Sat, Sun}`);
    }
    return { year, origin, days: days.toSorted((a, b) => a.day.localeCompare(b.day)) };
  });
  if (new Set(years.map(({ year }) => year)).size < years.length) problems.push(`years: × 2`);
  if (problems.length > 0) throw new HubError('config', message('schedule.calendar-invalid', { file, problems: problems.join('\n  ') }));
  return years;
}

function read(text: string, problems: string[]): unknown {
  try {
    return parse(text);
  } catch (error) {
    problems.push((error as Error).message);
    return null;
  }
}

function range(from: string, to: string): string[] {
  const days = [from];
  while (days.at(-1)! < to && days.length < 366) days.push(addDays(days.at(-1)!, 1));
  return days;
}

function isMondayToFriday(one: string): boolean {
  const weekday = new Date(`${one}T00:00:00Z`).getUTCDay();
  return weekday >= 1 && weekday <= 5;
}
