import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Inject, Module, Req } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import type { Hub } from '../app/hub.js';
import { rememberSecret } from '../app/known-secrets.js';
import { openHub } from '../app/open-hub.js';
import { readSettings } from '../app/settings.js';
import { addApiKey, listApiKeys, revokeApiKey } from '../db/api-key-store.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import type { ApiRequest } from './access/access.guard.js';
import { NeedsRight } from './access/needs-right.js';
import { features } from './features.js';
import { HUB } from './hub.module.js';
import { createLog } from './log.js';
import { type RunningProcess, startProcess } from './start-process.js';

@Controller('try')
class TryController {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @Get('who')
  @NeedsRight('read')
  async who(@Req() request: ApiRequest) {
    const { rows } = await this.hub.database.raw('select 1 as one');
    return { ...request.caller, ...rows[0] };
  }

  @Get('forgotten')
  forgotten() {
    return 'nobody said who may see this';
  }

  @Get('held')
  @NeedsRight('read')
  held() {
    throw new HubError('source-data', message('hub.no-file', { path: '某文件', cause: 'ENOENT' }));
  }

  @Get('broken')
  @NeedsRight('read')
  broken() {
    throw new Error('530 login with canary-1234 refused');
  }
}

@Module({ controllers: [TryController] })
class TryModule {}

const home = mkdtempSync(join(tmpdir(), 'huiliu-server-'));
const logged: string[] = [];
let own: TestDatabase;
let hub: Hub;
let server: RunningProcess;
let key: string;
beforeAll(async () => {
  own = await createTestDatabase();
  hub = await openHub(readSettings({ HUILIU_HOME: home, DATABASE_URL: own.url }, process.cwd()));
  server = await startProcess(hub, log(), { ...api(0), modules: [...features, TryModule] });
  key = (await addApiKey(hub.database, { name: 'tester', rights: ['read'], by: 'me' }))!;
});
afterAll(async () => {
  await server.close();
  await hub.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

interface Answer {
  readonly status: string;
  readonly details: object;
  readonly error: { readonly code: string; readonly message: string; readonly schema: object };
}

const api = (port: number) => ({ listen: { host: '127.0.0.1', port }, api: true, worker: false, scheduler: false });
const log = () => createLog('info', (line) => logged.push(line));
const ask = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${server.url}${path}`, { headers: { 'accept-language': 'en', ...headers } });
  return { status: answer.status, body: (await answer.json()) as Answer };
};
const withKey = (path: string, given = key) => ask(path, { authorization: `Bearer ${given}` });

test('a route answers whoever has the right, by any of three ways to send the key', async () => {
  const expected = { status: 200, body: { name: 'tester', rights: ['read'], one: 1 } };
  expect(await withKey('/try/who')).toEqual(expected);
  expect(await ask('/try/who', { 'x-api-key': key })).toEqual(expected);
  expect(await ask('/try/who', { authorization: `Basic ${Buffer.from(`any:${key}`).toString('base64')}` })).toEqual(expected);
});

test('without a live key a route answers 401, without the right 403, and one that says nothing is closed', async () => {
  const other = (await addApiKey(hub.database, { name: 'other', rights: ['operate'], by: 'me' }))!;
  expect((await ask('/try/who')).status).toBe(401);
  expect((await withKey('/try/who', `${key}x`)).body).toMatchObject({ error: { code: 'api.no-key' } });
  expect((await withKey('/try/who', other)).body).toMatchObject({ error: { class: 'request', code: 'api.no-right' } });
  expect((await withKey('/try/forgotten')).status).toBe(403);
  await revokeApiKey(hub.database, 'other', 'me');
  expect((await withKey('/try/who', other)).status).toBe(401);
});

test('a key is kept as a hash, its name is given once, and its use is noted', async () => {
  await withKey('/try/who');
  expect(await addApiKey(hub.database, { name: 'tester', rights: ['read'], by: 'me' })).toBeNull();
  const row = await hub.database('access.api_key').where({ name: 'tester' }).first();
  expect(JSON.stringify(row)).not.toContain(key);
  expect((await listApiKeys(hub.database)).find(({ name }) => name === 'tester')?.lastUsedAt).toBeInstanceOf(Date);
});

test('a fault is told in the language asked for; what is unexpected tells nothing but is logged, without secrets', async () => {
  rememberSecret('canary-1234');
  expect(await withKey('/try/held')).toEqual({
    status: 422,
    body: { error: { class: 'source-data', code: 'hub.no-file', message: 'Cannot read the file 某文件 (ENOENT).' } },
  });
  expect((await ask('/try/held', { authorization: `Bearer ${key}`, 'accept-language': 'zh-CN' })).body.error.message).toContain(
    '读不到文件',
  );
  const { status, body } = await withKey('/try/broken');
  expect([status, body.error.code]).toEqual([500, 'api.unexpected']);
  const line = JSON.parse(logged.find((one) => one.includes('530 login'))!);
  expect(line).toMatchObject({ level: 'error', by: 'api', url: '/try/broken', error: { message: '530 login with *** refused' } });
  expect(logged.join('')).not.toContain('canary-1234');
  expect((await ask('/nowhere')).body).toMatchObject({ error: { code: 'http-404' } });
});

test('health needs no key: live says that the process answers, ready what it found', async () => {
  expect(await ask('/health/live')).toEqual({ status: 200, body: { status: 'ok' } });
  const { status, body } = await ask('/health/ready');
  expect([status, body.status, Object.keys(body.details).toSorted()]).toEqual([200, 'ok', ['database', 'disk', 'schema', 'steps']]);
});

test('a program older than the schema is not ready and says which migration it does not know', async () => {
  await hub.database('knex_migrations').insert({ name: '29991231_0000_of_the_future', batch: 9, migration_time: new Date() });
  try {
    const { status, body } = await ask('/health/ready');
    expect([status, body.error.schema]).toEqual([503, { status: 'down', pending: '', unknown: '29991231_0000_of_the_future' }]);
  } finally {
    await hub.database('knex_migrations').where({ name: '29991231_0000_of_the_future' }).delete();
  }
});

test('an address that somebody else has is told, and leaves nothing open', async () => {
  const port = Number(new URL(server.url!).port);
  await expect(startProcess(hub, log(), api(port))).rejects.toMatchObject({ told: { code: 'api.port-taken' } });
});

test('metrics count what is missing and how long past its deadline, without a name and without a key', async () => {
  const yesterday = shanghaiDay(new Date(Date.now() - 86_400_000));
  await hub.database('ledger.source').insert({
    ...{ code: 'nobody-knows', sender: 'own', connector: 'ftp', settings: '{}', created_at: '2020-01-01' },
    expects: JSON.stringify({ every: 'day', by: '00:00' }),
  });
  const answer = await fetch(`${server.url}/metrics`);
  const text = await answer.text();
  expect(answer.status).toBe(200);
  expect(text).toContain('huiliu_sources_expected{state="missing"} 1');
  const waiting = Number(/^huiliu_late_waiting_seconds (\d+)/m.exec(text)?.[1]);
  expect(waiting).toBeGreaterThanOrEqual(Math.floor((Date.now() - Date.parse(`${yesterday}T24:00:00+08:00`)) / 1000) - 1);
  expect(text).toMatch(/^huiliu_late_arrival_seconds 0$/m);
  expect(text).not.toContain('nobody-knows');
});
