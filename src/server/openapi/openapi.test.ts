import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import type { Hub } from '../../app/hub.js';
import { openHub } from '../../app/open-hub.js';
import { readSettings } from '../../app/settings.js';
import { addApiKey } from '../../db/api-key-store.js';
import { applyChange } from '../../db/master/change-master.js';
import { sayRecords } from '../../db/master/say-records.js';
import { saveSubscribers } from '../../db/share/subscriber-store.js';
import { rights } from '../../model/right.js';
import { subscriberSchema } from '../../share/subscriber.js';
import { createLog } from '../log.js';
import { type RunningProcess, startProcess } from '../start-process.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-openapi-'));
let own: TestDatabase;
let hub: Hub;
let server: RunningProcess;
let key: string;
beforeAll(async () => {
  own = await createTestDatabase();
  hub = await openHub(readSettings({ HUILIU_HOME: home, DATABASE_URL: own.url }, process.cwd()));
  const roles = { listen: { host: '127.0.0.1', port: 0 }, api: true, worker: false, scheduler: false };
  server = await startProcess(hub, createLog('silent'), roles);
  key = (await addApiKey(hub.database, { name: 'oa', rights: Object.keys(rights) as (keyof typeof rights)[], by: 'me' }))!;
  await saveSubscribers(hub.database, [subscriberSchema.parse({ code: 'oa', kind: 'pull', settings: { key: 'oa' } })], 'me');
  const records = ['A', 'B'].map((one) => ({
    ...{ entity: 'customer' as const, role: 'terminal', key: one },
    fields: { name: '长沙市第一医院', province: '湖南省', city: '长沙市' },
  }));
  await hub.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) => sayRecords(inner, batch, { system: 'own', records })),
  );
});
afterAll(async () => {
  await server.close();
  await hub.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

async function ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  const answer = await fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } });
  const text = await answer.text();
  return { status: answer.status, body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as never };
}
const post = (path: string, body: string, type = 'application/json') =>
  ask(path, { method: 'POST', body, headers: { 'content-type': type } }) as Promise<{
    status: number;
    body: { error: { code: string; message: string }; candidates?: object[] };
  }>;

test('anybody may read the document, in the language asked for', async () => {
  const read = async (language: string) =>
    (await (await fetch(`${server.url}/v1/openapi.json`, { headers: { 'accept-language': language } })).json()) as {
      openapi: string;
      paths: Record<string, { get?: { summary: string } }>;
    };
  const [zh, en] = [await read('zh-CN'), await read('en')];
  expect([zh.openapi, Object.keys(zh.paths).length]).toEqual(['3.1.0', Object.keys(en.paths).length]);
  expect(zh.paths['/v1/duplicates']!.get!.summary).toMatch(/疑似重复/u);
  expect(en.paths['/v1/duplicates']!.get!.summary).toMatch(/may be one/u);
});

test('what the document gives as an example of an answer has the fields of the answer', async () => {
  const { body } = (await ask('/v1/openapi.json')) as { body: unknown } as {
    body: {
      paths: Record<string, Record<string, { responses: Record<string, { content?: { 'application/json': { example: never } } }> }>>;
    };
  };
  const exampleOf = (path: string, method: string) =>
    Object.values(body.paths[path]![method]!.responses).find((one) => one.content?.['application/json'].example)!.content![
      'application/json'
    ].example;
  const asked: [string, string, string, string?][] = [
    ['get', '/v1/changes', '/v1/changes?after=0&limit=10'],
    ['get', '/v1/records', '/v1/records?find=长沙'],
    ['get', '/v1/records/{no}', '/v1/records/own:customer:A'],
    ['post', '/v1/parity', '/v1/parity', '{"seq":1,"count":1,"hash":"0f3a5c7e9b1d2f40"}'],
    ['post', '/v1/change-requests', '/v1/change-requests', '{"kind":"close","record":"A","reason":"x"}'],
    ['get', '/v1/change-requests', '/v1/change-requests?all=true'],
    ['get', '/v1/crosswalk', '/v1/crosswalk?of=own/A'],
    ['get', '/v1/duplicates', '/v1/duplicates'],
    ['get', '/v1/waiting-names', '/v1/waiting-names?limit=5'],
    ['get', '/uploads', '/uploads?waiting=true'],
    ['get', '/portal/questions', '/portal/questions?all=true'],
    ['get', '/portal/pages', '/portal/pages'],
    ...['', '/rows', '/balance', '/chain', '/scorecard'].map(
      (one) => ['get', `/v1/figures/{month}${one}`, `/v1/figures/2026-10${one}`] as [string, string, string],
    ),
  ];
  for (const [method, path, address, sent] of asked) {
    const { status, body: answer } = sent === undefined ? await ask(address) : await post(address, sent);
    expect([path, status < 300]).toEqual([path, true]);
    expect([path, fieldsOf(answer)]).toEqual([path, fieldsOf(exampleOf(path, method))]);
  }
});

test('what cannot be read is refused in Chinese, with a status that says who is wrong', async () => {
  const chinese = /^(?=.*\p{Script=Han})(?!.*(Unexpected|JSON at|too large|Cannot (GET|POST)|Invalid))/su;
  const refused = async (answer: Promise<{ status: number; body: { error: { code: string; message: string } } }>) => {
    const { status, body } = await answer;
    expect([body.error.code, body.error.message]).toEqual([expect.any(String), expect.stringMatching(chinese)]);
    return [status, body.error.code];
  };
  const requests = '/v1/change-requests';
  expect(await refused(post(requests, '{"kind": "new", '))).toEqual([400, 'http-400']);
  expect(await refused(post(requests, '["new"]'))).toEqual([400, 'share.bad-request']);
  expect(await refused(post(requests, '"new"'))).toEqual([400, 'http-400']);
  expect(await refused(post(requests, ''))).toEqual([400, 'share.bad-request']);
  expect(await refused(post(requests, 'kind=new', 'text/plain'))).toEqual([400, 'share.bad-request']);
  expect(await refused(post(requests, `{"kind":"new","reason":"${'x'.repeat(3_000_000)}"}`))).toEqual([413, 'http-413']);
  expect(await refused(post(requests, '{}', 'application/json; charset=utf-99'))).toEqual([415, 'http-415']);
  expect(await refused(post(requests, '{"kind":"new","reason":"x","__proto__":{"anyway":true},"fields":{"constructor":"x"}}'))).toEqual([
    400,
    'share.bad-request',
  ]);
  expect(await refused(post('/v1/nowhere', '{}'))).toEqual([404, 'http-404']);
  expect(await refused(ask('/v1/changes?after=1&after=2'))).toEqual([400, 'share.bad-request']);
  expect(await refused(ask('/v1/changes?limt=5'))).toEqual([400, 'share.bad-request']);
  expect(await refused(ask('/v1/records/%E0%A4%A'))).toEqual([400, 'http-400']);
  expect(await refused(ask('/v1/figures/2026-13/rows'))).toEqual([400, 'figures.bad-month']);
  expect(await refused(ask('/v1/figures/2026-10?distributer=D01'))).toEqual([400, 'share.bad-request']);
  expect(await refused(ask('/v1/crosswalk?of=own/A&asOf=2026-02-30'))).toEqual([400, 'share.bad-request']);
});

test('text that cannot be kept is refused wherever it stands, also very deep', async () => {
  const asked = [
    post('/v1/change-requests', '{"kind":"new","fields":{"name":"\\u0000甲"},"reason":"x"}'),
    post('/v1/change-requests', '{"kind":"new","fields":{"name":"\\ud800"},"reason":"x"}'),
    post('/v1/duplicates', '{"decision":"apart","one":"A\\u0000","other":"B","reason":"x"}'),
    ...['/v1/records?find=%00', '/v1/records/%00', '/v1/crosswalk?of=%00/x', '/v1/figures/2026-10?distributor=%00'].map((one) => ask(one)),
    post('/v1/parity', `${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}`),
  ];
  for (const answer of asked)
    expect(await answer).toMatchObject({
      status: 400,
      body: { error: { code: 'api.unreadable-text', message: expect.stringMatching(/不能保存的字符/u) } },
    });
});

test('candidates are told with a sentence, so that a person knows what to do', async () => {
  const { status, body } = await post('/v1/change-requests', '{"kind":"new","fields":{"name":"长沙市第一医院"},"reason":"新客户"}');
  expect([status, body.error.code, body.candidates!.length > 0]).toEqual([409, 'golden.alike', true]);
  expect(body.error.message).toMatch(/长沙市第一医院（\d+ %）.*anyway: true/u);
});

const fieldsOf = (answer: object): string[] => (Array.isArray(answer) ? Object.keys(answer[0] ?? {}) : Object.keys(answer)).toSorted();
