import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { adoptDistributors, customerLayout, loadCustomers } from '../../../test/load-customers.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { answerRequest } from './answer-requests.js';
import { listChanges } from './change-requests.js';
import { listEndedOverrides } from './ended-overrides.js';
import { goldenDigest } from './golden-digest.js';
import { overrideValue } from './override-value.js';
import { readCard } from './read-card.js';
import { rebuildMaster } from './rebuild-master.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
  await load(1, 'C1,甲市人民医院,医院,江苏省,南京市,鼓楼路1号,,025-83106666\nC2,乙药店,药店,,,,,');
});
afterEach(() => desk.close());

const load = (minute: number, rows: string, by: string | null = null) => loadCustomers(own.database, desk, { minute, rows, by });
const customer = async (key: string) =>
  (
    await own
      .database('master.golden as g')
      .join('master.source_key as k', 'k.record_id', 'g.record_id')
      .where({ 'k.key': key, 'k.system': 'D1' })
      .first('g.fields')
  ).fields as Record<string, string>;
const open = async () => (await listChanges(own.database)).map(({ kind, fields, askedBy }) => ({ kind, fields, askedBy }));
const renamed = 'C1,甲市第一人民医院,医院,江苏省,南京市,鼓楼路9号,,025-84300000\nC2,乙药店,药店,江苏省,,,,';

test('a list that a person imports does not rename, move or close a customer: it asks; first values and other fields go through', async () => {
  const seen = (await own.database('master.change_counter').first('last')).last;
  await load(2, renamed, 'wang');
  expect(await customer('C1')).toMatchObject({ name: '甲市人民医院', address: '鼓楼路1号', phone: '025-84300000' });
  expect(await customer('C2')).toMatchObject({ province: '江苏省' });
  expect(await open()).toEqual([
    { kind: 'move', fields: { address: '鼓楼路9号' }, askedBy: 'wang' },
    { kind: 'rename', fields: { name: '甲市第一人民医院' }, askedBy: 'wang' },
  ]);
  // Nobody was told of the new name for a moment.
  const told = await own.database('master.change').where('seq', '>', seen).whereRaw(`after->'fields'->>'name' = '甲市第一人民医院'`);
  expect(told).toEqual([]);
});

const closing = [{ kind: 'close', fields: {}, askedBy: 'wang' }];

test('closing a customer is asked for, whether its status was said or blank; one that arrives closed is closed', async () => {
  const before = await goldenDigest(own.database);
  const said = await load(2, 'C2,乙药店,药店,,,,有效,');
  const batch = await load(3, 'C2,乙药店,药店,,,,失效,', 'wang');
  expect([(await customer('C2'))['status'], await open()]).toEqual(['active', closing]);
  await undoDecisions(own.database, said, 'li');
  expect([(await customer('C2'))['status'], await open()]).toEqual([undefined, closing]);
  await undoDecisions(own.database, batch, 'li');
  expect([await goldenDigest(own.database), await open()]).toEqual([before, []]);
  for (const [minute, word] of ['停用', 'closed', '注销'].entries()) {
    const one = await load(4 + minute, `C1,甲市人民医院,医院,江苏省,南京市,鼓楼路1号,${word},\nC8,丙诊所,诊所,,,,${word},`, 'wang');
    expect([(await customer('C1'))['status'], (await customer('C8'))['status'], await open()]).toEqual([undefined, 'closed', closing]);
    await undoDecisions(own.database, one, 'li');
  }
});

test('a closing that waited at a blank status holds once approved, and is asked again by what repeats it', async () => {
  await adoptDistributors(own.database);
  const first = await load(2, 'C2,乙药店,药店,,,,停用,', 'wang');
  await load(3, 'C2,乙药店,药店,,,,停用,025-83106667', 'zhao');
  expect(await open()).toEqual(closing);
  const { batchId } = await undoDecisions(own.database, first, 'li');
  expect([(await customer('C2'))['status'], await open()]).toEqual([undefined, [{ ...closing[0], askedBy: 'zhao' }]]);
  await undoDecisions(own.database, batchId!, 'li');
  const [close] = await listChanges(own.database);
  await answerRequest(own.database, close!.id, { decision: 'approve', actor: 'li', reason: '', isPreview: false });
  expect([(await customer('C2'))['status'], await open()]).toEqual(['closed', []]);
  expect(await rebuildMaster(own.database, { actor: 'x', isPreview: true })).toMatchObject({ changed: 0 });
});

test('a number that is new to a customer does not close it either, not even when nobody else speaks of it any more', async () => {
  const named = '丁市人民医院,医院,江苏省,南京市';
  const text = `客户编号,客户名称,客户类别,省份,城市\nF1,${named}\n`;
  const { deliveryId } = await desk.land({ name: '客户.csv', sentAt: '2026-03-01T01:02:00Z', text, sender: 'D2' });
  expect(await desk.load([customerLayout])).toEqual([]);
  await load(3, `C9,${named},,停用,`, 'wang');
  expect([(await customer('C9'))['status'], await open()]).toEqual([undefined, closing]);
  await undoDecisions(
    own.database,
    (await own.database('master.sending').where({ delivery_id: deliveryId }).first('batch_id')).batch_id,
    'li',
  );
  expect([(await customer('C9'))['status'], await open()]).toEqual([undefined, closing]);
});

test('somebody else approves, and the new value holds; undone, the request is open again; rejected, the old one holds until the list says otherwise', async () => {
  await load(2, renamed, 'wang');
  const [move, rename] = await listChanges(own.database);
  const answering = { decision: 'approve' as const, actor: 'li', reason: '属实', isPreview: false };
  await expect(answerRequest(own.database, rename!.id, { ...answering, actor: 'wang' })).rejects.toMatchObject({
    told: { code: 'golden.same-person' },
  });
  const { batchId } = await answerRequest(own.database, rename!.id, answering);
  expect(await customer('C1')).toMatchObject({ name: '甲市第一人民医院', former_names: '甲市人民医院' });
  await undoDecisions(own.database, batchId, 'li');
  expect([(await customer('C1'))['name'], (await open()).length]).toEqual(['甲市人民医院', 2]);
  await answerRequest(own.database, move!.id, { decision: 'reject', actor: 'li', reason: '旧址', isPreview: false });
  expect(await customer('C1')).toMatchObject({ address: '鼓楼路1号' });
});

test('a feed goes by the ladder, and taking back the list takes back what it asked for, to the same digest', async () => {
  const before = await goldenDigest(own.database);
  const batch = await load(2, renamed, 'wang');
  await undoDecisions(own.database, batch, 'wang');
  expect([await goldenDigest(own.database), await open()]).toEqual([before, []]);
  await load(3, renamed.replace('鼓楼路9号', '鼓楼路8号'));
  expect([await customer('C1'), await open()]).toMatchObject([{ name: '甲市第一人民医院', address: '鼓楼路8号' }, []]);
});

test('a value that the list drops is held like one that it changes; a place is held as a whole', async () => {
  await load(2, 'C1,甲市人民医院,医院,浙江省,,,,\nC2,乙药店,药店,,,,,', 'wang');
  expect(await customer('C1')).toMatchObject({ province: '江苏省', city: '南京市', address: '鼓楼路1号' });
  expect(await open()).toEqual([{ kind: 'move', fields: { province: '浙江省', city: '', address: '' }, askedBy: 'wang' }]);
  const [move] = await listChanges(own.database);
  expect((await readCard(own.database, 'D1/C1')).held).toContainEqual({
    ...{ attribute: 'address', accepted: '鼓楼路1号', waiting: '', source: 'D1/terminal/C1', request: move!.id, state: 'open' },
  });
  await answerRequest(own.database, move!.id, { decision: 'approve', actor: 'li', reason: '', isPreview: false });
  const now = await customer('C1');
  expect([now['province'], now['city'], now['address'], now['phone']]).toEqual(['浙江省', undefined, undefined, undefined]);
});

test('a closed customer whose list says nothing of its state any more, or that it is open, is not asked about', async () => {
  await load(2, 'C2,乙药店,药店,,,,失效,');
  await load(3, 'C2,乙药店,药店,,,,,', 'wang');
  expect([(await customer('C2'))['status'], await open()]).toEqual([undefined, []]);
});

test('taking back the batch of the requests takes the requests back, and what they asked for goes on waiting', async () => {
  await load(2, renamed, 'wang');
  const [move, rename] = await listChanges(own.database);
  await answerRequest(own.database, rename!.id, { decision: 'approve', actor: 'li', reason: '', isPreview: false });
  const { batchId } = await undoDecisions(own.database, move!.batchId, 'wang');
  expect([await open(), await customer('C1')]).toMatchObject([[], { name: '甲市人民医院', address: '鼓楼路1号' }]);
  expect((await customer('C1'))['former_names']).toBeUndefined();
  await undoDecisions(own.database, batchId!, 'wang');
  expect([await open(), await customer('C1')]).toMatchObject([
    [{ kind: 'move' }],
    { name: '甲市第一人民医院', former_names: '甲市人民医院' },
  ]);
});

test('an import taken back takes the approval of what it asked for with it, and brings it back; nothing else is left of it', async () => {
  await adoptDistributors(own.database);
  const before = await goldenDigest(own.database);
  const batch = await load(2, renamed, 'wang');
  for (const { id } of await listChanges(own.database))
    await answerRequest(own.database, id, { decision: 'approve', actor: 'li', reason: '', isPreview: false });
  const approved = await goldenDigest(own.database);
  const undone = await undoDecisions(own.database, batch, 'wang');
  expect(await goldenDigest(own.database)).toBe(before);
  await undoDecisions(own.database, undone.batchId!, 'wang');
  expect(await goldenDigest(own.database)).toBe(approved);
});

test('what two imports say waits once; without the first the second asks, and one that is approved settles both', async () => {
  const first = await load(2, renamed, 'wang');
  await load(3, renamed.replace('025-84300000', '025-84300001'), 'zhao');
  expect((await open()).map(({ askedBy }) => askedBy)).toEqual(['wang', 'wang']);
  const { batchId } = await undoDecisions(own.database, first, 'li');
  expect(await open()).toMatchObject([
    { kind: 'move', askedBy: 'zhao' },
    { kind: 'rename', askedBy: 'zhao' },
  ]);
  expect(await customer('C1')).toMatchObject({ name: '甲市人民医院', address: '鼓楼路1号', phone: '025-84300001' });
  await undoDecisions(own.database, batchId!, 'li');
  expect((await open()).map(({ askedBy }) => askedBy)).toEqual(['wang', 'wang']);
  const [, rename] = await listChanges(own.database);
  await answerRequest(own.database, rename!.id, { decision: 'approve', actor: 'li', reason: '', isPreview: false });
  expect((await listChanges(own.database, { all: true })).map(({ kind, state }) => [kind, state])).toEqual([
    ...[
      ['move', 'open'],
      ['rename', 'approved'],
      ['move', 'moot'],
      ['rename', 'moot'],
    ],
  ]);
});

test('a request that the list has overtaken cannot be approved, and a feed that says the old value again ends it', async () => {
  await load(2, renamed, 'wang');
  const [, rename] = await listChanges(own.database);
  await load(3, renamed.replaceAll('第一', '第二'), 'wang');
  const approve = (id: string) => answerRequest(own.database, id, { decision: 'approve', actor: 'li', reason: '', isPreview: false });
  await expect(approve(rename!.id)).rejects.toMatchObject({ told: { code: 'golden.request-moot' } });
  expect((await open()).find(({ kind }) => kind === 'rename')).toMatchObject({ fields: { name: '甲市第二人民医院' } });
  await load(4, 'C1,甲市人民医院,医院,江苏省,南京市,鼓楼路1号,,');
  expect(await open()).toEqual([]);
});

test('a delivery that is loaded again takes its own requests back and asks once', async () => {
  await load(2, renamed, 'wang');
  const [id] = await own.database('ledger.delivery').orderBy('id', 'desc').limit(1).pluck('id');
  await desk.again(id as string, '2');
  expect(await desk.load([customerLayout.replace('title: x', 'title: y')])).toEqual([]);
  expect(await open()).toMatchObject([{ kind: 'move' }, { kind: 'rename' }]);
});

test("a person's value stays while another name waits, and ends when that is approved", async () => {
  await overrideValue(
    own.database,
    'D1/C1',
    { attribute: 'name', value: '甲院', because: 'x', until: null },
    { actor: 'li', isPreview: false },
  );
  await load(2, renamed, 'wang');
  expect((await customer('C1'))['name']).toBe('甲院');
  const [, rename] = await listChanges(own.database);
  await answerRequest(own.database, rename!.id, { decision: 'approve', actor: 'li', reason: '', isPreview: false });
  expect((await customer('C1'))['name']).toBe('甲市第一人民医院');
  expect(await listEndedOverrides(own.database)).toMatchObject([{ value: '甲院', source: 'D1/terminal/C1' }]);
});
