import { shanghaiDay } from '../../src/model/shanghai-day.js';
import type { Feed } from './settings.js';

/** What is asked at once: one business day of a feed, or all of it. `to` is excluded. */
export interface Window {
  readonly feed: Feed;
  readonly day: string | null;
  readonly values: Readonly<Record<string, string>>;
  /** Old enough to be asked only once. */
  readonly isSettled: boolean;
}

/** The windows of a feed on the day of `now`, oldest first. */
export function windowsOf(feed: Feed, now: Date): Window[] {
  if (feed.per === 'all') return [{ feed, day: null, values: {}, isSettled: false }];
  const today = shanghaiDay(now);
  const last = feed.until === 'today' ? today : plus(today, -1);
  const open = plus(last, 1 - feed.window_days);
  const windows: Window[] = [];
  for (let day = feed.since && feed.since < open ? feed.since : open; day <= last; day = plus(day, 1)) {
    windows.push({ feed, day, values: { from: day, to: plus(day, 1) }, isSettled: day < open });
  }
  return windows;
}

function plus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
