import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { createDatabase, type Database } from '../../db/database.js';
import { listSlots } from '../../db/slot-store.js';
import { saveSource } from '../../db/source-store.js';
import { scheduleSchema } from '../../schedule/schedule-rule.js';
import type { RunOrder } from '../run-order.js';
import { lookOnce, type SchedulerTools } from './look-once.js';
import { runScheduler } from './run-scheduler.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  await own.database.raw('truncate ledger.schedule_mark, ledger.default_schedule');
});

// A run with its collections, as the hub opens it; the rest of a run is none of the scheduler's business.
async function openPlainRun(trx: Database, { businessDate, sourceIds }: RunOrder): Promise<{ id: string }> {
  const [run] = await trx('ledger.run').insert({ kind: 'nightly', business_date: businessDate }).returning('id');
  for (const id of sourceIds)
    await trx('ledger.stage_exec').insert({
      ...{ run_id: run.id, stage: 'collect', object_key: `source:${id}`, input_digest: `run:${run.id}`, logic_version: '1', source_id: id },
    });
  return { id: run.id as string };
}

function tools(now: string | null, database = own.database, owner = 'test'): SchedulerTools {
  return { database, owner, startRun: openPlainRun, now: () => (now ? new Date(now) : null) };
}

const look = async (now: string) => (await lookOnce(tools(now))).started.map(({ businessDate, sources }) => `${businessDate} ×${sources}`);

async function addSource(code: string, schedule: unknown): Promise<number> {
  const rest = {
    title: '',
    sender: 'own',
    connector: 'folder',
    settings: {},
    layouts: [],
    hints: {},
    constants: {},
    expects: {},
    contact: {},
  };
  const { id } = await saveSource(own.database, { code, ...rest, schedule: scheduleSchema.parse(schedule), enabled: true });
  await own.database('ledger.source').where({ id }).update({ scheduled_since: '2020-01-01' });
  return id;
}

const finishAll = () => own.database('ledger.stage_exec').where({ state: 'ready' }).update({ state: 'done' });
const slots = async () =>
  (await listSlots(own.database, { limit: 1000 })).map(({ source, businessDate, kind, state, why }) =>
    [source, businessDate, kind, why ?? state].join(' '),
  );

test('the first look only sets the mark; later each slot starts one run, sources of the same moment together', async () => {
  for (const code of ['a', 'b', 'c']) await addSource(code, '0 2 * * *');
  await addSource('late', '0 7 * * *');
  await addSource('by-hand', 'off');
  expect(await look('2026-11-20T17:00:00Z')).toEqual([]);
  expect(await look('2026-11-20T18:00:05Z')).toEqual(['2026-11-20 ×3']);
  expect(await look('2026-11-20T18:00:25Z')).toEqual([]);
  expect(await look('2026-11-20T23:00:00Z')).toEqual(['2026-11-20 ×1']);
});

test('a clock that goes back fires nothing again; one that ran ahead has fired what lay before it, once', async () => {
  await addSource('a', '0 2 * * *');
  await look('2026-11-20T17:00:00Z');
  expect(await look('2026-11-20T18:00:01Z')).toEqual(['2026-11-20 ×1']);
  await finishAll();
  expect(await look('2026-11-20T17:00:00Z')).toEqual([]);
  expect(await look('2026-11-20T18:00:01Z')).toEqual([]);
  expect(await look('2026-11-21T18:05:00Z')).toEqual(['2026-11-21 ×1']);
  await finishAll();
  for (const now of ['2026-11-20T19:00:00Z', '2026-11-21T17:59:00Z', '2026-11-21T18:00:30Z', '2026-11-21T20:00:00Z'])
    expect(await look(now)).toEqual([]);
  expect(await look('2026-11-22T18:00:00Z')).toEqual(['2026-11-22 ×1']);
});

test('three nights down: the policy decides, every slot is on record and the gap is an event', async () => {
  await addSource('all', { cron: '0 2 * * *', catch_up: 'all' });
  await addSource('latest', { cron: '0 2 * * *', catch_up: 'latest' });
  await addSource('none', { cron: '0 2 * * *', catch_up: 'none' });
  await look('2026-11-17T20:00:00Z');
  expect(await look('2026-11-20T23:00:00Z')).toEqual(['2026-11-18 ×1', '2026-11-20 ×1']);
  await finishAll();
  expect(await look('2026-11-20T23:00:20Z')).toEqual(['2026-11-19 ×1']);
  await finishAll();
  expect(await look('2026-11-20T23:00:40Z')).toEqual(['2026-11-20 ×1']);
  expect((await slots()).toSorted()).toEqual([
    ...['18', '19', '20'].map((day) => `all 2026-11-${day} catchup started`),
    ...['latest 2026-11-18 catchup catch-up', 'latest 2026-11-19 catchup catch-up', 'latest 2026-11-20 catchup started'],
    ...['18', '19', '20'].map((day) => `none 2026-11-${day} catchup catch-up`),
  ]);
  const [gap] = await own.database('ledger.event').where({ verb: 'scheduler-gap' });
  expect(gap.detail).toMatchObject({ from: '2026-11-17T20:00:00.000Z', minutes: 75 * 60 });
});

test('while the run before goes on, skip skips and queue-one keeps the newest', async () => {
  await addSource('skip', { cron: '0 * * * *', overlap: 'skip' });
  await addSource('queue', { cron: '0 * * * *', overlap: 'queue-one' });
  await look('2026-11-20T00:30:00Z');
  for (const hour of ['01', '02', '03', '04']) await look(`2026-11-20T${hour}:00:01Z`);
  expect((await slots()).filter((slot) => slot.startsWith('skip')).map((slot) => slot.split(' ').at(-1))).toEqual([
    'overlap',
    'overlap',
    'overlap',
    'started',
  ]);
  expect((await slots()).filter((slot) => slot.startsWith('queue')).map((slot) => slot.split(' ').at(-1))).toEqual([
    ...['waiting', 'superseded', 'superseded', 'started'],
  ]);
  await finishAll();
  expect(await look('2026-11-20T04:10:00Z')).toEqual(['2026-11-19 ×1']);
});

test('outside its window a slot waits for the next opening', async () => {
  await addSource('a', { cron: '0 2 * * *', window: { from: '01:00', to: '06:00' } });
  await look('2026-11-20T17:00:00Z');
  expect(await look('2026-11-21T00:00:00Z')).toEqual([]);
  expect(await look('2026-11-21T16:59:00Z')).toEqual([]);
  expect(await look('2026-11-21T17:00:10Z')).toEqual(['2026-11-20 ×1']);
});

test('jitter moves the collections of one run apart, not the run', async () => {
  for (let at = 0; at < 20; at++) await addSource(`s${at}`, { cron: '0 2 * * *', jitter_seconds: 600 });
  await look('2026-11-20T17:59:00Z');
  expect(await look('2026-11-20T18:00:00Z')).toEqual(['2026-11-20 ×20']);
  const due = await own.database('ledger.stage_exec').pluck('due_at');
  const seconds = due.map((one: Date) => (one.getTime() - Date.parse('2026-11-20T18:00:00Z')) / 1000);
  expect(new Set(seconds).size).toBeGreaterThan(10);
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(600);
});

test('a source that is changed, or switched on again, fires nothing that lies before', async () => {
  const id = await addSource('a', '0 2 * * *');
  await look('2026-11-20T17:00:00Z');
  await own.database('ledger.source').where({ id }).update({ enabled: false });
  expect(await look('2026-11-20T18:00:01Z')).toEqual([]);
  await own.database('ledger.source').where({ id }).update({ enabled: true });
  const { scheduled_since: since } = await own.database('ledger.source').where({ id }).first();
  expect(Date.now() - since.getTime()).toBeLessThan(60_000);
  await own.database('ledger.source').where({ id }).update({ title: 'x' });
  expect((await own.database('ledger.source').where({ id }).first()).scheduled_since).toEqual(since);
});

test('a scheduler looks also when nobody wants to hear of it', async () => {
  await addSource('a', '0 2 * * *');
  await look('2026-11-20T17:00:00Z');
  const stop = new AbortController();
  const duties = [() => Promise.resolve(stop.abort())];
  await runScheduler(tools('2026-11-20T18:00:00Z'), { signal: stop.signal, intervalMs: 1, duties, onFault: () => undefined });
  expect(await slots()).toEqual(['a 2026-11-20 cron started']);
});

describe('many schedulers', () => {
  test('ten started together, stopped and started over the slots: each of 100 slots exactly once', { timeout: 120_000 }, async () => {
    for (let at = 0; at < 10; at++) await addSource(`s${at}`, { cron: '*/10 * * * *', zone: 'UTC', catch_up: 'all' });
    const begin = Date.parse('2026-11-20T00:00:00Z');
    await look(new Date(begin).toISOString());
    let clock = begin;
    const pools = Array.from({ length: 10 }, () => createDatabase(own.url, { poolMax: 2 }));
    const faults: unknown[] = [];
    // Every look lets a minute pass. Each process looks a few times, is stopped and started anew, all of them at once.
    const lives = pools.map(async (database, at) => {
      for (let life = 0; life < 3; life++) {
        const stop = new AbortController();
        let looks = 0;
        await runScheduler(
          { ...tools(null, database, `scheduler-${at}.${life}`), now: () => new Date(clock + (at % 3) * 1000) },
          {
            signal: stop.signal,
            intervalMs: at,
            onFault: (fault) => faults.push(fault),
            onLook: () => {
              if (clock < begin + 100 * 60_000) clock += 60_000;
              if (++looks === 5 + life) stop.abort();
            },
          },
        );
      }
    });
    let isOver = false;
    const working = (async () => {
      while (!isOver) await finishAll().then(() => new Promise((resolve) => setTimeout(resolve, 20)));
    })();
    await Promise.all(lives);
    isOver = true;
    await working;
    clock = begin + 100 * 60_000;
    for (let more = 0; more < 12; more++) {
      await finishAll();
      await lookOnce({ ...tools(null, pools[more % 10]!), now: () => new Date(clock) });
    }
    await Promise.all(pools.map((database) => database.destroy()));

    expect(faults).toEqual([]);
    const { rows } = await own.database.raw(
      `select count(*)::int as slots, count(distinct (source_id, slot_ts))::int as moments, count(*) filter (where state = 'started')::int as started,
              (select count(*)::int from ledger.stage_exec) as collections,
              (select count(distinct made_by)::int from ledger.schedule_slot) as makers
         from ledger.schedule_slot`,
    );
    expect(rows[0]).toMatchObject({ slots: 100, moments: 100, started: 100, collections: 100 });
    expect(rows[0].makers).toBeGreaterThan(1);
  });

  test('without the lock of the mark the keys of the slots decide alone', async () => {
    await addSource('a', '0 2 * * *');
    await look('2026-11-20T17:00:00Z');
    const { rows } = await own.database.raw('select id from ledger.source');
    const insert = `insert into ledger.schedule_slot (source_id, slot_ts, kind, business_date, start_at, made_by)
                    values (?, '2026-11-20T18:00:00Z', ?, '2026-11-20', now(), ?) on conflict do nothing`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => own.database.raw(insert, [rows[0].id, at % 2 ? 'cron' : 'catchup', `s${at}`])),
    );
    expect(answers.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(1);
  });

  test('one that freezes in the middle of its look is put out by the server, and the others go on', { timeout: 60_000 }, async () => {
    await addSource('a', '0 2 * * *');
    await look('2026-11-20T17:00:00Z');
    const frozen = createDatabase(own.url, { poolMax: 1 });
    let isIn: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      isIn = resolve;
    });
    const freezing = lookOnce({
      ...tools('2026-11-20T18:00:00Z', frozen, 'frozen'),
      startRun: async (trx, order) => {
        const run = await openPlainRun(trx, order);
        await trx.raw(`set local idle_in_transaction_session_timeout = '1500ms'`);
        isIn();
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        return run;
      },
    }).catch((fault: unknown) => fault);
    await inside;
    expect(await look('2026-11-20T18:00:05Z')).toEqual(['2026-11-20 ×1']);
    expect(await freezing).toBeInstanceOf(Error);
    await frozen.destroy().catch(() => undefined);
    expect(await own.database('ledger.stage_exec').pluck('id')).toHaveLength(1);
  });
});
