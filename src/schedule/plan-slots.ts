import type { ScheduleRule } from './schedule-rule.js';
import { type Slot, slotsBetween } from './slots-between.js';
import type { WorkCalendar } from './work-calendar.js';

/** A slot as it is put on record. */
export interface PlannedSlot extends Slot {
  readonly kind: 'cron' | 'catchup';
  /** Null: it is to be started. Otherwise why not. */
  readonly skipped: 'catch-up' | null;
}

/** A slot later than this was missed, and the catch-up policy decides. */
export const onTimeMs = 10 * 60_000;
/** What lies further back is not caught up; the gap itself is on record. */
const horizonMs = 31 * 86_400_000;

/** What became due in `(after, now]`. Missed slots are put on record too, so that a night without a start is seen. */
export function planSlots(rule: ScheduleRule, after: Date, now: Date, calendar: Pick<WorkCalendar, 'isWorkday'>): PlannedSlot[] {
  const slots = slotsBetween(rule, new Date(Math.max(after.getTime(), now.getTime() - horizonMs)), now, calendar);
  const isLate = ({ at }: Slot) => at.getTime() < now.getTime() - onTimeMs;
  const isWanted = (slot: Slot, place: number) =>
    !isLate(slot) || rule.catch_up === 'all' || (rule.catch_up === 'latest' && place === slots.length - 1);
  return slots.map((slot, place) => ({
    ...slot,
    kind: isLate(slot) ? 'catchup' : 'cron',
    skipped: isWanted(slot, place) ? null : 'catch-up',
  }));
}
