import type { Plant } from '../../src/app/drill/open-plant.js';
import type { Driver, Night } from './lab.js';

/** How a night is begun with one of the two drivers. */
export interface NightDriver {
  /** What every program of the plant gets. */
  readonly environment: NodeJS.ProcessEnv;
  begin(plant: Plant, environment?: NodeJS.ProcessEnv): Promise<Night>;
}

interface Around {
  readonly folder: string;
  onEnd(close: () => Promise<unknown> | unknown): void;
}

export const nightDrivers: Readonly<Record<Driver, (around: Around) => Promise<NightDriver>>> = {
  embedded: () => Promise.resolve(embedded),
  bullmq: () => Promise.reject(new Error('the second driver is not there yet')),
};

// One process does everything.
const embedded: NightDriver = {
  environment: {},
  begin(plant, environment) {
    const worker = plant.startNight(environment);
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
