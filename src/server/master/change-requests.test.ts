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
import { createLog } from '../log.js';
import { type RunningProcess, startProcess } from '../start-process.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-requests-'));
let own: TestDatabase;
let hub: Hub;
let server: RunningProcess;
const keys: Record<string, string> = {};
beforeAll(async () => {
  own = await createTestDatabase();
  hub = await openHub(readSettings({ HUILIU_HOME: home, DATABASE_URL: own.url }, process.cwd()));
  server = await startProcess(hub, createLog('silent'), {
    ...{ listen: { host: '127.0.0.1', port: 0 }, api: true, worker: false, scheduler: false },
  });
  for (const right of ['read', 'decide'] as const)
    keys[right] = (await addApiKey(hub.database, { name: right, rights: [right], by: 'me' }))!;
  keys['second'] = (await addApiKey(hub.database, { name: 'second', rights: ['decide'], by: 'me' }))!;
  const fields = { name: '长沙市甲医院', province: '湖南省', city: '长沙市', credit_code: '91350100M000100Y43' };
  await hub.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) =>
      sayRecords(inner, batch, { system: 'own', records: [{ entity: 'customer', role: 'terminal', key: 'T1', fields }] }),
    ),
  );
});
afterAll(async () => {
  await server.close();
  await hub.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

async function ask(body: object, key = 'decide') {
  const headers = { authorization: `Bearer ${keys[key]}`, 'content-type': 'application/json', 'accept-language': 'en' };
  const answer = await fetch(`${server.url}/v1/change-requests`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test('a customer that is there already is answered with 409 and scored candidates', async () => {
  const alike = await ask({ kind: 'new', fields: { name: '长沙甲医院', province: '湖南省', city: '长沙市' }, reason: '新客户' });
  expect(alike).toMatchObject({ status: 409, body: { candidates: [{ code: 'T1', name: '长沙市甲医院', p: expect.any(Number) }] } });
  expect(await ask({ kind: 'new', fields: { name: '另一个名字', credit_code: '91350100M000100Y43' }, reason: 'x' })).toMatchObject({
    status: 409,
    body: { candidates: [{ why: 'credit-code' }] },
  });
});

test('one that is not there waits for a person; what is wrong is refused and says why', async () => {
  const { status, body } = await ask({ kind: 'new', fields: { name: '株洲市丙药店', province: '湖南省' }, reason: '新客户' });
  expect([status, body]).toMatchObject([201, { request: expect.any(String), candidates: [] }]);
  const listed = await fetch(`${server.url}/v1/change-requests`, { headers: { authorization: `Bearer ${keys['read']}` } });
  expect(await listed.json()).toMatchObject([{ kind: 'new', state: 'open', name: '株洲市丙药店', askedBy: 'api:decide' }]);
  expect((await ask({ kind: 'new', fields: { name: '戊', credit_code: '123' }, reason: 'x' })).status).toBe(400);
  expect((await ask({ kind: 'gone', fields: {}, reason: 'x' })).status).toBe(400);
  expect((await ask({ kind: 'close', record: 'KH9999999', fields: {}, reason: 'x' })).status).toBe(400);
  expect((await ask({ kind: 'close', record: 'T1', fields: {}, reason: 'x' }, 'read')).status).toBe(403);
});

test('many are answered at once, as a preview unless it is said, and nobody approves what they asked for', async () => {
  const asked = await Promise.all(
    ['停业', '搬走'].map((reason) => ask({ kind: 'move', record: 'T1', fields: { address: `${reason}路1号` }, reason })),
  );
  // Asked at once: which of them is the first nobody knows.
  const numbers = asked.map(({ body }) => body['request'] as string).toSorted((one, other) => Number(one) - Number(other));
  const answer = async (body: object, key: string, language = 'en') => {
    const headers = { authorization: `Bearer ${keys[key]}`, 'content-type': 'application/json', 'accept-language': language };
    const said = await fetch(`${server.url}/v1/change-requests/answers`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: said.status, body: (await said.json()) as Record<string, unknown> };
  };
  const approve = { decision: 'approve', kinds: ['move'], field: 'address', reason: '属实' };
  expect((await answer(approve, 'read')).status).toBe(403);
  expect(await answer(approve, 'decide')).toMatchObject({
    ...{ status: 200, body: { written: false, batchId: null, done: 0, refused: 2, outcomes: [{ code: 'golden.same-person' }, {}] } },
  });
  expect(await answer(approve, 'second')).toMatchObject({
    body: {
      written: false,
      batchId: null,
      done: 1,
      refused: 1,
      records: 1,
      upTo: numbers[1],
      outcomes: [{ done: true }, { done: false, message: expect.stringContaining('same') }],
    },
  });
  expect(await answer({ ...approve, preview: false, upTo: numbers[0] }, 'second')).toMatchObject({
    body: { written: true, batchId: expect.any(String), done: 1 },
  });
  expect(
    await answer({ decision: 'reject', requests: [`${numbers[0]}-${numbers[1]}`, '99999'], reason: 'x', preview: false }, 'decide'),
  ).toMatchObject({
    body: { written: true, done: 1, refused: 1, unknown: ['99999'] },
  });
  for (const wrong of [
    { decision: 'approve', reason: 'x' },
    { ...approve, reason: ' ' },
    { ...approve, requests: ['5-1'] },
    { ...approve, upTo: '1;drop' },
  ])
    expect((await answer({ ...wrong, preview: false }, 'second')).status).toBe(400);
});

test('a request in detail says what its approval would do; an unknown one is not found', async () => {
  await hub.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) =>
      sayRecords(inner, batch, {
        system: 'oa',
        records: [
          { entity: 'customer', role: 'terminal', key: 'T9', fields: { name: '岳阳市乙医院', province: '湖南省', city: '岳阳市' } },
        ],
      }),
    ),
  );
  const { body } = await ask({ kind: 'merge', record: 'oa/T9', fields: { into: 'T1' }, reason: '同一家' });
  const detail = async (id: string, key = 'read') => {
    const headers = { authorization: `Bearer ${keys[key]}`, 'accept-language': 'en' };
    const answer = await fetch(`${server.url}/v1/change-requests/${id}`, { headers });
    return { status: answer.status, body: (await answer.json()) as { approval: object | null } };
  };
  const id = body['request'] as string;
  const found = await detail(id);
  const pair = {
    from: { name: '岳阳市乙医院' },
    into: { name: '长沙市甲医院' },
    differences: [{ field: 'city', one: '岳阳市', other: '长沙市' }],
  };
  expect(found).toMatchObject({ status: 200, body: { id, kind: 'merge', approval: { told: null, pair, impact: { terminals: 1 } } } });
  expect(Object.keys((found.body.approval as { impact: object }).impact)).not.toContain('batchId');
  const answer = await fetch(`${server.url}/v1/change-requests/answers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys['second']}`, 'content-type': 'application/json' },
    body: JSON.stringify({ decision: 'approve', requests: [id], reason: 'x' }),
  });
  expect(await answer.json()).toMatchObject({ written: false, done: 1, terminals: 1, outcomes: [{ done: true, pair }] });
  for (const unknown of ['99999', 'answers', '1;drop', '%27']) expect((await detail(unknown)).status).toBe(404);
});

test('a name that nobody waits for cannot be answered, and the list of names is for those who may read', async () => {
  const ask = (method: string, key: string, body?: object) =>
    fetch(`${server.url}/v1/waiting-names`, {
      ...{ method, headers: { authorization: `Bearer ${keys[key]}`, 'content-type': 'application/json' } },
      ...(body && { body: JSON.stringify(body) }),
    });
  expect(await (await ask('GET', 'read')).json()).toEqual({ total: 0, names: [] });
  const refused = await ask('POST', 'decide', { name: '没人等', to: 'T1', reason: 'x' });
  expect([refused.status, JSON.stringify(await refused.json())]).toEqual([400, expect.stringContaining('golden.nobody-waits')]);
  expect((await ask('POST', 'read', { name: '没人等', to: 'T1', reason: 'x' })).status).toBe(403);
  expect((await ask('POST', 'decide', { name: '', to: 'T1', reason: 'x' })).status).toBe(400);
});

test('pairs that may be one and overrides that ended are listed; a pair is decided by whoever has the right', async () => {
  await hub.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) =>
      sayRecords(inner, batch, {
        system: 'oa',
        records: [
          {
            ...{ entity: 'customer', role: 'terminal', key: 'T7' },
            fields: { name: '长沙市乙乙医院', province: '湖北省', credit_code: '91350100M000100Y43' },
          },
        ],
      }),
    ),
  );
  const headers = (key: string) => ({ authorization: `Bearer ${keys[key]}`, 'content-type': 'application/json' });
  const list = async () =>
    (await (await fetch(`${server.url}/v1/duplicates`, { headers: headers('read') })).json()) as {
      total: number;
      pairs: { why: string }[];
    };
  const decide = async (body: object, key = 'decide') =>
    (await fetch(`${server.url}/v1/duplicates`, { method: 'POST', headers: headers(key), body: JSON.stringify(body) })).status;
  expect(await list()).toMatchObject({
    total: 1,
    pairs: [
      { why: 'credit-code', p: 0.99, one: { name: '长沙市甲医院' }, other: { systems: ['oa'] }, differences: [{ field: 'province' }] },
    ],
  });
  expect(await decide({ decision: 'apart', one: 'T1', other: 'oa/T7', reason: 'x' }, 'read')).toBe(403);
  expect(await decide({ decision: 'apart', one: 'T1', reason: 'x' })).toBe(400);
  expect(await decide({ decision: 'apart', one: 'T1', other: 'oa/T7', reason: '两家' })).toBe(201);
  expect(await list()).toMatchObject({ total: 0 });
  const merge = { decision: 'merge', loser: 'oa/T7', survivor: 'T1', reason: '查实是一家' };
  const preview = await fetch(`${server.url}/v1/duplicates`, {
    ...{ method: 'POST', headers: headers('decide'), body: JSON.stringify({ ...merge, preview: true }) },
  });
  expect(await preview.json()).toMatchObject({
    ...{ written: false, batchId: null, differences: [{ field: 'province', one: '湖北省', other: '湖南省' }] },
  });
  expect(await decide(merge)).toBe(201);
  const ended = await fetch(`${server.url}/v1/ended-overrides`, { headers: headers('read') });
  expect([ended.status, await ended.json()]).toEqual([200, []]);
});
