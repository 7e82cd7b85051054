import { setTimeout as sleep } from 'node:timers/promises';
import { lease } from '../model/lease.js';

/** What the driver needs to know of the ledger; handed in, so that jobs and db do not know each other. */
export interface Steps<Claim> {
  claim(lane: string): Promise<Claim | null>;
  renew(claim: Claim): Promise<boolean>;
  /** Does the work and commits it, or throws. */
  handle(claim: Claim, signal: AbortSignal): Promise<void>;
  /** Records a fault of `handle`; must not throw for a fault of the work itself. */
  fail(claim: Claim, error: unknown): Promise<void>;
  /** Whether a fault means only that the ledger is not there just now. */
  isAway(error: unknown): boolean;
}

/** How many steps of a kind run at the same time. */
export type Lanes = Readonly<Record<string, number>>;

export interface EmbeddedDriver {
  /** Rings the bell: someone added work. */
  ring(): void;
  /** Works until `isDone` says so, then returns. A ledger that is away is waited for; one that stays away, or another fault of it, is thrown after work has stopped. */
  drain(isDone: () => Promise<boolean>): Promise<void>;
  /** Stops claiming, tells running handlers to stop and waits for them. */
  stop(): Promise<void>;
}

const idleMs = 250;
const pauseMs = 20;
/** How long a ledger that is away is waited for: a restart, also one that replays its log, is shorter. */
const patienceMs = 300_000;
const againMs = 500;

/** The in-process bell: lanes of workers poll the ledger; a ring makes them look at once. A lost or double ring is harmless. */
export function createEmbeddedDriver<Claim>(lanes: Lanes, steps: Steps<Claim>): EmbeddedDriver {
  const stopping = new AbortController();
  let bell = new AbortController();
  let active = 0;
  let running: Promise<void> | null = null;
  const broken: { error: { readonly cause: unknown } | null; readonly tell: AbortController } = {
    error: null,
    tell: new AbortController(),
  };

  function ring(): void {
    bell.abort();
    bell = new AbortController();
  }

  // One look at the ledger per lane and ring, however many places the lane has.
  async function serve(lane: string, places: number, over: AbortController): Promise<void> {
    const busy = new Set<Promise<unknown>>();
    while (!over.signal.aborted && !stopping.signal.aborted) {
      const heard = bell.signal;
      const claim =
        busy.size < places ? await patiently(() => steps.claim(lane), over).catch((error: unknown) => giveUp(error, over)) : null;
      if (claim === null) {
        await rest(heard, over.signal);
        continue;
      }
      active += 1;
      const work: Promise<unknown> = attend(claim)
        .catch((error: unknown) => giveUp(error, over))
        .finally(() => {
          active -= 1;
          busy.delete(work);
          ring();
        });
      busy.add(work);
    }
    await Promise.all(busy);
  }

  // A restart of the database is no end of the night. What is committed twice in doubt, the fence decides.
  async function patiently<Result>(ask: () => Promise<Result>, over: AbortController): Promise<Result> {
    const since = Date.now();
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!steps.isAway(error) || over.signal.aborted || stopping.signal.aborted || Date.now() - since > patienceMs) throw error;
        await sleep(againMs, undefined, { signal: AbortSignal.any([over.signal, stopping.signal]) }).catch(() => undefined);
      }
    }
  }

  // Without the ledger nothing can be committed: handlers are told to stop, and the fault is thrown when they have.
  function giveUp(error: unknown, over: AbortController): null {
    broken.error ??= { cause: error };
    broken.tell.abort();
    over.abort();
    return null;
  }

  // The bell is the one that hung there before the look: a ring meanwhile ends the rest. A short pause comes first, so that a
  // hundred rings are one look.
  async function rest(heard: AbortSignal, over: AbortSignal): Promise<void> {
    await sleep(pauseMs, undefined, { signal: AbortSignal.any([over, stopping.signal]) }).catch(() => undefined);
    await sleep(idleMs, undefined, { signal: AbortSignal.any([heard, over, stopping.signal]) }).catch(() => undefined);
  }

  // The lease is renewed from here, not from the work: a handler that waits for a child keeps its lease, a frozen process loses it.
  async function attend(claim: Claim): Promise<void> {
    const lost = new AbortController();
    const timer = setInterval(() => {
      steps.renew(claim).then(
        (held) => held || lost.abort(),
        () => undefined,
      );
    }, lease.renewMs);
    try {
      await steps.handle(claim, AbortSignal.any([lost.signal, stopping.signal, broken.tell.signal]));
    } catch (error) {
      if (stopping.signal.aborted || broken.error) return;
      await patiently(() => steps.fail(claim, error), stopping);
    } finally {
      clearInterval(timer);
    }
  }

  return {
    ring,
    async drain(isDone) {
      const over = new AbortController();
      const end = async () => {
        while (!over.signal.aborted && !stopping.signal.aborted) {
          const heard = bell.signal;
          if (active === 0 && (await patiently(isDone, over).catch((error: unknown) => giveUp(error, over)))) break;
          await rest(heard, over.signal);
        }
      };
      const work = Promise.all(
        [end(), ...Object.entries(lanes).map(([lane, places]) => serve(lane, places, over))].map((one) => one.finally(() => over.abort())),
      );
      running = work.then(() => undefined).catch(() => undefined);
      await work;
      if (broken.error) throw broken.error.cause;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
