import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../src/model/add-days.js';
import { shanghaiDay } from '../src/model/shanghai-day.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliuHere as huiliu } from './run-in-process.js';
import { startSmtpServer } from './servers/smtp.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-schedule-test-'));
const mappings = join(home, 'mappings');
const environment: NodeJS.ProcessEnv = { HUILIU_HOME: join(home, 'hub'), HUILIU_MAPPINGS: mappings, HUILIU_LANG: 'en' };
let own: TestDatabase;
const outbox = join(home, 'outbox');
const today = shanghaiDay(new Date());
const yesterday = addDays(today, -1);
afterAll(async () => {
  await own.drop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await huiliu([...args, '--json'], environment);
  return { code, stderr, value: stdout ? JSON.parse(stdout) : null };
};

beforeAll(async () => {
  own = await createTestDatabase();
  environment['DATABASE_URL'] = own.url;
  mkdirSync(mappings);
  mkdirSync(outbox);
  writeFileSync(join(mappings, 'd1.yaml'), 'layout: d1\ntitle: 销售\nkind: sale\ndictionary: true\n');
  const lists = join(home, '商业公司.csv');
  writeFileSync(lists, '商业编码,商业公司名称\nD1,某某医药\n');
  await huiliu(['init'], environment);
  await huiliu(['import', lists, '--source', 'own-lists'], environment);
  const source = (code: string, folder: string, more: string) =>
    `  - { code: ${code}, sender: D1, connector: folder, settings: { folder: ${folder}, stable_seconds: 0 }, layouts: [d1], ${more} }\n`;
  writeFileSync(
    join(home, 'sources.yaml'),
    `sources:\n${source('d1', outbox, `expects: { by: "07:30" }, schedule: { cron: "0 3 * * *", window: { from: "01:00", to: "06:00" } }, contact: { name: 王工, phone: "13900000000" }`)}${source('d2', join(home, 'gone'), 'expects: { by: "07:30" }, schedule: off')}`,
  );
  const taken = await huiliu(['sources', 'import', join(home, 'sources.yaml')], environment);
  expect([taken.code, taken.stderr]).toEqual([0, '']);
  // A source owes nothing of the time before it was made.
  await own.database('ledger.source').update({ created_at: '2026-01-01T00:00:00Z' });
}, 300_000);

test('the plan, the default and the calendar are shown, and changed only with --yes', { timeout: 600_000 }, async () => {
  const plan = await json('schedule', 'show', '--days', '2');
  expect(plan.value.upcoming.map(({ source }: { source: string }) => source)).toEqual(['d1', 'd1']);
  expect(plan.value.byHand).toEqual(['d2']);
  expect((await json('schedule', 'default', '0 4 * *')).code).toBe(2);
  expect((await json('schedule', 'default', 'off')).value).toMatchObject({ schedule: { off: true }, sources: 0, written: false });
  expect((await json('schedule', 'default', '30 4 * * *', '--yes')).value).toMatchObject({ written: true });
  expect((await json('schedule', 'show')).value.default.cron).toEqual(['30 4 * * *']);

  expect((await json('calendar', 'show')).value.validUntil).toBe('2026-12-31');
  const next = join(home, 'calendar.yaml');
  writeFileSync(next, 'years:\n  - { year: 2027, origin: a notice, rest: [{ from: 2027-01-01, name: 元旦 }], work: [2027-01-09] }\n');
  expect((await json('calendar', 'import', next)).value).toEqual({
    ...{ changes: [{ year: 2027, origin: 'a notice', days: ['-01-01', '+01-09'] }], written: false },
  });
  await json('calendar', 'import', next, '--yes');
  expect((await json('calendar', 'show')).value.validUntil).toBe('2027-12-31');
});

test('the board tells who is missing, whom to call and what to do; a reason is recorded and taken back', { timeout: 600_000 }, async () => {
  const date = addDays(today, -5);
  const board = await huiliu(['status', '--missing', '--date', date], environment);
  expect(board.code).toBe(3);
  for (const told of [
    'missing',
    'd1',
    '王工 13900000000',
    'not sent that day',
    `huiliu missing excuse d1 --date ${date} --reason no-sales`,
  ])
    expect(board.stdout).toContain(told);
  expect((await huiliu(['status', '--missing', '--date', date, '--lang', 'zh'], environment)).stdout).toContain('当天未传');
  const excused = await json('missing', 'excuse', 'd1', '--date', date, '--reason', 'no-sales', '--note', '盘点');
  expect(excused.value).toMatchObject({ days: [date], effect: 'nothing-due' });
  const stateOf = async (code: string) =>
    ((await json('status', '--missing', '--date', date)).value.lines as { source: string; state: string }[]).find(
      ({ source }) => source === code,
    )?.state;
  expect([await stateOf('d1'), await stateOf('d2')]).toEqual(['excused', 'missing']);
  await json('missing', 'undo', 'd1', '--date', date);
  expect(await stateOf('d1')).toBe('missing');
  expect((await json('missing', 'excuse', 'd1', '--date', date, '--reason', 'rain')).code).toBe(2);
  expect((await json('missing', 'reasons')).value.reasons.length).toBe(19);
});

test('a backfill previews, then runs one night per day, and asked for again it finds nothing new', { timeout: 600_000 }, async () => {
  const from = addDays(today, -3);
  for (const day of [from, addDays(today, -2), yesterday])
    writeFileSync(join(outbox, `销售${day}.csv`), `销售日期,客户名称,品名,规格,数量\n${day},甲医院,某片,1g,1\n`);
  const args = ['run', 'backfill', '--source', 'd1', '--from', from, '--to', yesterday];
  expect((await json(...args)).value).toEqual({ plan: [{ source: 'd1', days: 3, there: 0 }], written: false });
  const done = await json(...args, '--yes');
  expect(done.value).toMatchObject({ queued: 3, waiting: 0 });
  expect(done.value.runs.map(({ state }: { state: string }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect((await json(...args)).value.plan).toEqual([{ source: 'd1', days: 3, there: 3 }]);
  const { slots } = (await json('schedule', 'slots')).value as { slots: { kind: string; state: string; businessDate: string }[] };
  expect(slots.filter(({ kind }) => kind === 'backfill').map(({ state, businessDate }) => [state, businessDate])).toEqual([
    ...[yesterday, addDays(today, -2), from].map((day) => ['started', day]),
  ]);
  const asked = [await json(...args, '--queue', '--yes'), await json(...args, '--queue', '--yes')];
  expect(asked.reduce((sum, { value }) => sum + value.queued, 0)).toBe(3);
  expect((await json('run', 'backfill', '--source', 'd1', '--from', yesterday, '--to', from)).code).toBe(2);
});

test('alert channels are taken whole or not at all, tried, and incidents listed and taken on', { timeout: 600_000 }, async () => {
  const server = await startSmtpServer();
  const file = join(home, 'channels.yaml');
  const ops = `{ code: ops, kind: mail, settings: { host: 127.0.0.1, port: ${server.port}, tls: none, from: hub@maker.example, to: [ops@maker.example] } }`;
  writeFileSync(
    file,
    `channels:\n  - ${ops}\n  - { code: robot, kind: wecom, settings: { url: "https://qyapi.weixin.qq.com/x?key=1" } }\n`,
  );
  const wrong = await huiliu(['alerts', 'import', file], environment);
  expect([wrong.code, wrong.stderr.includes('channels[1].settings.url')]).toEqual([2, true]);
  writeFileSync(file, `channels:\n  - ${ops}\n`);
  expect((await json('alerts', 'import', file)).value).toEqual({ saved: ['ops'] });
  expect((await json('alerts', 'test')).value).toMatchObject({ tested: [{ channel: 'ops', works: true }] });
  expect(server.mails).toHaveLength(1);
  await server.close();
  const away = await json('alerts', 'test', 'ops');
  expect([away.code, away.value.tested[0]]).toMatchObject([2, { works: false, code: 'alert.mail-refused' }]);

  await own
    .database('ledger.incident')
    .insert({ key: 'x', severity: 'fault', told: '{"code":"alert.test","values":{}}', count: 0, most: 0 });
  expect((await json('alerts', 'list')).code).toBe(3);
  expect((await json('alerts', 'ack', '1', '--note', 'on it')).value).toEqual({ acked: '1', note: 'on it' });
  const listed = await json('alerts', 'list');
  expect([listed.code, listed.value.incidents[0].note]).toEqual([0, 'on it']);
  expect((await json('alerts', 'ack', '99')).code).toBe(2);
});
