import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Plant, Program } from '../../src/app/drill/open-plant.js';
import { readLayouts } from '../../src/app/read-layouts.js';
import { startRun } from '../../src/app/start-run.js';
import { projectFolder } from '../../src/cli/project-folder.js';
import { endFrozenCopies } from '../../src/db/end-frozen-copies.js';
import { type Driver, type Night, testLeaseSeconds } from './lab.js';
import { type RedisServer, startRedisServer } from './redis-server.js';

/** How a night is begun with one of the two drivers. */
export interface NightDriver {
  /** What every program of the plant gets. */
  readonly environment: NodeJS.ProcessEnv;
  /** Null with the embedded driver. */
  readonly redis: RedisServer | null;
  begin(plant: Plant, environment?: NodeJS.ProcessEnv, isWhole?: boolean): Promise<Night>;
}

interface Around {
  readonly folder: string;
  onEnd(close: () => Promise<unknown> | unknown): void;
}

export const nightDrivers: Readonly<Record<Driver, (around: Around) => Promise<NightDriver>>> = {
  embedded: () => Promise.resolve(embedded),
  bullmq: openBullmq,
};

// One process does everything.
const embedded: NightDriver = {
  environment: {},
  redis: null,
  begin(plant, environment, isWhole = false) {
    const worker = isWhole ? plant.start(['--json', 'run', 'nightly', '--date', plant.day], environment) : plant.startNight(environment);
    return Promise.resolve({
      worker,
      over: () => worker.ended,
      async stop() {
        worker.child.kill('SIGKILL');
        await worker.ended;
      },
    });
  },
};

// The run is opened in the ledger; a worker beside Redis works on it until it is closed.
async function openBullmq({ folder, onEnd }: Around): Promise<NightDriver> {
  const redis = await startRedisServer(folder);
  onEnd(() => redis.stop());
  const knowledge = await readLayouts([join(projectFolder(), 'mappings')]);
  return {
    environment: { REDIS_URL: redis.url, HUILIU_LOG: 'warn' },
    redis,
    async begin(plant, environment, isWhole = false) {
      const sourceIds = await plant.database('ledger.source').where({ enabled: true }).pluck('id');
      // Like every process of a hub, whoever opens a run does not wait for one that is frozen.
      const opened = new AbortController();
      void endFrozenCopies(plant.database, opened.signal, testLeaseSeconds * 500);
      await startRun(plant.database, knowledge, { kind: 'nightly', businessDate: plant.day, sourceIds }).finally(() => opened.abort());
      const worker = isWhole
        ? plant.start(['--json', 'worker'], environment)
        : plant.startModule('../scripts/fault-suite/work-program.js', environment);
      return {
        worker,
        over: () => Promise.race([worker.ended, closed(plant, worker)]),
        async stop() {
          worker.child.kill('SIGKILL');
          await worker.ended;
        },
      };
    },
  };
}

/** Comes back when no run is open any more; code 0, or 3 when something is held. A database that is away is asked again. */
async function closed(plant: Plant, worker: Program): Promise<Ended> {
  for (;;) {
    const states = await plant
      .database('ledger.run')
      .pluck('state')
      .catch(() => ['running']);
    if (states.length > 0 && !states.includes('running'))
      return { code: states.at(-1) === 'succeeded' ? 0 : 3, signal: null, stdout: '', stderr: '' };
    if (worker.child.exitCode !== null || worker.child.signalCode !== null) return worker.ended;
    await sleep(200);
  }
}
