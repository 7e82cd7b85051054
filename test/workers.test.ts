import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubProcess, startHubProcess } from '../scripts/worker-night/hub-process.js';
import { outcomeOf, type PreparedNight, prepareNight } from '../scripts/worker-night/prepare-night.js';
import { hasRedis, type RedisServer, startRedis } from '../scripts/worker-night/redis-server.js';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase } from './database.js';

// The demo night worked off by processes as an operator starts them: with the embedded driver, and with BullMQ on a real Redis. What the
// hub knows afterwards is the same as when one process does it all.
const root = mkdtempSync(join(tmpdir(), 'huiliu-workers-'));
let program = '';
let control: object;
beforeAll(async () => {
  program = join(await ensureBuilt(), 'src/main.js');
  control = await inHub(async (hub, night) => {
    await hub.runNightly({ businessDate: night.businessDate, sources: night.senders.sources.map(({ code }) => code) });
    return outcomeOf(hub);
  });
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('two workers without Redis do the night as one process does', { timeout: 180_000 }, async () => {
  await inHub(async (hub, night, environment) => {
    const workers = [await worker(environment), await worker(environment)];
    await closed(hub, await night.start(hub));
    expect(await outcomeOf(hub)).toEqual(control);
    for (const one of workers) expect(one.log()).toContain('"msg":"step ended"');
    for (const one of workers) expect(await one.end('SIGTERM')).toBeLessThan(10_000);
  });
});

test.skipIf(!hasRedis())(
  'two workers with BullMQ do the same, and nothing but ids is in Redis or the logs',
  { timeout: 180_000 },
  async () => {
    const redis = await startRedis();
    try {
      await inHub(async (hub, night, environment) => {
        const workers = [await worker(environment, redis), await worker(environment, redis)];
        const seen: string[] = [];
        const watching = setInterval(() => void redis.dump().then((dump) => seen.push(dump)), 100);
        await closed(hub, await night.start(hub));
        clearInterval(watching);
        expect(await outcomeOf(hub)).toEqual(control);
        for (const one of workers) expect(one.log()).toContain('"msg":"step ended"');
        const told = seen.join('') + workers.map((one) => one.log()).join('');
        expect(told).toContain('se-');
        expect(told).not.toContain('only-for-the-demo');
        for (const one of workers) await one.end('SIGTERM');
      });
    } finally {
      await redis.stop();
    }
  },
);

test('a worker that is told to stop in the middle gives back what it holds; the other goes on at once', { timeout: 180_000 }, async () => {
  await inHub(async (hub, night, environment) => {
    const first = await worker(environment);
    const run = await night.start(hub);
    await until(async () => (await running(hub)) > 2);
    const took = await first.end('SIGTERM');
    expect([took < 10_000, await running(hub)]).toEqual([true, 0]);
    const second = await worker(environment);
    await closed(hub, run);
    expect(await outcomeOf(hub)).toEqual(control);
    await second.end('SIGTERM');
  });
});

const worker = (environment: NodeJS.ProcessEnv, redis?: RedisServer): Promise<HubProcess> =>
  startHubProcess(['worker'], { ...environment, ...(redis && { REDIS_URL: redis.url }) }, program);

async function inHub<Result>(work: (hub: Hub, night: PreparedNight, environment: NodeJS.ProcessEnv) => Promise<Result>): Promise<Result> {
  const own = await createTestDatabase();
  const environment = { HUILIU_HOME: mkdtempSync(join(root, 'home-')), DATABASE_URL: own.url, HUILIU_LOG: 'debug' };
  const settings = readSettings(environment, process.cwd());
  const preparing = await openHub(settings);
  const night = await prepareNight(preparing);
  await preparing.close();
  const hub = await openHub(settings);
  try {
    return await work(hub, night, environment);
  } finally {
    await night.senders.stop();
    await hub.close();
    await own.drop();
  }
}

const running = async (hub: Hub): Promise<number> =>
  (await hub.database('ledger.stage_exec').where({ state: 'running' }).pluck('id')).length;
const closed = (hub: Hub, run: string) =>
  until(async () => (await hub.database('ledger.run').where({ id: run }).first('state')).state !== 'running');

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 1500; look++) {
    if (await isSo()) return;
    await sleep(100);
  }
  throw new Error('it never came to be');
}
