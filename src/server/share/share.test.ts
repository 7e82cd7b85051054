import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { writeChange } from '../../../test/master-changes.js';
import type { Hub } from '../../app/hub.js';
import { openHub } from '../../app/open-hub.js';
import { readSettings } from '../../app/settings.js';
import { addApiKey } from '../../db/api-key-store.js';
import { listExchange, saveSubscribers } from '../../db/share/subscriber-store.js';
import type { RecordImage } from '../../share/change.js';
import { hashOf, parityOf } from '../../share/parity-of.js';
import { subscriberSchema } from '../../share/subscriber.js';
import { createLog } from '../log.js';
import { type RunningProcess, startProcess } from '../start-process.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-share-api-'));
let own: TestDatabase;
let hub: Hub;
let server: RunningProcess;
let key: string;
beforeAll(async () => {
  own = await createTestDatabase();
  hub = await openHub(readSettings({ HUILIU_HOME: home, DATABASE_URL: own.url }, process.cwd()));
  server = await startProcess(hub, createLog('silent'), {
    listen: { host: '127.0.0.1', port: 0 },
    api: true,
    worker: false,
    scheduler: false,
  });
  key = (await addApiKey(hub.database, { name: 'oa', rights: ['read'], by: 'me' }))!;
  await saveSubscribers(hub.database, [subscriberSchema.parse({ code: 'oa', kind: 'pull', settings: { key: 'oa' } })], 'me');
  for (const id of [1, 2, 3]) await writeChange(hub.database, 'customer', id, { name: `第${id}医院` });
  await writeChange(hub.database, 'customer', 3, { name: '第3医院' }, 1);
});
afterAll(async () => {
  await server.close();
  await hub.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

const ask = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
  const answer = await fetch(`${server.url}/v1/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, 'accept-language': 'en', ...init.headers },
  });
  const body = await answer.text();
  return { status: answer.status, etag: answer.headers.get('etag'), body: body === '' ? null : JSON.parse(body) };
};
const report = (body: object) =>
  ask('parity', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

test('a program pulls changes page by page, is told when nothing is new, and its place is on record', async () => {
  const held = new Map<string, RecordImage>();
  let after = 0;
  for (;;) {
    const { status, body } = await ask(`changes?after=${after}&limit=2`);
    expect(status).toBe(200);
    for (const change of body.changes) held.set(change.no, change.after);
    if (body.through === after) break;
    after = body.through;
  }
  expect([after, held.get('KH0000003')]).toMatchObject([4, { status: 'merged', survivor: 'KH0000001' }]);
  const same = await ask(`changes?after=4`);
  expect((await ask('changes?after=4', { headers: { 'if-none-match': same.etag! } })).status).toBe(304);
  expect((await listExchange(hub.database))[0]).toMatchObject({ ackedSeq: 4, lag: 0 });
  expect((await report({ seq: 4, ...parityOf(held.values()) })).body).toMatchObject({ agrees: true, seq: 4 });
  held.delete('KH0000002');
  expect((await report({ seq: 4, ...parityOf(held.values()) })).body).toMatchObject({
    agrees: false,
    ours: { count: 3 },
    theirs: { count: 2 },
  });
  expect((await listExchange(hub.database))[0]!.parity).toMatchObject({ agrees: false });
});

test('a program that says record by record what it holds is told which records differ, and so are we', async () => {
  const held = new Map<string, RecordImage>();
  for (const change of (await ask('changes')).body.changes) held.set(change.no, change.after);
  const copy = (body: string, path = 'parity/records?seq=4', type = 'text/csv') =>
    ask(path, { method: 'POST', body, headers: { 'content-type': type } });
  const hashes = (images: Iterable<RecordImage>) => `no,hash\r\n${[...images].map((one) => `${one.no},${hashOf(one)}\r\n`).join('')}`;
  expect((await copy(hashes(held.values()))).body).toMatchObject({ agrees: true, differing: 0, differences: [] });
  const [first, second] = [...held.values()];
  const wrong = { ...first!, fields: { ...first!.fields, name: '抄错医院' } };
  const other = (await copy(hashes([wrong, second!, { ...second!, no: 'KH0000099' }]))).body;
  expect(other).toMatchObject({
    agrees: false,
    differing: 3,
    differences: [
      { no: 'KH0000001', entity: 'customer', what: 'other', fields: null },
      { no: 'KH0000003', entity: 'customer', what: 'missing' },
      { no: 'KH0000099', entity: null, what: 'extra' },
    ],
  });
  const row = ({ no, status, survivor, fields }: RecordImage) => `${no},${status},${survivor ?? ''},${fields['name'] ?? ''}\r\n`;
  const table = `no,record_status,survivor_no,name\r\n${[wrong, ...[...held.values()].slice(1)].map(row).join('')}`;
  expect((await copy(table)).body).toMatchObject({
    differing: 1,
    differences: [{ no: 'KH0000001', what: 'other', fields: [{ field: 'name', theirs: '抄错医院', ours: '第1医院' }] }],
  });
  expect((await listExchange(hub.database))[0]!.parity).toMatchObject({ agrees: false, differing: 1, differences: [{ no: 'KH0000001' }] });
  expect((await copy(`${hashes(held.values())}${first!.no},${hashOf(first!)}\r\n`)).body).toMatchObject({
    differences: [{ what: 'twice' }],
  });
  expect(await copy('a,b\r\n')).toMatchObject({ status: 400, body: { error: { code: 'share.bad-copy' } } });
  expect(await copy('no,hash\r\nKH0000001,xyz\r\n')).toMatchObject({ status: 400, body: { error: { code: 'share.bad-hash' } } });
  expect(await copy('{}', 'parity/records?seq=4', 'application/json')).toMatchObject({
    status: 400,
    body: { error: { code: 'share.not-csv' } },
  });
  expect(await copy(hashes([]), 'parity/records?seq=99')).toMatchObject({ status: 400, body: { error: { code: 'share.ahead' } } });
  expect(await copy('no,hash\r\n"')).toMatchObject({ status: 400, body: { error: { code: 'share.no-csv' } } });
});

test('a merged number answers with its survivor, an unknown one with 404, nonsense with what is wrong', async () => {
  expect((await ask('records/KH0000003')).body).toMatchObject({ no: 'KH0000001', redirectedFrom: ['KH0000003'] });
  expect(await ask('records/KH9')).toMatchObject({ status: 404, body: { error: { code: 'share.no-record' } } });
  expect(await ask('changes?entity=nonsense')).toMatchObject({ status: 400, body: { error: { code: 'share.bad-request' } } });
  expect(await ask('changes?after=x')).toMatchObject({ status: 400, body: { error: { code: 'share.bad-request' } } });
  expect(await ask('changes?after=99')).toMatchObject({ status: 400, body: { error: { code: 'share.ahead' } } });
  expect((await ask('changes?entity=customer;drop')).status).toBe(400);
  expect((await report({ seq: 4, count: 1 })).status).toBe(400);
  expect((await fetch(`${server.url}/v1/changes`)).status).toBe(401);
  const other = (await addApiKey(hub.database, { name: 'stranger', rights: ['read'], by: 'me' }))!;
  expect(
    await ask('parity', {
      method: 'POST',
      body: JSON.stringify({ seq: 1, count: 1, hash: '0'.repeat(16) }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${other}` },
    }),
  ).toMatchObject({
    status: 400,
    body: { error: { code: 'share.no-reporter' } },
  });
});
