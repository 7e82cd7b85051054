import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../test/delivery-desk.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { nameKey } from '../journey/match/name-key.js';

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
  const text = `编码,名称,省份,城市\n${lines.join('\n')}\n`;
  await desk.land({ name: '终端.csv', sentAt: `2026-03-21T0${hour}:00:00Z`, text, sender: 'own' });
  expect(await desk.load([layout])).toEqual([]);
}
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
