import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { type SmtpServer, startSmtpServer } from '../../../test/servers/smtp.js';
import { channelSchema } from '../../alerts/channel.js';
import { listUnsent } from '../../db/alert-store.js';
import { ackIncident, listIncidents, saveChannels } from '../../db/incident-store.js';
import { sendDueAlerts, watchIncidents } from './keep-alerts.js';

let own: TestDatabase;
let server: SmtpServer;
const home = mkdtempSync(join(tmpdir(), 'huiliu-alerts-'));
beforeAll(async () => {
  own = await createTestDatabase();
  server = await startSmtpServer();
});
afterAll(async () => {
  await server.close();
  await own.drop();
  rmSync(home, { recursive: true });
});
beforeEach(async () => {
  await emptyDatabase(own.database);
  await own.database.raw('truncate ledger.incident, ledger.alert_channel, ledger.alert restart identity cascade');
  await own.database.raw(`insert into ledger.calendar_year (year, origin, taken_by) values (2099, 'test', 'test') on conflict do nothing`);
  (server.mails as unknown[]).length = 0;
  server.refuse(null);
  const settings = { host: '127.0.0.1', port: server.port, tls: 'none', from: 'hub@maker.example', to: ['ops@maker.example'] };
  await saveChannels(own.database, [channelSchema.parse({ code: 'ops', kind: 'mail', settings })], 'test');
});

const none = () => Promise.reject(new Error('no secrets here'));
const start = Date.parse('2026-11-22T02:00:00Z');
const watch = (minutes: number, least = 0) =>
  watchIncidents({ database: own.database, home, secret: none, minFreeMegabytes: least, now: () => new Date(start + minutes * 60_000) });
const incidents = async () =>
  (await listIncidents(own.database, 100_000))
    .filter(({ key }) => key !== 'disk')
    .map(({ key, count, recoveredAt }) => `${key} ×${count}${recoveredAt ? ' -' : ''}`);
const occasions = async () => own.database('ledger.alert').orderBy('id').pluck('occasion');

async function addSources(count: number, expects = {}): Promise<void> {
  await own.database.raw(
    `insert into ledger.source (code, sender, connector, settings, expects, created_at) select 's' || lpad(n::text, 4, '0'), 'own', 'ftp', '{}', ?, '2026-01-01' from generate_series(1, ?) n`,
    [JSON.stringify(expects), count],
  );
}

/** Ends one collection of each source: with this fault, or well. */
async function collectAll(told: ((source: number) => object) | null): Promise<void> {
  const [run] = await own.database('ledger.run').insert({ kind: 'nightly', business_date: '2026-11-21' }).returning('id');
  const steps = (await own.database('ledger.source').select('id')).map(({ id }) => ({
    ...{ run_id: run.id, stage: 'collect', object_key: `source:${id}`, input_digest: `run:${run.id}`, logic_version: '1', source_id: id },
    ...(told ? { state: 'failed', error_class: 'transient', told: JSON.stringify(told(id)) } : { state: 'done' }),
  }));
  await own.database.batchInsert('ledger.stage_exec', steps, 500);
}

const away = (where: string) => ({ code: 'connect.unreachable', values: { source: 'x', where, cause: 'ECONNREFUSED' } });

test('a thousand sources of one host are one incident and one mail that lists some; when they come back, one more', {
  timeout: 90_000,
}, async () => {
  await addSources(1000);
  await collectAll(() => away('ftp.shared.example:21'));
  await watch(0);
  await watch(1);
  expect(await incidents()).toEqual(['unreachable:ftp.shared.example:21 ×1000']);
  expect(await sendDueAlerts({ ...own, secret: none })).toBe(1);
  expect(server.mails).toHaveLength(1);
  expect(server.mails[0]!.source.length).toBeLessThan(8_000);
  await collectAll(null);
  await watch(2);
  expect(await occasions()).toEqual(['opened']);
  await watch(5);
  expect(await incidents()).toEqual(['unreachable:ftp.shared.example:21 ×1000 -']);
  await sendDueAlerts({ ...own, secret: none });
  expect([server.mails.length, await occasions(), await sendDueAlerts({ ...own, secret: none })]).toEqual([2, ['opened', 'recovered'], 0]);
});

test('a cause that comes and goes within two minutes is one incident, told once', async () => {
  await addSources(1);
  for (let minute = 0; minute < 8; minute += 2) {
    await collectAll(() => away('a:21'));
    await watch(minute);
    await collectAll(null);
    await watch(minute + 1);
  }
  expect([await incidents(), await occasions()]).toEqual([['unreachable:a:21 ×1'], ['opened']]);
});

test('many hosts away at once are our own network: one incident, which takes over those of single hosts', async () => {
  await addSources(20);
  await collectAll((id) => away(`host${id % 3}:21`));
  await watch(0);
  expect(await incidents()).toHaveLength(3);
  await collectAll((id) => away(`host${id}:21`));
  await watch(1);
  expect((await incidents()).filter((one) => !one.endsWith('-'))).toEqual(['unreachable-many ×20']);
  expect(await occasions()).toEqual(['opened', 'opened', 'opened', 'opened']);
});

test('an incident that spreads is told again after an hour, unless somebody has taken it on', async () => {
  await addSources(4);
  await collectAll((id) => away(id % 2 ? 'a:21' : 'b:21'));
  await watch(0);
  const [b, a] = await listIncidents(own.database, 1);
  expect(await ackIncident(own.database, (a!.key === 'unreachable:a:21' ? a! : b!).id, 'w', 'called them')).toBe(true);
  await addSourcesMore();
  await collectAll((id) => away(id % 2 ? 'a:21' : 'b:21'));
  await watch(10);
  expect(await occasions()).toEqual(['opened', 'opened']);
  await watch(61);
  expect(await occasions()).toEqual(['opened', 'opened', 'grown']);

  async function addSourcesMore(): Promise<void> {
    await own.database.raw(
      `insert into ledger.source (code, sender, connector, settings) select 't' || n, 'own', 'ftp', '{}' from generate_series(1, 4) n`,
    );
  }
});

test('what is missing after its deadline is one incident per business day, and is over once a person says that nothing is due', async () => {
  await addSources(3, { every: 'day', by: '07:30' });
  const missing = async () => (await incidents()).filter((one) => one.startsWith('missing'));
  await watch(0);
  expect(await missing()).toEqual(['missing:2026-11-21 ×3', 'missing:2026-11-20 ×3']);
  const sources = await own.database('ledger.source').select('id');
  for (const { id } of sources)
    await own
      .database('ledger.excuse')
      .insert({ source_id: id, business_date: '2026-11-21', reason: 'no-sales', nothing_due: true, excused_by: 'w' });
  await watch(1);
  await watch(5);
  expect((await missing()).find((one) => one.includes('11-21'))).toBe('missing:2026-11-21 ×3 -');
});

test('what is due on the next workday is missed after a weekend and after a holiday, though its day is long past', async () => {
  await own.database.raw(`insert into ledger.calendar_year (year, origin, taken_by) values (2026, 'test', 'test') on conflict do nothing`);
  await own.database.raw(
    `insert into ledger.calendar_day (day, is_workday, year) select d::date, false, 2026 from generate_series(date '2026-10-01', date '2026-10-07', interval '1 day') d on conflict do nothing`,
  );
  await addSources(2, { every: 'workday', by: '09:00', due: 'next-workday' });
  const openAt = async (moment: string) => {
    await watch((Date.parse(moment) - start) / 60_000);
    return (await incidents()).filter((one) => one.startsWith('missing') && !one.endsWith('-'));
  };
  expect(await openAt('2026-10-08T08:55:00+08:00')).not.toContain('missing:2026-09-30 ×2');
  expect(await openAt('2026-10-08T09:05:00+08:00')).toContain('missing:2026-09-30 ×2');
  expect(await openAt('2026-11-23T08:55:00+08:00')).not.toContain('missing:2026-11-20 ×2');
  expect(await openAt('2026-11-23T09:05:00+08:00')).toContain('missing:2026-11-20 ×2');
});

test('held deliveries, a gap of the scheduler, steps nobody works on, the calendar and a full disk are incidents', async () => {
  await addSources(1);
  const [run] = await own.database('ledger.run').insert({ kind: 'nightly', business_date: '2026-11-21' }).returning('id');
  const { id } = await own.database('ledger.source').first('id');
  await own.database('ledger.raw_object').insert({ sha256: 'a'.repeat(64), byte_count: 1 });
  await own.database('ledger.delivery').insert({
    ...{
      sender: 'own',
      sha256: 'a'.repeat(64),
      source_id: id,
      name: '库存.xlsx',
      sent_at: '2026-11-21',
      order_key: 'x',
      run_id: run.id,
      state: 'held',
    },
  });
  const step = { run_id: run.id, stage: 'collect', object_key: 'x', input_digest: 'x', logic_version: '1', source_id: id };
  await own.database('ledger.stage_exec').insert({ ...step, due_at: '2026-11-22T01:00:00Z' });
  const gap = { from: '2026-11-21T18:00:00Z', to: '2026-11-22T01:59:00Z', minutes: 479 };
  await own
    .database('ledger.event')
    .insert({ at: '2026-11-22T01:59:00Z', actor: 'x', verb: 'scheduler-gap', object: 'scheduler', detail: JSON.stringify(gap) });
  await own.database('ledger.calendar_year').delete();
  await watch(0, 100_000_000);
  expect((await incidents()).toSorted()).toEqual(['calendar ×0', 'held:2026-11-21 ×1', 'passing:gap:2 ×0', 'stalled ×0']);
  expect((await listIncidents(own.database, 1)).find(({ key }) => key === 'disk')?.severity).toBe('fault');
  await watch(120);
  expect((await incidents()).filter((one) => one.startsWith('passing'))).toEqual(['passing:gap:2 ×0 -']);
});

test('what cannot be delivered is tried again with a growing delay, and a process that dies while sending leaves it to the next', async () => {
  await addSources(1);
  await collectAll(() => away('a:21'));
  await watch(0);
  server.refuse('MAIL');
  expect(await sendDueAlerts({ ...own, secret: none })).toBe(1);
  const [unsent] = await listUnsent(own.database);
  expect(unsent).toMatchObject({ state: 'waiting', attempt: 1, told: { code: 'alert.mail-refused' } });
  expect(await sendDueAlerts({ ...own, secret: none })).toBe(0);
  server.refuse(null);
  await own.database('ledger.alert').update({ state: 'sending', lease_until: '2026-01-01' });
  const both = await Promise.all([sendDueAlerts({ ...own, secret: none }), sendDueAlerts({ ...own, secret: none })]);
  expect([both.toSorted(), server.mails.length, await listUnsent(own.database)]).toEqual([[0, 1], 1, []]);
});
