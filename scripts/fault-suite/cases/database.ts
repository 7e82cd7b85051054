import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type Database } from '../../../src/db/database.js';
import { both, type FaultCase } from '../fault-case.js';
import { expectEndedWell } from '../open-lab.js';
import { startTcpProxy } from '../tcp-proxy.js';
import { until } from '../until.js';
import { frozenAt } from './processes.js';

/** A database that goes away, hangs, blocks or is crowded. */
export const database: readonly FaultCase[] = [
  ...(['after-decode:2', 'during-copy:4', 'after-activate:3', 'before-commit:3', 'before-match-commit'] as const).map(
    (failpoint, at): FaultCase => ({
      id: `F18${'abcde'[at]}`,
      injects: `PostgreSQL crashes (immediate) and restarts while the night stands at ${failpoint.split(':')[0]}; the process goes on by itself`,
      proves: ['I1', 'I2', 'I7'],
      drivers: both,
      async run(lab) {
        const plant = await lab.plant();
        const night = await frozenAt(lab, plant, failpoint);
        await lab.postgres.crash();
        process.kill(night.worker.pid, 'SIGCONT');
        await sleep(1_500);
        await lab.postgres.start();
        expectEndedWell(await night.over());
        await night.stop();
        await lab.expectConverged(plant);
      },
    }),
  ),
  {
    id: 'F19',
    injects: 'pg_terminate_backend on every connection of the hub, again and again',
    proves: ['I1', 'I2', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const night = await lab.begin(plant);
      let isOver = false;
      const over = night.over().finally(() => (isOver = true));
      let cut = 0;
      for (let round = 0; round < 100 && cut < 30 && !isOver; round++) {
        await sleep(300);
        cut += await lab.postgres.cutConnections(new URL(plant.url).pathname.slice(1));
      }
      await over;
      await night.stop();
      await lab.finish(plant);
      await lab.expectConverged(plant);
      return `${cut} connections cut`;
    },
  },
  {
    id: 'F20',
    injects: 'connections to PostgreSQL that swallow everything (black hole), new ones work',
    proves: ['I2', 'I7'],
    drivers: ['embedded'],
    async run(lab) {
      const proxy = await startTcpProxy(lab.postgres.port);
      lab.onEnd(() => proxy.stop());
      const plant = await lab.plant();
      const url = plant.url.replace(`:${lab.postgres.port}/`, `:${proxy.port}/`);
      const night = await lab.begin(plant, { DATABASE_URL: url, HUILIU_DATABASE_SILENCE_SECONDS: '3' });
      await sleep(2_500);
      proxy.cutOpen('hang');
      expectEndedWell(await night.over());
      await night.stop();
      await lab.expectConverged(plant);
    },
  },
  {
    id: 'F9b',
    injects: 'the connection breaks after COMMIT has reached PostgreSQL and before its answer came back',
    proves: ['I1', 'I2', 'I4'],
    drivers: ['embedded'],
    quick: true,
    async run(lab) {
      const proxy = await startTcpProxy(lab.postgres.port);
      lab.onEnd(() => proxy.stop());
      const plant = await lab.plant();
      const times = [6, 12, 20];
      proxy.cutAfterSaying('commit\0', times);
      expectEndedWell(await plant.startNight({ DATABASE_URL: plant.url.replace(`:${lab.postgres.port}/`, `:${proxy.port}/`) }).ended);
      if (proxy.sprung() !== times.length) throw new Error(`${proxy.sprung()} of ${times.length} commits were cut`);
      await lab.expectConverged(plant);
      return `${times.length} commits in doubt`;
    },
  },
  {
    id: 'F21',
    injects: 'another session locks the table of deliveries while a load is under way, makes a deadlock with it, and stays for 3 s',
    proves: ['I5', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const other = createDatabase(plant.url, { poolMax: 1 });
      lab.onEnd(() => other.destroy());
      const night = await frozenAt(lab, plant, 'after-copy-before-marker:3');
      // The load holds the row of its step and will want its delivery; this one takes all deliveries and wants that row.
      const blocked = other.transaction(async (trx) => {
        await trx.raw('lock table ledger.delivery in share mode');
        process.kill(night.worker.pid, 'SIGCONT');
        await sleep(1_000);
        await trx.raw('select 1 from ledger.stage_exec for update');
        await sleep(3_000);
      });
      await blocked.catch(() => undefined);
      expectEndedWell(await night.over());
      await night.stop();
      await lab.expectConverged(plant);
      await until('PostgreSQL has counted a deadlock', async () => (await countDeadlocks(other)) > 0, 90);
      return `${await countDeadlocks(other)} deadlock`;
    },
  },
  {
    id: 'F22',
    injects: 'a pool of two connections for the whole night',
    proves: ['I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant({ environment: { HUILIU_DATABASE_POOL: '2' } });
      await lab.finish(plant);
      await lab.expectConverged(plant);
    },
  },
];

async function countDeadlocks(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { deadlocks: number }[] }>(
    'select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]!.deadlocks;
}
