import type { Day } from '../../model/line.js';

/** The day so many days before (after, when negative). */
export function dayBefore(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
