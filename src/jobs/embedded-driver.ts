import { setTimeout as sleep } from 'node:timers/promises';
import { lease } from '../model/lease.js';

/** What the driver needs to know of the ledger; handed in, so that jobs and db do not know each other. */
export interface Steps<Claim> {
  /** The next step of a lane, or (with `id`) that one if it is to be had now. */
  claim(lane: string, id?: string): Promise<Claim | null>;
  renew(claim: Claim): Promise<boolean>;
  /** Puts back what was begun and not done, so that others may go on with it at once. */
  giveBack(claim: Claim): Promise<void>;
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
  /** Works until it is stopped. A fault of the ledger is told, and the ledger looked for again. */
  serve(options: ServeOptions): Promise<void>;
  /** Works on one step now, if it is to be had and as soon as its lane has room; comes back when it has ended. Only while serving. */
  offer(lane: string, id: string): Promise<void>;
  /** How many steps are worked on now. */
  active(): number;
  /** Stops claiming, tells running handlers to stop, waits for them and gives back what they did not finish. */
  stop(): Promise<void>;
}

interface ServeOptions {
  /** How long a lane that finds nothing rests at most, in ms; asked each time. A ring ends every rest. */
  restMs(): number;
  /** False while steps come by `offer`: a ring of this process then ends no rest. */
  hears(): boolean;
  /** False while a lane is to take nothing more in. */
  mayTake(lane: string): boolean;
  /** The ledger could not be asked; `again` after how many ms it will be. */
  onFault(error: unknown, again: number): void;
}

const deaf = new AbortController().signal;
const idleMs = 250;
const pauseMs = 20;
/** How long a ledger that is away is waited for: a restart, also one that replays its log, is shorter. */
const patienceMs = 300_000;
const againMs = 500;
/** Who could not renew a lease for so long stops before it ends and somebody else begins. */
const lostMs = lease.seconds * 800;
const longestFaultMs = 5000;

/** The in-process bell: lanes of workers poll the ledger; a ring makes them look at once. A lost or double ring is harmless. */
export function createEmbeddedDriver<Claim>(lanes: Lanes, steps: Steps<Claim>): EmbeddedDriver {
  const stopping = new AbortController();
  let bell = new AbortController();
  let active = 0;
  let serving: ServeOptions | null = null;
  const busyIn = new Map<string, Set<Promise<unknown>>>(Object.keys(lanes).map((lane) => [lane, new Set()]));
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
  async function work(lane: string, places: number, over: AbortController): Promise<void> {
    const busy = busyIn.get(lane)!;
    let idle = idleMs;
    let faults = 0;
    while (!over.signal.aborted && !stopping.signal.aborted) {
      const heard = (serving?.hears() ?? true) ? bell.signal : deaf;
      const isFree = busy.size < places && (serving?.mayTake(lane) ?? true);
      const claim = isFree ? await look(lane) : null;
      if (claim === null) {
        await rest(heard, over.signal, idle);
        // Who finds nothing again and again looks less often.
        idle = heard.aborted ? idleMs : Math.min(idle * 2, serving?.restMs() ?? idleMs);
        continue;
      }
      idle = idleMs;
      void begin(lane, claim, over);
    }
    await Promise.all(busy);

    async function look(of: string): Promise<Claim | null> {
      try {
        const claim = await (serving ? steps.claim(of) : patiently(() => steps.claim(of), over));
        faults = 0;
        return claim;
      } catch (error) {
        if (!serving) return giveUp(error, over);
        const again = Math.min(longestFaultMs, idleMs * 2 ** faults++);
        serving.onFault(error, again);
        await sleep(again, undefined, { signal: AbortSignal.any([over.signal, stopping.signal]) }).catch(() => undefined);
        return null;
      }
    }
  }

  function begin(lane: string, claim: Claim, over: AbortController): Promise<unknown> {
    const busy = busyIn.get(lane)!;
    active += 1;
    const ended: Promise<unknown> = attend(claim)
      .catch((error: unknown) => (serving ? serving.onFault(error, 0) : giveUp(error, over)))
      .finally(() => {
        active -= 1;
        busy.delete(ended);
        ring();
      });
    busy.add(ended);
    return ended;
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
  async function rest(heard: AbortSignal, over: AbortSignal, ms: number = idleMs): Promise<void> {
    await sleep(pauseMs, undefined, { signal: AbortSignal.any([over, stopping.signal]) }).catch(() => undefined);
    await sleep(ms, undefined, { signal: AbortSignal.any([heard, over, stopping.signal]) }).catch(() => undefined);
  }

  // The lease is renewed from here, not from the work: a handler that waits for a child keeps its lease, a frozen process loses it.
  async function attend(claim: Claim): Promise<void> {
    const lost = new AbortController();
    let renewedAt = performance.now();
    // One at a time: while the work's own transaction holds the step's row, a renewal waits for its end.
    let isRenewing = false;
    const timer = setInterval(() => {
      if (isRenewing) return;
      isRenewing = true;
      steps
        .renew(claim)
        .then(
          (held) => {
            if (held) renewedAt = performance.now();
            else lost.abort();
          },
          () => performance.now() - renewedAt > lostMs && lost.abort(),
        )
        .finally(() => {
          isRenewing = false;
        });
    }, lease.renewMs);
    try {
      await steps.handle(claim, AbortSignal.any([lost.signal, stopping.signal, broken.tell.signal]));
    } catch (error) {
      if (broken.error) return;
      if (stopping.signal.aborted) await steps.giveBack(claim);
      else await patiently(() => steps.fail(claim, error), stopping);
    } finally {
      clearInterval(timer);
    }
  }

  return {
    ring,
    active: () => active,
    async drain(isDone) {
      const over = new AbortController();
      const end = async () => {
        while (!over.signal.aborted && !stopping.signal.aborted) {
          const heard = bell.signal;
          if (active === 0 && (await patiently(isDone, over).catch((error: unknown) => giveUp(error, over)))) break;
          await rest(heard, over.signal);
        }
      };
      const all = Promise.all(
        [end(), ...Object.entries(lanes).map(([lane, places]) => work(lane, places, over))].map((one) => one.finally(() => over.abort())),
      );
      running = all.then(() => undefined).catch(() => undefined);
      await all;
      if (broken.error) throw broken.error.cause;
    },
    async serve(options) {
      serving = options;
      const never = new AbortController();
      running = Promise.all(Object.entries(lanes).map(([lane, places]) => work(lane, places, never))).then(() => undefined);
      await running;
    },
    async offer(lane, id) {
      const over = new AbortController();
      while (busyIn.get(lane)!.size >= lanes[lane]! || !serving?.mayTake(lane)) {
        if (stopping.signal.aborted) return;
        await rest(bell.signal, over.signal);
      }
      if (stopping.signal.aborted) return;
      const claim = await steps.claim(lane, id);
      if (claim) await begin(lane, claim, over);
    },
    async stop() {
      stopping.abort();
      await running;
      await Promise.all([...busyIn.values()].flatMap((busy) => [...busy]));
    },
  };
}
