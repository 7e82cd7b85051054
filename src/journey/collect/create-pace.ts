import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled, type FarPlace } from './network-fault.js';

export interface Pace {
  /** Waits until another request may go out. */
  next(): Promise<void>;
  /** Waits so long; throws when the run is cancelled meanwhile. */
  pause(ms: number): Promise<void>;
}

/** Not more requests a minute than agreed, evenly spread. */
export function createPace(perMinute: number, place: FarPlace, signal: AbortSignal): Pace {
  let lastAsked = 0;
  return { next, pause };

  async function next(): Promise<void> {
    const now = Date.now();
    const due = lastAsked + 60_000 / perMinute;
    lastAsked = Math.max(now, due);
    if (due > now) await pause(due - now);
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => {
      throw cancelled(place);
    });
  }
}
