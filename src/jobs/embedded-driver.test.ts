import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createEmbeddedDriver, type Steps } from './embedded-driver.js';

interface Work {
  readonly lane: string;
  readonly id: number;
}

/** A ledger in memory: what is to do, what happened. */
function createLedger(work: Work[], handle: (claim: Work, signal: AbortSignal) => Promise<void>) {
  const log = {
    running: new Map<string, number>(),
    most: new Map<string, number>(),
    done: [] as number[],
    failed: [] as unknown[],
    givenBack: [] as number[],
    looks: 0,
  };
  const steps: Steps<Work> = {
    claim: (lane) => {
      log.looks += 1;
      const at = work.findIndex((one) => one.lane === lane);
      return Promise.resolve(at < 0 ? null : work.splice(at, 1)[0]!);
    },
    renew: () => Promise.resolve(true),
    isAway: () => false,
    async handle(claim, signal) {
      const now = (log.running.get(claim.lane) ?? 0) + 1;
      log.running.set(claim.lane, now);
      log.most.set(claim.lane, Math.max(now, log.most.get(claim.lane) ?? 0));
      try {
        await handle(claim, signal);
        log.done.push(claim.id);
      } finally {
        log.running.set(claim.lane, log.running.get(claim.lane)! - 1);
      }
    },
    giveBack: (claim) => {
      log.givenBack.push(claim.id);
      return Promise.resolve();
    },
    fail: (_claim, error) => {
      log.failed.push(error);
      return Promise.resolve();
    },
  };
  return { log, steps, isDone: () => Promise.resolve(work.length === 0) };
}

const many = (lane: string, count: number, from = 0): Work[] => Array.from({ length: count }, (_, index) => ({ lane, id: from + index }));

test('every lane works on as many steps as it has places, never more, and all is done', async () => {
  const { log, steps, isDone } = createLedger([...many('collect', 6), ...many('load', 6, 10)], () => sleep(20));
  await createEmbeddedDriver({ collect: 3, load: 1 }, steps).drain(isDone);
  expect([log.done.length, log.most.get('collect'), log.most.get('load')]).toEqual([12, 3, 1]);
});

test('work that a handler adds is done in the same drain; a lost ring only costs a look', async () => {
  const work = many('collect', 1);
  const { log, steps, isDone } = createLedger(work, (claim) => {
    if (claim.lane === 'collect') work.push({ lane: 'load', id: 1 }, { lane: 'load', id: 2 });
    return Promise.resolve();
  });
  await createEmbeddedDriver({ collect: 1, load: 1 }, steps).drain(isDone);
  expect(log.done).toEqual([0, 1, 2]);
});

test('a ring makes an idle driver look before its next poll', async () => {
  const { log, steps } = createLedger([], () => Promise.resolve());
  const driver = createEmbeddedDriver({ load: 1 }, steps);
  const draining = driver.drain(() => Promise.resolve(false));
  for (let ring = 0; ring < 20; ring++) {
    driver.ring();
    await sleep(40);
  }
  await driver.stop();
  await draining;
  expect(log.looks).toBeGreaterThan(10);
});

test('a burst of rings is a few looks', async () => {
  const { log, steps } = createLedger([], () => Promise.resolve());
  const driver = createEmbeddedDriver({ load: 1 }, steps);
  const draining = driver.drain(() => Promise.resolve(false));
  for (let ring = 0; ring < 1000; ring++) driver.ring();
  await sleep(1);
  await driver.stop();
  await draining;
  expect(log.looks).toBeLessThan(5);
});

test('a step that throws is recorded as failed and the others go on', async () => {
  const { log, steps, isDone } = createLedger(many('load', 3), (claim) =>
    claim.id === 1 ? Promise.reject(new Error('bad file')) : Promise.resolve(),
  );
  await createEmbeddedDriver({ load: 1 }, steps).drain(isDone);
  expect([log.done, log.failed]).toEqual([[0, 2], [new Error('bad file')]]);
});

test('stop tells running handlers, waits for them, gives back what they did not finish, claims nothing more and records no fault', async () => {
  const work = many('load', 5);
  let isOver = false;
  const { log, steps } = createLedger(work, async (_claim, signal) => {
    await sleep(10_000, undefined, { signal }).catch(() => undefined);
    await sleep(50);
    isOver = true;
    throw new Error('stopped');
  });
  const driver = createEmbeddedDriver({ load: 1 }, steps);
  const draining = driver.drain(() => Promise.resolve(false));
  await sleep(20);
  await driver.stop();
  expect([isOver, work.length, log.failed, log.givenBack]).toEqual([true, 4, [], [0]]);
  await draining;
});

test.for(['claim', 'fail', 'isDone'] as const)(
  'a ledger that is away at "%s" ends the drain with its fault, after running handlers were told to stop and have',
  async (where, { expect }) => {
    const away = new Error('the database is away');
    let told = 0;
    const { log, steps } = createLedger(many('load', 2), async (claim, signal) => {
      if (claim.id === 1) throw new Error('a bad step');
      await sleep(30_000, undefined, { signal }).catch(() => undefined);
      await sleep(50);
      told += 1;
    });
    let looks = 0;
    const broken: Steps<Work> = {
      ...steps,
      claim: (lane) => (where === 'claim' && ++looks > 2 ? Promise.reject(away) : steps.claim(lane)),
      fail: (claim, error) => (where === 'fail' ? Promise.reject(away) : steps.fail(claim, error)),
    };
    const isDone = () => (where === 'isDone' && log.failed.length > 0 ? Promise.reject(away) : Promise.resolve(false));
    const driver = createEmbeddedDriver({ load: 2 }, broken);
    if (where === 'isDone') {
      // Asked only when nothing runs, so the first step has to end by itself.
      const idle = createLedger([], () => Promise.resolve());
      await expect(createEmbeddedDriver({ load: 1 }, idle.steps).drain(() => Promise.reject(away))).rejects.toBe(away);
      return;
    }
    await expect(driver.drain(isDone)).rejects.toBe(away);
    expect([told, log.running.get('load')]).toEqual([1, 0]);
  },
);
