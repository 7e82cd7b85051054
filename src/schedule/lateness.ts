import { type ArrivalState, openStates } from './judge-arrival.js';

/** How punctual the sources of one business day are. */
export interface Lateness {
  readonly counts: Readonly<Partial<Record<ArrivalState, number>>>;
  /** How far the latest of those that came was behind its deadline, in seconds; 0 when all were in time. */
  readonly arrivedSeconds: number;
  /** How long ago the deadline of the source went by that has kept us waiting longest; 0 when none does. */
  readonly waitingSeconds: number;
}

export function latenessOf(lines: readonly { state: ArrivalState; dueAt: Date; firstSeenAt: Date | null }[], now: Date): Lateness {
  const counts: Partial<Record<ArrivalState, number>> = {};
  let arrivedSeconds = 0;
  let waitingSeconds = 0;
  for (const { state, dueAt, firstSeenAt } of lines) {
    counts[state] = (counts[state] ?? 0) + 1;
    const behind = ((firstSeenAt ?? now).getTime() - dueAt.getTime()) / 1000;
    if (state === 'late') arrivedSeconds = Math.max(arrivedSeconds, behind);
    if (openStates.has(state)) waitingSeconds = Math.max(waitingSeconds, (now.getTime() - dueAt.getTime()) / 1000);
  }
  return { counts, arrivedSeconds, waitingSeconds };
}
