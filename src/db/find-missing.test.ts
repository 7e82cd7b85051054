import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, salesText } from '../../test/delivery-desk.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { dueAt, type Expectation } from '../schedule/due-at.js';
import { parseCalendar } from '../schedule/parse-calendar.js';
import { readCalendar, saveCalendarYears } from './calendar-store.js';
import { excuseSource, undoExcuse } from './excuse-store.js';
import { readScorecards } from './figures/read-scorecard.js';
import { findMissing, isAsked } from './find-missing.js';
import { inSnapshot } from './in-snapshot.js';
import { readArrivals } from './read-arrivals.js';
import { closeEndedRuns } from './run-store.js';
import { addStage } from './stage-store.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
  const shipped = parseCalendar(readFileSync('mappings/calendar/cn.yaml', 'utf8'), 'cn.yaml');
  await saveCalendarYears(own.database, shipped, { by: 'test' });
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
});
afterEach(() => desk.close());

const day = '2026-03-31';
const missing = async (on = day) => (await findMissing(own.database, on)).map(({ source }) => source);
const expectOf = (code: string, expects: object) =>
  own
    .database('ledger.source')
    .where({ code })
    .update({ expects: JSON.stringify(expects) });
const stateOf = async (code: string, now = '2026-04-01T04:00:00Z', on = day) =>
  (await readArrivals(own.database, on, new Date(now))).lines.find(({ source }) => source === code)?.state;

async function closeNight(): Promise<string> {
  await own.database('ledger.stage_exec').where({ run_id: desk.runId }).whereIn('state', ['ready', 'running']).update({ state: 'done' });
  await own.database('ledger.run').where({ id: desk.runId }).update({ state: 'running', ended_at: null });
  await closeEndedRuns(own.database);
  return (await own.database('ledger.run').where({ id: desk.runId }).first('state')).state;
}

async function collectFrom(code: string): Promise<void> {
  const source = await own.database('ledger.source').where({ code }).first('id');
  const rest = { runId: desk.runId, stage: 'collect', objectKey: code, inputDigest: 'x', logicVersion: '1' } as const;
  await addStage(own.database, { ...rest, sourceId: source.id });
}

test('a night is not green while an expected source of it brought nothing, nor while no line is of that day, and is once one came', async () => {
  await expectOf('d2', { every: 'day', by: '07:30' });
  await collectFrom('d2');
  expect((await findMissing(own.database, day)).map((one) => [one.source, one.by])).toEqual([['d2', '07:30']]);
  expect([await closeNight(), await stateOf('d2')]).toEqual(['attention', 'missing']);

  await desk.land({ name: '销售.csv', sentAt: '2026-03-31T01:00:00Z', text: salesText([['2026-03-30', '甲医院', 1]]), sender: 'D2' });
  await desk.load();
  expect([await missing(), await closeNight(), await stateOf('d2')]).toEqual([[], 'attention', 'empty']);

  await desk.land({ name: '销售2.csv', sentAt: '2026-04-01T01:00:00Z', text: salesText([[day, '甲医院', 1]]), sender: 'D2' });
  await desk.load();
  expect([await closeNight(), await stateOf('d2', '2026-04-01T00:00:00Z')]).toEqual(['succeeded', 'late']);
});

test('figures that came in another night count for their day, and an old file does not count for this one', async () => {
  await expectOf('d2', { every: 'day' });
  await own.database('ledger.run').where({ id: desk.runId }).update({ business_date: '2026-04-02' });
  await desk.land({ name: '销售.csv', sentAt: '2026-04-02T01:00:00Z', text: salesText([[day, '甲医院', 1]]), sender: 'D2' });
  await desk.load();
  expect([await missing(day), await missing('2026-04-01')]).toEqual([[], ['d2']]);
  expect(await stateOf('d2', '2026-04-03T04:00:00Z', '2026-04-02')).toBe('empty');
});

test('workdays are those of the calendar: a holiday is not missed, a Saturday worked in exchange is', async () => {
  await expectOf('d2', { every: 'workday' });
  expect([await missing('2026-10-01'), await missing('2026-10-10'), await missing('2026-11-22')]).toEqual([[], ['d2'], []]);
  await expectOf('d2', { every: 'weekday' });
  expect([await missing('2026-10-01'), await missing('2026-10-10')]).toEqual([[], ['d2']]);
});

test('a person says that nothing will come, and the night turns green; taken back, it does not stay so', async () => {
  await expectOf('d2', { every: 'day', by: '07:30' });
  await collectFrom('d2');
  expect(await closeNight()).toBe('attention');
  const excuse = { source: 'd2', from: day, to: '2026-04-02', by: 'w' };
  const state = async () => (await own.database('ledger.run').where({ id: desk.runId }).first('state')).state;
  expect(await excuseSource(own.database, { ...excuse, reason: 'erp-fault', note: '周三恢复' })).toHaveLength(3);
  expect([await missing(), await state(), await stateOf('d2')]).toEqual([['d2'], 'attention', 'missing']);
  expect(await excuseSource(own.database, { ...excuse, reason: 'no-sales', note: '' })).toHaveLength(3);
  expect([await missing(), await state(), await stateOf('d2')]).toEqual([[], 'succeeded', 'excused']);
  expect(await undoExcuse(own.database, { ...excuse, to: day })).toEqual([{ source: 'd2', businessDate: day }]);
  expect([await missing(), await state(), await missing('2026-04-02')]).toEqual([['d2'], 'attention', []]);
  expect(await own.database('ledger.event').whereIn('verb', ['excuse', 'undo-excuse']).pluck('verb')).toEqual([
    'excuse',
    'excuse',
    'undo-excuse',
  ]);
});

test('a held file, a failed collection and what waits over there are told with their words', async () => {
  await expectOf('d1', { every: 'day' });
  await expectOf('d2', { every: 'day' });
  await own
    .database('ledger.source')
    .where({ code: 'd2' })
    .update({ contact: JSON.stringify({ name: '王工', phone: '13900000000' }) });
  await collectFrom('d2');
  const told = { code: 'connect.unreachable', values: { source: 'd2', where: 'ftp.example:21', cause: 'timeout' } };
  await own
    .database('ledger.stage_exec')
    .where({ stage: 'collect' })
    .update({ state: 'failed', error_class: 'transient', told: JSON.stringify(told) });
  await desk.land({ name: '销售.csv', sentAt: '2026-03-31T01:00:00Z', text: '不是,表\n', sender: 'D1' });
  const findings = [{ gate: 'map.unknown-header', part: '', told: { code: 'hub.unexpected', values: {} } }];
  await own.database('ledger.delivery').update({ state: 'held', findings: JSON.stringify(findings) });
  const { lines } = await readArrivals(own.database, day, new Date('2026-04-02T00:00:00Z'));
  expect(lines.map(({ source, state, reason }) => [source, state, reason])).toEqual([
    ['d1', 'held', 'new-erp'],
    ['d2', 'failed', 'server-fault'],
  ]);
  expect(lines[1]).toMatchObject({ contact: { name: '王工' }, told: [told], lastDay: null });
});

test('nobody owes a day whose hour had passed when the source was made: board, night, scorecard and excuses agree', async () => {
  await expectOf('d2', { every: 'day', by: '07:30' });
  await collectFrom('d2');
  const madeAt = (made: string) => own.database('ledger.source').where({ code: 'd2' }).update({ created_at: made });
  const expected = async () => {
    const cards = await inSnapshot(own.database, (client) =>
      readScorecards(client, { firstDay: '2026-03-01', distributorId: null }, new Date('2026-04-02T00:00:00Z')),
    );
    return cards.find(({ distributor }) => distributor === 'D2')!.expected;
  };
  const excuse = { source: 'd2', from: day, to: day, reason: 'no-sales', note: '', by: 'w' } as const;
  // Due on the first of April at half past seven in Shanghai.
  await madeAt('2026-03-31T23:29:59Z');
  expect([await missing(), await stateOf('d2'), await expected(), await closeNight()]).toEqual([['d2'], 'missing', 1, 'attention']);
  await madeAt('2026-03-31T23:30:00Z');
  expect([await missing(), await stateOf('d2'), await expected(), await closeNight()]).toEqual([[], undefined, 0, 'succeeded']);
  expect(await excuseSource(own.database, excuse)).toEqual([]);
});

test('the database and the program mean the same moment by the hour of a day', async () => {
  const calendar = await readCalendar(own.database);
  const combinations = ['same-day', 'next-day', 'next-workday', undefined].flatMap((due) =>
    ['00:00', '07:30', '23:59', undefined].flatMap((by) =>
      ['2026-09-30', '2026-10-09', '2026-12-31', '2026-02-13'].map((on) => ({
        expects: { ...(due && { due }), ...(by && { by }) } as Expectation,
        on,
      })),
    ),
  );
  for (const { expects, on } of combinations) {
    const { rows } = await own.database.raw('select ledger.due_at(?::jsonb, ?::date) as due', [JSON.stringify(expects), on]);
    expect([expects, on, rows[0].due]).toEqual([expects, on, dueAt(expects, on, calendar)]);
  }
});

test('the planner puts the rule where it is asked: a board of many sources is no call of a function per source', async () => {
  const plan = await own.database.raw(
    `explain (verbose, format json) select s.id from ledger.source s where ${isAsked(`'2026-03-31'::date`)}`,
  );
  expect(JSON.stringify(plan.rows)).not.toMatch(/is_asked|is_expected|due_at/u);
});
