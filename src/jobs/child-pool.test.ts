import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { HubError } from '../model/hub-error.js';
import { type ChildLimits, type ChildPool, createChildPool } from './child-pool.js';

// The children are real processes that do as they are told: one of these words, or a number of milliseconds to wait.
type Job = 'pid' | 'heap' | 'rss' | 'forever' | 'exit' | 'throw' | 'fault' | 'progress' | 'endless-loop' | number;
const folder = mkdtempSync(join(tmpdir(), 'huiliu-pool-'));
const modulePath = join(folder, 'child.mjs');
writeFileSync(
  modulePath,
  `const kept = [];
   const done = (result) => process.send({ type: 'done', result });
   process.on('message', async (job) => {
     if (typeof job === 'number') return setTimeout(() => done(process.pid), job);
     if (job === 'pid') return done(process.pid);
     if (job === 'heap') for (;;) kept.push(new Array(100_000).fill(Math.random()));
     if (job === 'rss') { for (let i = 0; i < 60; i++) { kept.push(Buffer.alloc(8 * 1024 * 1024, 1)); await new Promise((go) => setTimeout(go, 20)); } return; }
     if (job === 'forever') return setInterval(() => {}, 1000);
     if (job === 'endless-loop') for (;;);
     if (job === 'exit') process.exit(7);
     if (job === 'throw') throw new Error('a defect of the child');
     if (job === 'fault') return process.send({ type: 'fault', errorClass: 'source-data', told: { code: 'hub.no-file', values: { path: 'x', cause: 'y' } } });
     if (job === 'progress') { for (const rows of [1, 2, 3]) process.send({ type: 'progress', rows }); return done(process.pid); }
   });
   process.on('disconnect', () => process.exit(0));`,
);

let pool: ChildPool<Job, number>;
const open = (limits: Partial<ChildLimits> = {}) => {
  pool = createChildPool<Job, number>(modulePath, { children: 1, heapMegabytes: 64, rssMegabytes: 4096, seconds: 60, ...limits });
  return pool;
};
afterEach(() => pool.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const causeOf = (job: Promise<number>) =>
  job.then(
    () => 'no fault',
    (error: HubError) =>
      `${error.errorClass} ${error.told.code} ${String(error.told.values['name'] ?? '')} ${String(error.told.values['cause'])}`,
  );
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a child is kept for the next job, and progress comes before the result', async () => {
  open();
  const rows: number[] = [];
  const first = await pool.run('progress', 'a.csv', { onProgress: (count) => rows.push(count) });
  expect([rows, await pool.run('pid', 'b.csv')]).toEqual([[1, 2, 3], first]);
  expect(pool.peakRssBytes()).toBeGreaterThan(1024 * 1024);
});

test.for<[job: Job, limits: Partial<ChildLimits>, cause: string]>([
  ['heap', { heapMegabytes: 32 }, '> 32 MB'],
  ['rss', { rssMegabytes: 200 }, '> 200 MB'],
  ['forever', { seconds: 1 }, '> 1 s'],
  ['endless-loop', { seconds: 1 }, '> 1 s'],
  ['exit', {}, 'exit 7'],
  ['throw', {}, 'exit 1'],
])('a child that dies of "%s" takes only its job with it, and the cause is named', async ([job, limits, cause], { expect }) => {
  open(limits);
  const before = await pool.run('pid', 'before.csv');
  expect(await causeOf(pool.run(job, 'x.csv'))).toBe(`source-data hub.child-died x.csv ${cause}`);
  const after = await pool.run('pid', 'after.csv');
  expect([after === before, isAlive(before)]).toEqual([false, false]);
});

test('a fault that the child tells is a fault of its file, and the child lives on', async () => {
  open();
  const before = await pool.run('pid', 'before.csv');
  expect(await causeOf(pool.run('fault', 'x.csv'))).toMatch(/^source-data hub\.no-file/);
  expect(await pool.run('pid', 'after.csv')).toBe(before);
});

test('no more jobs run at a time than there are places, and all are served', async () => {
  open({ children: 2 });
  const pids = await Promise.all([50, 40, 30, 20, 10, 5, 'pid' as const].map((job) => pool.run(job, 'x.csv')));
  expect([pids.length, new Set(pids).size]).toEqual([7, 2]);
});

test('a job that is stopped ends at once, also one that waits for its place; the others go on', async () => {
  open();
  const stop = new AbortController();
  const running = causeOf(pool.run('forever', 'running.csv', { signal: stop.signal }));
  const waiting = causeOf(pool.run('pid', 'waiting.csv', { signal: stop.signal }));
  const other = pool.run('pid', 'other.csv');
  stop.abort();
  expect(await running).toBe('source-data hub.child-died running.csv stopped');
  expect(await waiting).toBe('source-data hub.child-died waiting.csv stopped');
  expect(await other).toBeGreaterThan(0);
  expect(await causeOf(pool.run('pid', 'late.csv', { signal: stop.signal }))).toBe('source-data hub.child-died late.csv stopped');
});

test('a stop that comes with the answer never costs the next job its child', async () => {
  open();
  for (let round = 0; round < 8; round++) {
    const stop = new AbortController();
    const job = pool.run('progress', 'x.csv', { signal: stop.signal, onProgress: (rows) => rows === 3 && stop.abort() });
    await job.catch(() => undefined);
    expect(await pool.run('pid', 'next.csv')).toBeGreaterThan(0);
  }
});

test('closing leaves no process, ends what runs and what waits, and nothing is started after it', async () => {
  open({ children: 2 });
  const pids = await Promise.all([pool.run(30, 'a.csv'), pool.run(30, 'b.csv')]);
  const running = [causeOf(pool.run('forever', 'a.csv')), causeOf(pool.run('endless-loop', 'b.csv'))];
  const waiting = causeOf(pool.run('pid', 'c.csv'));
  await sleep(100);
  await pool.close();
  expect(await Promise.all(running)).toEqual([
    'source-data hub.child-died a.csv exit SIGKILL',
    'source-data hub.child-died b.csv exit SIGKILL',
  ]);
  expect(await waiting).toBe('source-data hub.child-died c.csv stopped');
  expect(pids.map(isAlive)).toEqual([false, false]);
  expect(await causeOf(pool.run('pid', 'd.csv'))).toMatch('stopped');
});

test('a module that is not there fails the job, not the hub', async () => {
  expect(existsSync(join(folder, 'gone.mjs'))).toBe(false);
  pool = createChildPool<Job, number>(join(folder, 'gone.mjs'), { children: 1, heapMegabytes: 64, rssMegabytes: 4096, seconds: 60 });
  expect(await causeOf(pool.run('pid', 'x.csv'))).toBe('source-data hub.child-died x.csv exit 1');
});
