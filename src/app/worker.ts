import { setTimeout as sleep } from 'node:timers/promises';
import { refreshFigures } from '../db/figures/refresh-figures.js';
import { compareSchema } from '../db/migrate.js';
import { closeEndedRuns } from '../db/run-store.js';
import { expireLeases, releaseLeases } from '../db/stage-store.js';
import type { Answer, Bell } from '../jobs/bell.js';
import { createEmbeddedDriver } from '../jobs/embedded-driver.js';
import { freeMegabytesOf } from './free-megabytes.js';
import { ringReady } from './ring-ready.js';
import type { StepTools } from './steps/step-tools.js';
import { type StepEnd, stepsOf } from './steps-of.js';
import type { WorkLog } from './work-log.js';

export interface WorkerOptions {
  readonly log: WorkLog;
  /** Opens the bell that others ring; null = this process polls by itself. Called again when it seems to have gone deaf. */
  readonly openBell: ((answer: Answer) => Bell) | null;
  readonly home: string;
  readonly minFreeMegabytes: number;
  onEnd(end: StepEnd): void;
}

export interface Worker {
  /** Steps that this process works on now. */
  held(): number;
  /** Null without a bell. */
  isBellWell(): boolean | null;
  /** Ends with the worker. */
  readonly ended: Promise<void>;
  /** Claims nothing more, stops what runs and gives it back. */
  stop(): Promise<void>;
}

const tickMs = 10_000;
/** Between two looks at the ledger while nothing is found: without a bell, and while one rings. */
const pollMs = 3000;
const seldomMs = 20_000;
/** A bell that has been silent so long while there was work is replaced. */
const deafMs = 15_000;

/**
 * Works on the steps of all runs. The ledger is the truth; rings only say where to look. So there is always a slow look beside the
 * bell, and when the bell is away, a quick one. Every ten seconds or so each worker frees what vanished ones held, closes ended
 * runs and rings whatever is ready: any of them can do it, none has to.
 */
export function startWorker(tools: StepTools, owner: string, options: WorkerOptions): Worker {
  const { database, limits } = tools;
  const { log } = options;
  const stopping = new AbortController();
  let bell: Bell | null = null;
  let heardAt = performance.now();
  let hasRoom = true;
  let isTooOld = false;
  let announcing: Promise<void> | null = null;

  const hears = () => bell?.isWell() ?? false;
  const announce = () => {
    if (!hears()) driver.ring();
    announcing ??= tellOthers().finally(() => (announcing = null));
  };
  const steps = stepsOf({ ...tools, ring: announce }, { owner, limits, onEnd: afterStep });
  const driver = createEmbeddedDriver(tools.lanes, {
    ...steps,
    async claim(lane, id) {
      const claim = await steps.claim(lane, id);
      if (!claim) return null;
      // The slow look found what nobody rang for: the bell may have gone deaf without a fault of its own.
      if (id === undefined && hears() && performance.now() - heardAt > deafMs) void replaceBell();
      log.debug({ ...fieldsOf(claim), attempt: claim.attempt, fence: claim.fence }, 'step begins');
      return claim;
    },
  });

  function afterStep(end: StepEnd): void {
    options.onEnd(end);
    const fields = { ...fieldsOf(end.claim), attempt: end.claim.attempt, seconds: Math.round(end.seconds * 1000) / 1000 };
    if (end.outcome === 'failed') log.warn({ ...fields, error: end.error }, 'step failed');
    else log.info(fields, end.outcome === 'ended' ? 'step ended' : 'step given back');
    if (end.claim.stage === 'match')
      void closeEndedRuns(database)
        .then(tellClosed)
        .then(() => refreshFigures(database))
        .catch(onFault);
    announce();
  }

  // Many ends within a moment are one look and one message.
  async function tellOthers(): Promise<void> {
    await sleep(50);
    if (bell === null || stopping.signal.aborted) return;
    try {
      if (!(await ringReady(database, limits, bell))) driver.ring();
    } catch (error) {
      onFault(error);
    }
  }

  async function replaceBell(): Promise<void> {
    heardAt = performance.now();
    const old = bell;
    bell = null;
    await old?.close();
    if (options.openBell === null || stopping.signal.aborted) return;
    if (old) log.warn({}, 'the bell was silent while there was work: it is opened anew');
    bell = options.openBell(async ({ lane, id }) => {
      heardAt = performance.now();
      await driver.offer(lane, id);
    });
    await bell.check();
  }

  async function tick(): Promise<void> {
    if (bell === null && options.openBell) await replaceBell();
    if (bell && !(await bell.check())) log.warn({}, 'the bell is away: this process looks at the ledger by itself');
    const { unknown } = await compareSchema(database);
    if (unknown.length > 0 && !isTooOld)
      log.error({ unknown }, 'the database is newer than this program: it takes no more steps. Upgrade it');
    isTooOld = unknown.length > 0;
    const free = await freeMegabytesOf(options.home);
    if (free < options.minFreeMegabytes !== !hasRoom)
      log.warn({ freeMegabytes: free }, hasRoom ? 'the disk is full: nothing more is taken in' : 'there is room again');
    hasRoom = free >= options.minFreeMegabytes;
    const expired = await expireLeases(database);
    if (expired > 0) log.warn({ steps: expired }, 'leases had run out: their steps are free again');
    tellClosed(await closeEndedRuns(database));
    announce();
  }

  async function tickOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tick().catch(onFault);
      await sleep(tickMs * (0.7 + 0.6 * Math.random()), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  function tellClosed(runs: readonly string[]): void {
    for (const run of runs) log.info({ run }, 'run closed');
  }

  function onFault(error: unknown, again = 0): void {
    if (!stopping.signal.aborted) log.error({ error, again }, 'the ledger or the machine is at fault; tried again');
  }

  const serving = driver.serve({
    restMs: () => (hears() ? seldomMs : pollMs) * (0.75 + 0.5 * Math.random()),
    hears: () => !hears(),
    mayTake: (lane) => !isTooOld && (hasRoom || lane === 'match'),
    onFault,
  });
  const ticking = tickOn();
  let stopped: Promise<void> | null = null;
  return {
    held: () => driver.active(),
    isBellWell: () => (options.openBell === null ? null : hears()),
    ended: Promise.all([serving, ticking]).then(() => undefined),
    stop() {
      stopped ??= (async () => {
        stopping.abort();
        await driver.stop();
        await bell?.close();
        await releaseLeases(database, (holder) => holder === owner).catch(() => undefined);
      })();
      return stopped;
    },
  };
}

function fieldsOf({ id, stage, runId, sourceId, deliveryId }: StepEnd['claim']) {
  return {
    run: runId,
    stage,
    step: id,
    ...(sourceId !== null && { source: sourceId }),
    ...(deliveryId !== null && { delivery: deliveryId }),
  };
}
