import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../../../scripts/worker-night/redis-server.js';
import type { Answer, Bell, Ring } from '../../jobs/bell.js';
import { createLog } from '../log.js';
import { openBullBell } from './open-bull-bell.js';

const log = createLog('silent');
let redis: RedisServer;
beforeAll(async () => {
  if (hasRedis()) redis = await startRedis();
});
afterAll(() => redis?.stop());

const open = (answer: Answer, lanes: Record<string, number> = { load: 2 }, prefix = 'test') =>
  openBullBell({ url: redis.url, prefix, lanes, queues: ['collect', 'load'], log }, answer);
const until = async (isSo: () => boolean | Promise<boolean>) => {
  for (let look = 0; look < 400; look++) {
    if (await isSo()) return;
    await sleep(25);
  }
  throw new Error('it never came to be');
};
const wells = (bell: Bell) => until(() => bell.check());

test.skipIf(!hasRedis())(
  'a ring is heard by one of those who listen on its lane, as id and attempt; then nothing of it is left in Redis',
  async () => {
    const heard: Ring[] = [];
    const answer: Answer = (ring) => {
      heard.push(ring);
      return Promise.resolve();
    };
    const listeners = [open(answer), open(answer)];
    const teller = open(answer, {});
    await wells(teller);
    const rings = [1, 2, 3, 4, 5].map((id) => ({ id: String(id), lane: 'load', attempt: 0 }));
    expect(await teller.ring(rings)).toBe(true);
    await until(() => heard.length === 5);
    await sleep(100);
    expect(heard.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(rings);
    expect((await redis.keys()).filter((key) => key.includes('se-'))).toEqual([]);
    await Promise.all([...listeners, teller].map((bell) => bell.close()));
  },
);

test.skipIf(!hasRedis())('rung ten times while it waits, a step is heard once', async () => {
  const heard: string[] = [];
  const teller = open(() => Promise.resolve(), {}, 'ten');
  await wells(teller);
  for (let times = 0; times < 10; times++) await teller.ring([{ id: '7', lane: 'load', attempt: 2 }]);
  const listener = open(
    ({ id, attempt }) => {
      heard.push(`${id}/${attempt}`);
      return Promise.resolve();
    },
    { load: 4 },
    'ten',
  );
  await until(() => heard.length > 0);
  await sleep(300);
  expect(heard).toEqual(['7/2']);
  await Promise.all([listener.close(), teller.close()]);
});

test.skipIf(!hasRedis())(
  'Redis that stops, comes back empty and is flushed only makes rings fail meanwhile, at once',
  { timeout: 60_000 },
  async () => {
    const heard: string[] = [];
    const bell = open(
      ({ id }) => {
        heard.push(id);
        return Promise.resolve();
      },
      { load: 1 },
      'stops',
    );
    await wells(bell);
    await redis.kill();
    const startedAt = performance.now();
    expect(await bell.ring([{ id: '1', lane: 'load', attempt: 0 }])).toBe(false);
    expect([performance.now() - startedAt < 2500, bell.isWell()]).toEqual([true, false]);
    await redis.start();
    await wells(bell);
    await until(async () => (await bell.ring([{ id: '2', lane: 'load', attempt: 0 }])) && heard.includes('2'));
    await redis.flush();
    await until(async () => (await bell.ring([{ id: '3', lane: 'load', attempt: 0 }])) && heard.includes('3'));
    await bell.close();
  },
);

test('without Redis at the start it opens at once, and closes at once', async () => {
  const startedAt = performance.now();
  const bell = openBullBell({ url: 'redis://127.0.0.1:1', prefix: 'none', lanes: { load: 1 }, queues: ['load'], log }, () =>
    Promise.resolve(),
  );
  expect(await bell.ring([{ id: '1', lane: 'load', attempt: 0 }])).toBe(false);
  await bell.close();
  expect(performance.now() - startedAt).toBeLessThan(8000);
});
