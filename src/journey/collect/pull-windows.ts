import { z } from 'zod';
import { addDays } from '../../model/add-days.js';
import { shanghaiDay } from '../../model/shanghai-day.js';

/** Which days a pull from a database or an API asks for; part of the settings of a feed. */
export const windowSettings = {
  /** Asked once per business day, or once for everything (customers, contracts). */
  per: z.enum(['day', 'all']).default('day'),
  /** Days that are asked again every time, because they may still change over there. */
  window_days: z.int().min(1).max(366).default(7),
  /** Older days from this one on are asked once. */
  since: z.iso.date().optional(),
  /** The day that is still going on is left out unless this says `today`. */
  until: z.enum(['yesterday', 'today']).default('yesterday'),
};

interface Feed {
  readonly per: 'day' | 'all';
  readonly window_days: number;
  readonly since?: string | undefined;
  readonly until: 'yesterday' | 'today';
}

/** What is asked at once: one business day of a feed, or all of it. `values` are `from` (included) and `to` (excluded). */
export interface PullWindow<OneFeed> {
  readonly feed: OneFeed;
  readonly day: string | null;
  readonly values: Readonly<Record<string, string>>;
  /** Old enough to be asked only once. */
  readonly isSettled: boolean;
}

/** The windows of a feed on the day of `now`, oldest first. */
export function pullWindows<OneFeed extends Feed>(feed: OneFeed, now: Date): PullWindow<OneFeed>[] {
  if (feed.per === 'all') return [{ feed, day: null, values: {}, isSettled: false }];
  const today = shanghaiDay(now);
  const last = feed.until === 'today' ? today : addDays(today, -1);
  const open = addDays(last, 1 - feed.window_days);
  const windows: PullWindow<OneFeed>[] = [];
  for (let day = feed.since && feed.since < open ? feed.since : open; day <= last; day = addDays(day, 1)) {
    windows.push({ feed, day, values: { from: day, to: addDays(day, 1) }, isSettled: day < open });
  }
  return windows;
}
