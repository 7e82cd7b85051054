import { type CalendarYear, createWorkCalendar, type WorkCalendar } from '../schedule/work-calendar.js';
import type { Database } from './database.js';

/** The calendar in force. */
export async function readCalendar(database: Database): Promise<WorkCalendar> {
  return createWorkCalendar(await listCalendarYears(database));
}

export async function listCalendarYears(database: Database): Promise<CalendarYear[]> {
  const { rows } = await database.raw(calendarYears);
  return rows;
}

/** SQL: the years of the calendar with their days. */
const calendarYears = `
  select y.year, y.origin, coalesce(json_agg(json_build_object('day', d.day, 'isWorkday', d.is_workday, 'name', d.name) order by d.day)
                                    filter (where d.day is not null), '[]') as days
    from ledger.calendar_year y left join ledger.calendar_day d on d.year = y.year group by y.year order by y.year`;

/** Takes years as a whole, in place of what was known of them; `missing` takes only years that are not there yet. Returns the years taken. */
export async function saveCalendarYears(
  database: Database,
  years: readonly CalendarYear[],
  { by, only = 'all' }: { by: string; only?: 'all' | 'missing' },
): Promise<number[]> {
  return database.transaction(async (trx) => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('calendar'))`);
    const known = new Set(await trx('ledger.calendar_year').pluck('year'));
    const taken = years.filter(({ year }) => only === 'all' || !known.has(year));
    for (const { year, origin, days } of taken) {
      await trx('ledger.calendar_year').where({ year }).delete();
      await trx('ledger.calendar_year').insert({ year, origin, taken_by: by });
      await trx('ledger.calendar_day').insert(days.map(({ day, isWorkday, name }) => ({ day, is_workday: isWorkday, name, year })));
    }
    const taught = taken.map(({ year }) => year);
    if (taught.length > 0)
      await trx('ledger.event').insert({ actor: by, verb: 'take-calendar', object: taught.join(', '), detail: JSON.stringify({ only }) });
    return taught;
  });
}
