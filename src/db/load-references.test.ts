import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../test/delivery-desk.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { nameKey } from '../journey/match/name-key.js';
import { goldenDigest } from './master/golden-digest.js';
import { undoDecisions } from './names/undo-decisions.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
});
afterEach(() => desk.close());

const layout =
  'layout: terminals\ntitle: 终端\nkind: terminal\ndictionary: true\ncolumns: { code: [编码], name: [名称] }\nrequired: [code, name]\n';
async function load(hour: number, ...lines: string[]): Promise<void> {
  await land(hour, ...lines);
  expect(await desk.load([layout])).toEqual([]);
}
async function land(hour: number, ...lines: string[]): Promise<void> {
  const text = `编码,名称,省份,城市\n${lines.join('\n')}\n`;
  await desk.land({ name: '终端.csv', sentAt: `2026-03-21T0${hour}:00:00Z`, text, sender: 'own' });
}
const shown = async () => (await own.database.raw('select code, name, province from pub_v1.terminal order by code')).rows;
const loads = () => own.database('matching.batch').where({ kind: 'load' }).orderBy('id').pluck('id');
const terminals = () =>
  own
    .database('master.terminal')
    .select('id', 'code', 'name', 'name_key', 'province', 'row_no', own.database.raw('xmin::text'))
    .orderBy('code');

test('a list is merged by code, with the key that the matcher uses; the last of two rows with one code wins', async () => {
  await load(1, 'T1,甲医院,湖南省,', 'T2,乙药店,,', 'T1,甲 人民医院,湖南省,长沙市');
  expect(await terminals()).toMatchObject([
    { code: 'T1', name: '甲 人民医院', name_key: nameKey('甲 人民医院'), row_no: 4 },
    { code: 'T2', name: '乙药店', province: '', row_no: 3 },
  ]);
});

test('records that say what is there already are not touched; one that changed keeps its id', async () => {
  await load(1, 'T1,甲医院,湖南省,', 'T2,乙药店,,');
  const before = await terminals();
  await load(2, 'T2,乙药店,,', 'T1,甲医院,湖北省,', 'T3,丙诊所,,');
  const after = await terminals();
  expect(after[1]).toEqual(before[1]);
  expect(after[0]).toMatchObject({ id: before[0].id, province: '湖北省' });
  expect(after).toHaveLength(3);
});

test('of two lists the one that was sent later counts, in whatever order they are loaded', async () => {
  await load(3, 'T1,丙医院,湖南省,', 'T2,乙药店,,');
  await load(1, 'T1,甲医院,湖北省,', 'T3,丁诊所,,');
  expect(await shown()).toMatchObject([{ code: 'T1', name: '丙医院' }, { code: 'T2' }, { code: 'T3', name: '丁诊所' }]);
  await load(2, 'T2,乙大药房,,', 'T3,丁门诊部,,');
  expect(await shown()).toMatchObject([{ name: '丙医院' }, { name: '乙药店' }, { name: '丁门诊部' }]);
});

test('a list that says again what it said stays ahead of one that was sent in between', async () => {
  await load(1, 'T1,甲医院,,', 'T2,乙药店,,');
  await load(4, 'T1,甲医院,,', 'T2,乙药店,,', 'T3,丁诊所,,');
  await load(2, 'T1,甲人民医院,,');
  expect(await shown()).toMatchObject([{ name: '甲医院' }, { name: '乙药店' }, { name: '丁诊所' }]);
});

test('the same bytes sent once more put their list in front again', async () => {
  await load(1, 'T1,甲医院,,');
  await load(2, 'T1,乙医院,,');
  expect(await shown()).toMatchObject([{ name: '乙医院' }]);
  await land(3, 'T1,甲医院,,');
  expect(await shown()).toMatchObject([{ name: '甲医院' }]);
});

test('a load that is taken back leaves the master as it was before, and comes back with the same ids', async () => {
  await load(1, 'T1,甲医院,湖南省,', 'T2,乙药店,,');
  const before = await goldenDigest(own.database);
  await load(2, 'T1,甲医院,湖北省,', 'T3,丙诊所,,');
  const [after, ids] = [await goldenDigest(own.database), await own.database('master.terminal').orderBy('id').select('id', 'code')];
  const [first, second] = await loads();
  const { batchId } = await undoDecisions(own.database, second, 'chen');
  expect(await goldenDigest(own.database)).toBe(before);
  expect(await shown()).toMatchObject([{ code: 'T1', province: '湖南省' }, { code: 'T2' }]);
  await undoDecisions(own.database, batchId!, 'chen');
  expect(await goldenDigest(own.database)).toBe(after);
  expect(await own.database('master.terminal').orderBy('id').select('id', 'code')).toEqual(ids);
  for (const batch of [first, second]) await undoDecisions(own.database, batch, 'chen');
  expect(await shown()).toEqual([]);
});

test('a delivery that is loaded again takes back what its earlier load said', async () => {
  const text = '编码,名称,省份\nT1,甲医院,湖南省\nT2,乙药店,湖南省\n';
  const { deliveryId } = await desk.land({ name: '终端.csv', sentAt: '2026-03-21T01:00:00Z', text, sender: 'own' });
  expect(await desk.load([layout])).toEqual([]);
  await desk.again(deliveryId, '2');
  expect(await desk.load([`${layout}drop:\n  shops: { field: name, matches: 药店 }\n`])).toEqual([]);
  expect(await shown()).toMatchObject([{ code: 'T1' }]);
});

test('changes are numbered without gaps and say what changed', async () => {
  await load(1, 'T1,甲医院,湖南省,', 'T2,乙药店,,');
  await load(2, 'T1,甲医院,湖北省,', 'T2,乙药店,,');
  expect(await own.database('master.change').orderBy('seq').select('seq', 'kind', 'attributes')).toEqual([
    { seq: '1', kind: 'created', attributes: [] },
    { seq: '2', kind: 'created', attributes: [] },
    { seq: '3', kind: 'updated', attributes: ['province'] },
  ]);
});
