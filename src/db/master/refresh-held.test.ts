import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { approveChange, listChanges, rejectChange } from './change-requests.js';
import { goldenDigest } from './golden-digest.js';

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

const layout = 'layout: customers\ntitle: x\nkind: customer\ndictionary: true\n';
/** A list of customers; `by`: who imported it by hand, null for a feed. Returns the batch of its load. */
async function load(minute: number, rows: string, by: string | null = null): Promise<string> {
  const text = `客户编号,客户名称,客户类别,省份,城市,地址,状态,电话\n${rows}\n`;
  const { deliveryId } = await desk.land({ name: `客户${minute}.csv`, sentAt: `2026-03-01T01:0${minute}:00Z`, text, sender: 'D1' });
  if (by !== null) {
    const { source_id, sha256 } = await own.database('ledger.delivery').where({ id: deliveryId }).first('source_id', 'sha256');
    const [one] = await own.database('master.import').insert({ actor: by, system: 'D1', source_id, state: 'committed' }).returning('id');
    await own
      .database('master.import_file')
      .insert({ import_id: one.id, place: 1, sha256, name: '客户.csv', path: 'x', sent_at: new Date(), delivery_id: deliveryId });
  }
  expect(await desk.load([layout])).toEqual([]);
  return (await own.database('master.sending').where({ delivery_id: deliveryId }).max('batch_id as id').first())!.id as string;
}
const customer = async (key: string) =>
  (
    await own
      .database('master.golden as g')
      .join('master.source_key as k', 'k.record_id', 'g.record_id')
      .where({ 'k.key': key, 'k.system': 'D1' })
      .first('g.fields')
  ).fields as Record<string, string>;
const open = async () => (await listChanges(own.database)).map(({ kind, fields, askedBy }) => ({ kind, fields, askedBy }));
const renamed = 'C1,甲市第一人民医院,医院,江苏省,南京市,鼓楼路9号,,025-84300000\nC2,乙药店,药店,江苏省,,,失效,';

test('a list that a person imports does not rename, move or close a customer: it asks; first values and other fields go through', async () => {
  const seen = (await own.database('master.change_counter').first('last')).last;
  await load(2, renamed, 'wang');
  expect(await customer('C1')).toMatchObject({ name: '甲市人民医院', address: '鼓楼路1号', phone: '025-84300000' });
  expect(await customer('C2')).toMatchObject({ province: '江苏省', status: 'closed' });
  expect(await open()).toEqual([
    { kind: 'move', fields: { address: '鼓楼路9号' }, askedBy: 'wang' },
    { kind: 'rename', fields: { name: '甲市第一人民医院' }, askedBy: 'wang' },
  ]);
  // Nobody was told of the new name for a moment.
  const told = await own.database('master.change').where('seq', '>', seen).whereRaw(`after->'fields'->>'name' = '甲市第一人民医院'`);
  expect(told).toEqual([]);
});

test('closing a customer whose status was said is asked for too', async () => {
  await load(2, 'C2,乙药店,药店,,,,有效,');
  await load(3, 'C2,乙药店,药店,,,,失效,', 'wang');
  expect([(await customer('C2'))['status'], await open()]).toEqual(['active', [{ kind: 'close', fields: {}, askedBy: 'wang' }]]);
});

test('somebody else approves, and the new value holds; undone, the request is open again; rejected, the old one holds until the list says otherwise', async () => {
  await load(2, renamed, 'wang');
  const [move, rename] = await listChanges(own.database);
  const answering = { actor: 'li', reason: '属实', isPreview: false };
  await expect(approveChange(own.database, rename!.id, { ...answering, actor: 'wang' })).rejects.toMatchObject({
    told: { code: 'golden.same-person' },
  });
  const { batchId } = await approveChange(own.database, rename!.id, answering);
  expect(await customer('C1')).toMatchObject({ name: '甲市第一人民医院', former_names: '甲市人民医院' });
  await undoDecisions(own.database, batchId, 'li');
  expect([(await customer('C1'))['name'], (await open()).length]).toEqual(['甲市人民医院', 2]);
  await rejectChange(own.database, move!.id, { actor: 'li', reason: '旧址' });
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
