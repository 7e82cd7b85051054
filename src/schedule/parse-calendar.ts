import { z } from 'zod';
import { checkYaml } from '../journey/map/parse-yaml.js';
import { addDays } from '../model/add-days.js';
import { HubError } from '../model/hub-error.js';
import { type Message, message } from '../model/message.js';
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
  const problems: Message[] = [];
  const wrong = (year: number, expected: Message): void => void problems.push(message('problem.rule', { field: String(year), expected }));
  const { data, problems: found } = checkYaml(text, fileSchema);
  problems.push(...found);
  const years = (data?.years ?? []).map(({ year, origin, rest, work }) => {
    const days: CalendarDay[] = [
      ...rest.flatMap(({ from, to = from, name }) => {
        if (to < from || addDays(from, 31) < to) wrong(year, message('mistake.range', { from, to }));
        return range(from, to < from ? from : to).map((one) => ({ day: one, isWorkday: false, name }));
      }),
      ...work.map((one) => ({ day: one, isWorkday: true, name: '' })),
    ];
    const seen = new Set<string>();
    for (const one of days) {
      if (!one.day.startsWith(`${year}-`)) wrong(year, message('mistake.day-outside', { day: one.day }));
      if (seen.has(one.day)) wrong(year, message('mistake.twice', { value: one.day }));
      seen.add(one.day);
      if (one.isWorkday && isMondayToFriday(one.day)) wrong(year, message('mistake.not-swapped', { day: one.day }));
    }
    return { year, origin, days: days.toSorted((a, b) => a.day.localeCompare(b.day)) };
  });
  for (const [at, { year }] of years.entries())
    if (years.findIndex((one) => one.year === year) < at) wrong(year, message('mistake.twice', { value: String(year) }));
  if (problems.length > 0) throw new HubError('config', message('schedule.calendar-invalid', { file, problems }));
  return years;
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
