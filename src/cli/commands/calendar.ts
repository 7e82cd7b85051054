import type { Command } from 'commander';
import { listCalendarYears, saveCalendarYears } from '../../db/calendar-store.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { parseCalendar } from '../../schedule/parse-calendar.js';
import { type CalendarYear, calendarWarningDays, createWorkCalendar, daysLeft } from '../../schedule/work-calendar.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { readTextFile } from '../read-text-file.js';

/** `huiliu calendar show|import`: which days are worked. */
export function registerCalendarCommand(program: Command, { screen, openHub }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  const calendar = program.command('calendar').description(text('calendar.about'));

  calendar
    .command('show')
    .description(text('calendar.show.about'))
    .action(async () => {
      const years = await listCalendarYears((await openHub()).database);
      const { validUntil } = createWorkCalendar(years);
      const left = daysLeft({ validUntil }, shanghaiDay(new Date()));
      if (left < calendarWarningDays) finish(exitCode.attention);
      screen.answer({ validUntil, daysLeft: left, years }, () => [
        ...years.flatMap(showYear),
        validUntil === null ? text('calendar.none') : text('calendar.valid', { day: validUntil, days: left }),
        ...(left < calendarWarningDays ? [text('calendar.todo')] : []),
      ]);
    });

  calendar
    .command('import')
    .description(text('calendar.import.about'))
    .argument('<file>', text('calendar.arg-file'))
    .option('--yes', text('desk.opt-yes'), false)
    .action(async (file: string, { yes }: { yes: boolean }) => {
      const yaml = await readTextFile(file);
      const years = parseCalendar(yaml, file);
      const { database } = await openHub();
      const before = new Map((await listCalendarYears(database)).map((one) => [one.year, one]));
      const changes = years.map((one) => ({ year: one.year, origin: one.origin, days: changedDays(before.get(one.year), one) }));
      if (yes) await saveCalendarYears(database, years, { by: actor() });
      screen.answer({ changes, written: yes }, () => [
        ...changes.flatMap(({ year, origin, days }) => [
          text('calendar.year', { year, origin }),
          `  ${days.join(' ') || text('calendar.same')}`,
        ]),
        yes ? text('calendar.taken') : text('desk.preview', { command: `huiliu calendar import ${file} --yes` }),
      ]);
    });

  function showYear({ year, origin, days }: CalendarYear): string[] {
    const named = new Map<string, string[]>();
    for (const { day, isWorkday, name } of days) {
      const title = isWorkday ? text('calendar.worked') : name;
      named.set(title, [...(named.get(title) ?? []), day.slice(5)]);
    }
    return [text('calendar.year', { year, origin }), ...[...named].map(([name, list]) => `  ${name}  ${list.join(' ')}`), ''];
  }
}

/** `+02-14` a workday now, `-02-15` a day off now, `=02-16` as any other day again. */
function changedDays(before: CalendarYear | undefined, after: CalendarYear): string[] {
  const was = new Map((before?.days ?? []).map(({ day, isWorkday }) => [day, isWorkday]));
  const is = new Map(after.days.map(({ day, isWorkday }) => [day, isWorkday]));
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((day) => was.get(day) !== is.get(day))
    .toSorted()
    .map((day) => `${is.has(day) ? (is.get(day) ? '+' : '-') : '='}${day.slice(5)}`);
}
