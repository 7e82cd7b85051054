import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plant } from '../../../src/app/drill/open-plant.js';
import { both, type FaultCase } from '../fault-case.js';
import type { Lab, Night } from '../lab.js';
import { until } from '../until.js';

/** Processes that are told to stop, freeze, stand still or come in numbers. */
export const processes: readonly FaultCase[] = [
  {
    id: 'F11',
    injects: 'SIGTERM in the middle of the night; it must end within 10 s and leave no lease behind',
    proves: ['I4', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const night = await frozenAt(lab, plant, 'after-decode:3', true);
      process.kill(night.worker.pid, 'SIGTERM');
      process.kill(night.worker.pid, 'SIGCONT');
      const since = Date.now();
      await night.worker.ended;
      const seconds = (Date.now() - since) / 1_000;
      await night.stop();
      if (seconds > 10) throw new Error(`it took ${seconds.toFixed(1)} s to end`);
      await sleep(3_500);
      const left = await plant
        .database('ledger.stage_exec')
        .where('state', 'running')
        .where('lease_until', '>', plant.database.fn.now())
        .count();
      if (Number(left[0]?.['count']) > 0) throw new Error('a lease of the ended process is still renewed');
      await lab.finish(plant);
      await lab.expectConverged(plant);
      return `ended after ${seconds.toFixed(1)} s`;
    },
  },
  ...(['after-decode:2', 'before-commit:2', 'before-match-commit', 'inside-copy:5'] as const).map((failpoint, at) =>
    zombie(`F12${'abcd'[at]}`, failpoint),
  ),
  {
    id: 'F13',
    injects: 'the event loop of the worker stands still for longer than its lease; another takes over',
    proves: ['I2', 'I4'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const mark = `${plant.folder}/mark`;
      const first = await lab.begin(plant, { HUILIU_FAILPOINT: 'after-fence:2=block/12000', HUILIU_FAILPOINT_MARK: mark });
      await until('the event loop stands still', () => existsSync(mark));
      await lab.finish(plant);
      await first.over();
      await first.stop();
      await lab.expectConverged(plant);
    },
  },
  {
    id: 'F17',
    injects: 'the same night worked on by three processes at once',
    proves: ['I2', 'I4', 'I5'],
    drivers: both,
    quick: true,
    async run(lab) {
      const plant = await lab.plant();
      const nights = [await lab.begin(plant), await lab.begin(plant), await lab.begin(plant)];
      for (const night of nights) await night.over();
      for (const night of nights) await night.stop();
      await lab.finish(plant);
      await lab.expectConverged(plant);
      const { rows } = await plant.database.raw<{ rows: { twice: number }[] }>(
        "select count(*)::int as twice from (select 1 from ledger.stage_exec where stage = 'load' group by delivery_id having count(*) > 1) t",
      );
      if (rows[0]!.twice > 0) throw new Error(`${rows[0]!.twice} deliveries have more than one load step`);
    },
  },
];

function zombie(id: string, failpoint: string): FaultCase {
  return {
    ...{
      id,
      injects: `SIGSTOP at ${failpoint.split(':')[0]} for longer than the lease, another takes over, then SIGCONT`,
      proves: ['I2', 'I4'],
      drivers: both,
    },
    async run(lab) {
      const plant = await lab.plant();
      const frozen = await frozenAt(lab, plant, failpoint);
      await lab.finish(plant);
      const before = await plant.outcome();
      process.kill(frozen.worker.pid, 'SIGCONT');
      await frozen.over();
      await frozen.stop();
      if (JSON.stringify(await plant.outcome()) !== JSON.stringify(before)) throw new Error('the process that woke up changed something');
      await lab.expectConverged(plant);
    },
  };
}

/** A night whose worker stands at a named place, stopped. */
export async function frozenAt(lab: Lab, plant: Plant, failpoint: string, isWhole = false): Promise<Night> {
  const mark = `${plant.folder}/mark-${failpoint.split(':')[0]}`;
  const night = await lab.begin(plant, { HUILIU_FAILPOINT: `${failpoint}=stop`, HUILIU_FAILPOINT_MARK: mark }, isWhole);
  await until(`the night stands at ${failpoint}`, () => existsSync(mark));
  await sleep(100);
  return night;
}
