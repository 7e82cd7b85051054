import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, type Outcome, openPlant, type Plant } from '../../src/app/drill/open-plant.js';
import { openScratchDatabases, type ScratchDatabases } from '../../src/app/drill/scratch-databases.js';
import { type DrillNight, type DrillSize, drillSize, writeDrillNight } from '../../src/app/drill/write-drill-night.js';
import { factHashes } from '../../src/db/content-digest.js';
import { expectConverged } from './expect-converged.js';
import { type Driver, type Lab, testLeaseSeconds } from './lab.js';
import { type NightDriver, nightDrivers } from './night-drivers.js';
import { type PostgresServer, startPostgresServer } from './postgres-server.js';
import { type TotalsWatch, watchTotals } from './watch-totals.js';

export interface LabRoom {
  open(driver: Driver): Promise<{ lab: Lab; close(): Promise<void> }>;
  readonly postgres: PostgresServer;
  close(): Promise<void>;
}

/** The server and the control runs, shared by all cases of a suite. */
export async function openLabRoom(): Promise<LabRoom> {
  const root = mkdtempSync(join(tmpdir(), 'huiliu-faults-'));
  const postgres = await startPostgresServer(join(root, 'postgres'));
  const databases = await openScratchDatabases(postgres.url);
  const nights = new Map<string, Promise<{ folder: string; night: DrillNight }>>();
  const controls = new Map<string, Promise<{ outcome: Outcome; lines: readonly string[] }>>();
  let cases = 0;

  function written(size: DrillSize) {
    const key = JSON.stringify(size);
    const folder = join(root, `night-${size.senders}-${size.rows}`);
    const night = nights.get(key) ?? writeDrillNight(folder, size).then((written) => ({ folder, night: written }));
    nights.set(key, night);
    return night;
  }

  function control(size: DrillSize = drillSize) {
    const key = JSON.stringify(size);
    const outcome = controls.get(key) ?? undisturbed(root, databases, written(size));
    controls.set(key, outcome);
    return outcome;
  }

  async function open(driver: Driver) {
    cases += 1;
    const folder = join(root, `case-${cases}`);
    mkdirSync(folder);
    const closing: (() => Promise<unknown> | unknown)[] = [];
    const watches: TotalsWatch[] = [];
    const onEnd = (close: () => Promise<unknown> | unknown) => void closing.push(close);
    function watch({ url }: Plant): void {
      const reader = watchTotals(url);
      watches.push(reader);
      onEnd(() => reader.stop());
    }
    const nightDriver: NightDriver = await nightDrivers[driver]({ folder, onEnd });
    const lab: Lab = {
      ...{ driver, postgres, redis: nightDriver.redis, folder, onEnd, watches, watch },
      control: async (size) => (await control(size)).outcome,
      controlLines: async (size) => (await control(size)).lines,
      async plant({ size = drillSize, environment } = {}) {
        const { folder: nightFolder, night } = await written(size);
        const quick = { HUILIU_LEASE_SECONDS: String(testLeaseSeconds), HUILIU_BREAKER_SECONDS: '1' };
        const all = { ...nightDriver.environment, ...quick, ...environment };
        const plant = await openPlant({ nightFolder, night, root: folder, databases, environment: all });
        onEnd(() => plant.close());
        watch(plant);
        return plant;
      },
      begin: (plant, environment, isWhole) => nightDriver.begin(plant, environment, isWhole),
      async finish(plant, environment) {
        const night = await nightDriver.begin(plant, environment);
        try {
          return expectEndedWell(await night.over());
        } finally {
          await night.stop();
        }
      },
      async expectConverged(plant, size) {
        await expectConverged(plant, (await control(size)).outcome);
      },
    };
    return {
      lab,
      async close() {
        for (const one of closing.toReversed()) await one();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }

  return {
    open,
    postgres,
    async close() {
      await databases.close();
      await postgres.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function undisturbed(
  root: string,
  databases: ScratchDatabases,
  written: Promise<{ folder: string; night: DrillNight }>,
): Promise<{ outcome: Outcome; lines: readonly string[] }> {
  const { folder: nightFolder, night } = await written;
  const plant = await openPlant({ nightFolder, night, root, databases });
  try {
    expectEndedWell(await plant.startNight().ended);
    const outcome = await plant.outcome();
    await expectConverged(plant, outcome);
    return { outcome, lines: await factHashes(plant.database) };
  } finally {
    await plant.close();
  }
}

/** 0, or 3: something is held, as it should be. */
export function expectEndedWell(ended: Ended): Ended {
  if (ended.code === 0 || ended.code === 3) return ended;
  throw new Error(`the night ended with ${ended.signal ?? ended.code}: ${ended.stderr.slice(-2_000)}${ended.stdout.slice(-500)}`);
}
