import { CronExpressionParser } from 'cron-parser';
import { addDays } from '../model/add-days.js';
import type { ScheduleRule } from './schedule-rule.js';
import { dayOf, momentAt, wallOf } from './wall-clock.js';
import type { WorkCalendar } from './work-calendar.js';

/** One planned start. */
export interface Slot {
  readonly at: Date;
  /** The day its figures are about, `yyyy-MM-dd`. */
  readonly businessDate: string;
}

const hourMs = 3_600_000;
/** More than any change of summer time. */
const marginMs = 4 * hourMs;

/**
 * The planned starts of a rule in `(after, until]`, oldest first, each once. cron-parser names the times of day; which moment that
 * is in the zone is decided by `momentAt`, so that a local time counts once when clocks go back and is not lost when they go forward.
 */
export function slotsBetween(rule: ScheduleRule, after: Date, until: Date, calendar: Pick<WorkCalendar, 'isWorkday'>): Slot[] {
  const slots = new Map<number, Slot>();
  if (until <= after) return [];
  const last = wallOf(until, rule.zone) + marginMs;
  for (const cron of rule.cron) {
    const times = CronExpressionParser.parse(cron, { currentDate: new Date(wallOf(after, rule.zone) - marginMs), tz: 'UTC' });
    for (let wall = times.next().getTime(); wall <= last; wall = times.next().getTime()) {
      const at = momentAt(wall, rule.zone);
      if (at <= after || at > until) continue;
      const businessDate = addDays(dayOf(wall), rule.figures_of === 'day-before' ? -1 : 0);
      if (isMeant(rule, dayOf(wall), businessDate, calendar)) slots.set(at.getTime(), { at, businessDate });
    }
  }
  return [...slots.values()].toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** The first planned start after a moment; null when there is none within 400 days. */
export function nextSlot(rule: ScheduleRule, after: Date, calendar: Pick<WorkCalendar, 'isWorkday'>): Slot | null {
  for (const days of [2, 40, 400]) {
    const [first] = slotsBetween(rule, after, new Date(after.getTime() + days * 24 * hourMs), calendar);
    if (first) return first;
  }
  return null;
}

function isMeant({ days }: ScheduleRule, startDay: string, businessDate: string, calendar: Pick<WorkCalendar, 'isWorkday'>): boolean {
  if (days === 'all') return true;
  return calendar.isWorkday(days === 'workday' ? startDay : businessDate);
}
