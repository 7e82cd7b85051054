import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCase } from '../fault-case.js';
import type { Lab } from '../lab.js';
import type { RedisServer } from '../redis-server.js';
import { frozenAt } from './processes.js';

/** A bell that is lost, forgets everything or is full: only delay may follow. */
export const redis: readonly FaultCase[] = [
  hurt('F14a', 'Redis is gone before the night begins and comes back after it', async (lab, server) => {
    await server.kill();
    const plant = await lab.plant();
    await lab.finish(plant);
    await server.start();
    return plant;
  }),
  hurt('F14b', 'Redis is killed in the middle of the night and comes back empty (no AOF) 3 s later', async (lab, server) => {
    const plant = await lab.plant();
    const night = await frozenAt(lab, plant, 'after-decode:2');
    await server.kill();
    process.kill(night.worker.pid, 'SIGCONT');
    await sleep(3_000);
    await server.start();
    await night.over();
    await night.stop();
    return plant;
  }),
  hurt('F15', 'FLUSHALL again and again during the night', async (lab, server) => {
    const plant = await lab.plant();
    const night = await lab.begin(plant);
    let isOver = false;
    const over = night.over().finally(() => (isOver = true));
    while (!isOver) {
      await server.command('flushall');
      await sleep(300);
    }
    await over;
    await night.stop();
    return plant;
  }),
  hurt('F16', 'Redis has reached maxmemory (noeviction) for the whole night', async (lab, server) => {
    await server.command('config', 'set', 'maxmemory', '1');
    const plant = await lab.plant();
    await lab.finish(plant);
    return plant;
  }),
];

function hurt(id: string, injects: string, night: (lab: Lab, server: RedisServer) => ReturnType<Lab['plant']>): FaultCase {
  return {
    ...{ id, injects, proves: ['I2', 'I4', 'I7'], drivers: ['bullmq'] },
    async run(lab) {
      const plant = await night(lab, lab.redis!);
      await lab.finish(plant);
      await lab.expectConverged(plant);
    },
  };
}
