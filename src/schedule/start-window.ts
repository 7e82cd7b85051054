import { addDays } from '../model/add-days.js';
import type { ScheduleRule } from './schedule-rule.js';
import { dayOf, momentAt, wallOf } from './wall-clock.js';

const dayMs = 86_400_000;

/** When a start that is wanted now may happen: now when the window is open or there is none, else when it opens next. One that ends when it begins is always open. */
export function mayStartAt({ window, zone }: Pick<ScheduleRule, 'window' | 'zone'>, now: Date): Date {
  if (!window) return now;
  const wall = wallOf(now, zone);
  const minute = Math.floor((wall % dayMs) / 60_000);
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  const isOpen = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (isOpen) return now;
  const today = dayOf(wall);
  const opensOn = minute < from ? today : addDays(today, 1);
  return momentAt(Date.parse(`${opensOn}T${window.from}:00Z`), zone);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
