import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { writeChange } from '../../../test/master-changes.js';
import { signWebhook } from '../../alerts/sign.js';
import { listDeadLetters } from '../../db/share/dead-letters.js';
import { findRecord } from '../../db/share/find-record.js';
import { compareParity, countMaster, countOurs } from '../../db/share/parity-store.js';
import { lastSeq, readChanges } from '../../db/share/read-changes.js';
import { claimFileSets, claimWebhooks, listExchange, saveSubscribers } from '../../db/share/subscriber-store.js';
import type { Change } from '../../share/change.js';
import { parityOf } from '../../share/parity-of.js';
import { subscriberSchema } from '../../share/subscriber.js';
import { raiseDead } from './raise-dead.js';
import { sendToWebhooks } from './send-to-webhooks.js';
import { writeFileSet } from './write-file-set.js';

let own: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'huiliu-share-'));
/** What the other side does with a post: a status, after it has seen the changes. */
let answer: (changes: readonly Change[]) => number;
const held = new Map<string, Change['after']>();
const heads: Record<string, string>[] = [];
let server: Server;
beforeAll(async () => {
  own = await createTestDatabase();
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { changes } = JSON.parse(body) as { changes: Change[] };
      heads.push({ ...(request.headers as Record<string, string>), body });
      const status = answer(changes);
      if (status < 300) for (const { no, after } of changes) held.set(no, after);
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await own.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await own.database.raw(
    'truncate share.subscriber, master.change, master.record, master.golden, master.source_key, master.source_record cascade; update master.change_counter set last = 0',
  );
  held.clear();
  heads.length = 0;
  answer = () => 200;
});
afterEach(() => own.database('share.subscriber').delete());

const secret = () => Promise.resolve('shared-secret');
const tools = () => ({ database: own.database, secret });
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
const save = (...subscribers: object[]) =>
  saveSubscribers(
    own.database,
    subscribers.map((one) => subscriberSchema.parse(one)),
    'test',
  );
const webhook = (settings = {}) => ({
  code: 'crm',
  kind: 'webhook',
  settings: { url: url(), secret: 'env:X', allow_private: true, ...settings },
});
const due = () => own.database('share.subscriber').update({ due_at: own.database.fn.now(), lease_until: null });
const line = async () => (await listExchange(own.database))[0]!;
const customer = (id: number, name: string) => writeChange(own.database, 'customer', id, { name, city: '长沙市' });

test('changes are posted in order, signed, once they are committed, and the place is kept', async () => {
  await save(webhook({ most: 2 }));
  for (const id of [1, 2, 3]) await customer(id, `第${id}医院`);
  await customer(1, '改名医院');
  expect(await sendToWebhooks(tools())).toBe(4);
  expect(heads.map(({ body }) => (JSON.parse(body!) as { changes: Change[] }).changes.map(({ seq }) => seq))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  for (const head of heads) expect(head['huiliu-signature']).toBe(signWebhook('shared-secret', head['huiliu-timestamp']!, head['body']!));
  expect(heads[1]!['idempotency-key']).toBe('crm/3-4');
  expect(await line()).toMatchObject({ ackedSeq: 4, lag: 0, failingSince: null });
  expect(await sendToWebhooks(tools())).toBe(0);
  expect(held.get('KH0000001')).toMatchObject({ fields: { name: '改名医院' } });
});

test('a subscriber that is away loses nothing and is left in peace longer each time; nobody is served twice at once', async () => {
  await save(webhook());
  await customer(1, '甲');
  answer = () => 503;
  expect(await sendToWebhooks(tools())).toBe(0);
  const first = await own.database('share.subscriber').first('due_at', 'attempts', 'told');
  expect([first.attempts, first.told.code]).toEqual([1, 'share.refused']);
  expect(await claimWebhooks(own.database)).toEqual([]);
  await due();
  await sendToWebhooks(tools());
  const second = await own.database('share.subscriber').first('due_at', 'attempts');
  expect(second.due_at.getTime() - Date.now()).toBeGreaterThan(5000);
  await customer(2, '乙');
  answer = () => 200;
  await due();
  const counts = await Promise.all([sendToWebhooks(tools()), sendToWebhooks(tools())]);
  expect(counts.toSorted()).toEqual([0, 2]);
  expect([await line(), [...held.keys()]]).toMatchObject([{ lag: 0, failingSince: null }, ['KH0000001', 'KH0000002']]);
});

test.each([
  [302, 'share.redirected'],
  [401, 'share.refused'],
  [429, 'share.refused'],
])('an answer of %i is told as %s, and nothing is lost', async (status, code) => {
  await save(webhook());
  await customer(1, '甲');
  answer = () => status;
  await sendToWebhooks(tools());
  expect(await line()).toMatchObject({ lag: 1, deadLetters: 0, told: { code } });
});

test('one change that the other side dislikes is put aside, and is raised as it is by then', async () => {
  await save(webhook());
  for (const id of [1, 2, 3]) await customer(id, `第${id}医院`);
  answer = (changes) => (changes.some(({ no }) => no === 'KH0000002') ? 422 : 200);
  expect(await sendToWebhooks(tools())).toBe(2);
  expect([[...held.keys()], (await line()).deadLetters]).toEqual([['KH0000001', 'KH0000003'], 1]);
  expect(await listDeadLetters(own.database, 'crm')).toMatchObject([{ seq: 2, no: 'KH0000002', told: { code: 'share.content-refused' } }]);
  expect(await raiseDead(tools(), 'crm')).toEqual({ taken: 0, refused: 1 });
  await customer(2, '后来的名字');
  await sendToWebhooks(tools());
  answer = () => 200;
  heads.length = 0;
  // Refused twice, sent once.
  expect([await raiseDead(tools(), 'crm'), heads.length]).toEqual([{ taken: 2, refused: 0 }, 1]);
  expect([held.get('KH0000002')?.fields, (await line()).deadLetters]).toMatchObject([{ name: '后来的名字' }, 0]);
});

test('what was refused and raised later reaches a receiver that keeps the last change of each record', async () => {
  await save(webhook());
  for (const id of [1, 2, 3]) await customer(id, `第${id}医院`);
  const disk = new Map<string, { seq: number; after: Change['after'] }>();
  const take = (changes: readonly Change[]) => {
    for (const { no, seq, after } of changes) if (seq >= (disk.get(no)?.seq ?? 0)) disk.set(no, { seq, after });
    return 200;
  };
  answer = (changes) => (changes.some(({ no }) => no === 'KH0000002') ? 422 : take(changes));
  await sendToWebhooks(tools());
  answer = take;
  expect(await raiseDead(tools(), 'crm')).toEqual({ taken: 1, refused: 0 });
  await own.database('share.subscriber').update({ acked_seq: 0 });
  await sendToWebhooks(tools());
  expect(parityOf([...disk.values()].map(({ after }) => after))).toEqual(await countMaster(own.database));
});

test('count and hash are the same in SQL, in this program, from the changes and from the master, at any moment', async () => {
  await customer(1, '甲医院');
  await writeChange(own.database, 'product', 7, { generic_name: '阿莫西林', spec: '0.25g×24粒', z_field: 'a=b\nc' });
  await customer(2, '乙医院');
  const before = await countOurs(own.database, 3, []);
  await writeChange(own.database, 'customer', 2, { name: '乙医院' }, 1);
  const images = new Map<string, Change['after']>();
  for (const { no, after } of (await readChanges(own.database, { after: 0, limit: 10, entities: [] })).changes) images.set(no, after);
  expect(parityOf(images.values())).toEqual(await countOurs(own.database, 4, []));
  expect(await countMaster(own.database)).toEqual(await countOurs(own.database, 4, []));
  expect(await countOurs(own.database, 3, [])).toEqual(before);
  expect(before.hash).not.toBe((await countOurs(own.database, 4, [])).hash);
  expect(await countOurs(own.database, 4, ['product'])).toEqual(parityOf([images.get('CP0000007')!]));
  expect(await countOurs(own.database, 0, [])).toEqual({ count: 0, hash: '0'.repeat(16) });
  await save({ code: 'oa', kind: 'pull', settings: { key: 'oa' } });
  const compared = await compareParity(own.database, {
    subscriber: 'oa',
    entities: [],
    seq: 4,
    theirs: { count: 2, hash: '0'.repeat(16) },
  });
  expect([compared.agrees, (await line()).parity]).toMatchObject([false, { agrees: false, ourCount: 3, theirCount: 2 }]);
});

test('a change that commits late never appears behind one that was read', async () => {
  const seen: number[] = [];
  let after = 0;
  let isDone = false;
  const reader = (async () => {
    while (!isDone || after < (await lastSeq(own.database))) {
      const { changes, through } = await readChanges(own.database, { after, limit: 5, entities: [] });
      seen.push(...changes.map(({ seq }) => seq));
      after = through;
    }
  })();
  await Promise.all(
    [1, 2, 3, 4].map(async (writer) => {
      for (let round = 0; round < 25; round += 1) await customer(writer, `${writer}-${round}`);
    }),
  );
  isDone = true;
  await reader;
  expect(seen).toEqual(Array.from({ length: 100 }, (_, place) => place + 1));
});

test('a merged number leads to its survivor for ever, a key of a system to the record it means', async () => {
  await customer(1, '甲医院');
  await customer(2, '乙医院');
  await own
    .database('master.source_key')
    .insert({ entity: 'customer', role: 'other', system: 'oa', key: 'C:17', home_id: 2, record_id: 2, how: 'new', batch_id: 0 });
  await writeChange(own.database, 'customer', 2, { name: '乙医院' }, 1);
  expect(await findRecord(own.database, 'KH0000002')).toMatchObject({
    no: 'KH0000001',
    redirectedFrom: ['KH0000002'],
    keys: [{ system: 'oa', key: 'C:17' }],
  });
  expect(await findRecord(own.database, 'oa:customer:C:17')).toMatchObject({ no: 'KH0000001', redirectedFrom: ['KH0000002'] });
  expect(await findRecord(own.database, 'KH0000001')).toMatchObject({ redirectedFrom: [] });
  expect(await findRecord(own.database, 'KH0000009')).toBeNull();
});

test('a snapshot is whole, proves itself, and never writes a formula', async () => {
  await customer(1, '=HYPERLINK("http://x")');
  await writeChange(own.database, 'customer', 2, { name: '乙"医院,\n二', credit_limit: '10.50' });
  await writeChange(own.database, 'customer', 3, { name: '丙', credit_limit: '-0.25' });
  await writeChange(own.database, 'product', 7, { generic_name: "'=1" });
  await save({ code: 'bi', kind: 'snapshot', settings: { folder, formats: ['csv', 'xlsx'] } });
  const [subscriber] = await claimFileSets(own.database, { day: '2026-11-22', time: '23:59', codes: null });
  const manifest = await writeFileSet(own.database, subscriber!, '2026-11-22');
  expect(manifest!.files.map(({ file, rows, sums }) => [file, rows, sums])).toEqual([
    ['customer.csv', 3, { credit_limit: '10.25' }],
    ['customer.xlsx', 3, { credit_limit: '10.25' }],
    ['product.csv', 1, {}],
    ['product.xlsx', 1, {}],
  ]);
  expect(readdirSync(join(folder, '2026-11-22')).toSorted()).toEqual([
    'customer.csv',
    'customer.xlsx',
    'manifest.json',
    'product.csv',
    'product.xlsx',
  ]);
  const csv = readFileSync(join(folder, '2026-11-22', 'customer.csv'), 'utf8');
  expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(manifest!.parity).toEqual(await countMaster(own.database));
  expect(await line()).toMatchObject({ lag: 0, parity: { agrees: true, ourCount: 4 } });
  expect(await claimFileSets(own.database, { day: '2026-11-22', time: '23:59', codes: null })).toEqual([]);
  writeFileSync(join(folder, '2026-11-22', 'customer.csv'), csv.replace('丙', '丁'));
});

test('a snapshot of workbooks alone proves itself, whatever stands in a cell', async () => {
  await customer(1, " '=1 ");
  await customer(2, '0012\t3');
  await writeChange(own.database, 'customer', 3, { name: '丙', credit_limit: '-0.250', phone: '+86 731', note: '一\n二' });
  await writeChange(own.database, 'product', 7, { generic_name: "'=1" });
  await save({ code: 'bi', kind: 'snapshot', settings: { folder, formats: ['xlsx'] } });
  const [subscriber] = await claimFileSets(own.database, { day: '2026-11-23', time: null, codes: null });
  await writeFileSet(own.database, subscriber!, '2026-11-23');
  expect((await line()).parity).toMatchObject({ agrees: true, ourCount: 4, theirCount: 4 });
});

test('a field called status stands beside the status of the record, and the snapshot proves itself', async () => {
  await writeChange(own.database, 'contract', 1, { name: '协议', status: 'ended' });
  await save({ code: 'bi', kind: 'snapshot', settings: { folder } });
  const [subscriber] = await claimFileSets(own.database, { day: '2026-11-22', time: '23:59', codes: null });
  await writeFileSet(own.database, subscriber!, '2026-11-22');
  const [head, row] = readFileSync(join(folder, '2026-11-22', 'contract.csv'), 'utf8').split('\r\n');
  expect(head).toBe('\uFEFFno,record_status,survivor_no,name,status');
  expect(row).toMatch(/,active,,协议,ended$/u);
  expect(await line()).toMatchObject({ parity: { agrees: true } });
});

test('a writeback names the keys of a system, our numbers, and where we say something else', async () => {
  // Of a field that the system has for nobody it is not told, nor where the master has no value.
  await writeChange(own.database, 'customer', 1, { name: '甲医院', city: '长沙市', phone: '2', tier: '一级' });
  const [key] = await own
    .database('master.source_key')
    .insert({ entity: 'customer', role: 'other', system: 'oa', key: 'C17', home_id: 1, record_id: 1, how: 'new', batch_id: 0 })
    .returning('id');
  await own.database('master.source_record').insert({
    ...{
      key_id: key.id,
      fields: JSON.stringify({ name: '甲院', city: '长沙市', phone: '1', email: 'a@b.cn' }),
      content_hash: '0'.repeat(32),
      batch_id: 0,
      is_current: true,
    },
  });
  const away = join(folder, 'oa');
  await save({ code: 'oa', kind: 'writeback', settings: { folder: away, system: 'oa' } });
  const [subscriber] = await claimFileSets(own.database, { day: '2026-11-22', time: null, codes: ['oa'] });
  await writeFileSet(own.database, subscriber!, '2026-11-22');
  expect(readFileSync(join(away, '2026-11-22', 'keys.csv'), 'utf8').split('\r\n')[1]).toBe('customer,other,C17,KH0000001,KH0000001,active');
  expect(
    readFileSync(join(away, '2026-11-22', 'differences.csv'), 'utf8')
      .split('\r\n')
      .slice(1),
  ).toEqual(['customer,other,C17,KH0000001,name,甲院,甲医院', 'customer,other,C17,KH0000001,phone,1,2', '']);
  expect((await line()).openDifferences).toBe(2);
});

test('a folder that cannot be written is told, and the files of yesterday stay', async () => {
  writeFileSync(join(folder, 'taken'), '');
  await save({ code: 'bi', kind: 'snapshot', settings: { folder: join(folder, 'taken') } });
  const [subscriber] = await claimFileSets(own.database, { day: '2026-11-22', time: '23:59', codes: null });
  expect(await writeFileSet(own.database, subscriber!, '2026-11-22')).toBeNull();
  expect((await line()).told).toMatchObject({ code: 'share.folder-closed' });
});
