import { addDays } from '../model/add-days.js';
import { momentAt } from './wall-clock.js';
import type { WorkCalendar } from './work-calendar.js';

/** What a source is expected to bring, as `ledger.source.expects` keeps it; docs/sources.md explains the keys. */
export interface Expectation {
  readonly every?: 'day' | 'workday' | 'weekday';
  /** `HH:mm` in Shanghai; without it until the end of the day it is due. */
  readonly by?: string;
  readonly due?: 'same-day' | 'next-day' | 'next-workday';
  readonly figures?: 'day' | 'any';
}

/** The moment after which the figures of a business day (`yyyy-MM-dd`) are late. */
export function dueAt({ by, due = 'next-day' }: Expectation, businessDate: string, { isWorkday }: Pick<WorkCalendar, 'isWorkday'>): Date {
  let day = due === 'same-day' ? businessDate : addDays(businessDate, 1);
  if (due === 'next-workday') while (!isWorkday(day)) day = addDays(day, 1);
  return by
    ? momentAt(Date.parse(`${day}T${by}:00Z`), 'Asia/Shanghai')
    : momentAt(Date.parse(`${addDays(day, 1)}T00:00:00Z`), 'Asia/Shanghai');
}
