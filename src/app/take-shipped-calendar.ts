import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveCalendarYears } from '../db/calendar-store.js';
import type { Database } from '../db/database.js';
import { parseCalendar } from '../schedule/parse-calendar.js';

/** Takes the years of the calendar that ships with the program which the hub does not know yet. A year that somebody imported stays as it is. */
export async function takeShippedCalendar(database: Database, mappingFolder: string): Promise<void> {
  const file = join(mappingFolder, 'calendar', 'cn.yaml');
  const years = parseCalendar(await readFile(file, 'utf8'), file);
  await saveCalendarYears(database, years, { by: 'huiliu', only: 'missing' });
}
