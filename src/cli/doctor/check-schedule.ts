import { readCalendar } from '../../db/calendar-store.js';
import type { Database } from '../../db/database.js';
import { readLastLook } from '../../db/slot-store.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { calendarWarningDays, daysLeft } from '../../schedule/work-calendar.js';
import type { Text } from '../text.js';
import { type Check, ok, warn } from './check.js';

const lateSeconds = 300;

/** The calendar says which days are worked for a while yet, and a scheduler that once looked still does. */
export async function checkSchedule(database: Database, text: Text): Promise<Check[]> {
  const calendar = await readCalendar(database);
  const left = daysLeft(calendar, shanghaiDay(new Date()));
  const until =
    calendar.validUntil === null ? text('calendar.none') : text('doctor.calendar-found', { day: calendar.validUntil, days: left });
  const look = await readLastLook(database);
  return [
    left < calendarWarningDays ? warn(text('doctor.calendar'), until, text('calendar.todo')) : ok(text('doctor.calendar'), until),
    checkLook(look, text),
  ];
}

function checkLook(look: Awaited<ReturnType<typeof readLastLook>>, text: Text): Check {
  const check = text('doctor.scheduler');
  if (!look) return ok(check, text('doctor.scheduler-none'));
  if (look.secondsAgo <= lateSeconds)
    return ok(check, text('doctor.scheduler-found', { by: look.by, seconds: Math.round(look.secondsAgo) }));
  const found = text('doctor.scheduler-late', { minutes: Math.round(look.secondsAgo / 60), by: look.by });
  return warn(check, found, text('doctor.scheduler-todo'));
}
