import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { listAlike } from '../db/master/alike-pairs.js';
import { applyChange } from '../db/master/change-master.js';
import { sayRecords } from '../db/master/say-records.js';
import { lookAtAll, lookForAlike, lookTonight } from './look-for-alike.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(() => emptyDatabase(own.database));

let sent = 0;
const say = (key: string, fields: Record<string, string>) =>
  own.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'w', detail: {} }, (inner, batch) => {
      sent += 1;
      const records = [{ entity: 'customer' as const, role: 'terminal', key, fields }];
      return sayRecords(inner, batch, { system: 'own', orderKey: `2026-01-01|${String(sent).padStart(6, '0')}`, records });
    }),
  );
const hunan = { province: '湖南省', city: '长沙市' };
const hubei = { province: '湖北省', city: '武汉市' };
const pairs = async () =>
  (await listAlike(own.database, 50)).pairs
    .filter(({ why }) => why === 'matcher')
    .map(({ one, other }) => [one.name, other.name].toSorted().join(' = '));
const runOf = async (kind: string): Promise<string> =>
  (await own.database('ledger.run').insert({ kind, business_date: '2026-01-01' }).returning('id'))[0].id;
const tonight = async (kind = 'nightly') => lookTonight(own.database, await runOf(kind), new AbortController().signal);
const nextNight = async () => {
  await own.database('master.alike_look').update({ night_at: null });
  return tonight();
};
const all = ['武汉仁和堂大药房有限公司 = 武汉市仁和堂大药房', '长沙市普济堂大药房 = 长沙普济堂大药房有限公司'];

async function fill(): Promise<void> {
  await say('A1', { name: '长沙普济堂大药房有限公司', ...hunan });
  await say('A2', { name: '长沙市普济堂大药房', ...hunan });
  await say('B1', { name: '武汉仁和堂大药房有限公司', ...hubei });
  await say('B2', { name: '武汉市仁和堂大药房', ...hubei });
  await say('B3', { name: '武汉市江夏区骨科医院', ...hubei });
}

test('the first night looks at everybody, the next ones at whoever is new or was changed, and only once a day', async () => {
  await fill();
  expect(await tonight('import')).toBeNull();
  expect(await tonight()).toEqual({ customers: 5, pairs: 2, left: 0 });
  expect((await pairs()).toSorted()).toEqual(all.toSorted());
  expect([await tonight(), await nextNight()]).toEqual([null, null]);

  await say('A3', { name: '普济堂大药房（长沙）', ...hunan });
  expect(await listAlike(own.database, 5)).toMatchObject({ notLooked: 1, lookedAt: expect.any(String) });
  expect(await nextNight()).toMatchObject({ customers: 1, left: 0 });
  await say('A3', { name: '普济堂大药房（长沙）', ...hunan, phone: '0731-84300000' });
  expect(await nextNight()).toMatchObject({ customers: 0, left: 0 });
});

test('what a changed customer was taken for is looked at anew, what others were taken for stays', async () => {
  await fill();
  await tonight();
  await say('A2', { name: '浏阳市骨伤科医院', ...hunan });
  expect(await nextNight()).toMatchObject({ customers: 1, left: 0 });
  expect(await pairs()).toEqual([all[0]]);
});

test('a look without time ends before the first province; a stopped one keeps the provinces that were done', async () => {
  await fill();
  expect(await lookForAlike(own.database, { seconds: -1 })).toEqual({ customers: 0, pairs: 0, left: 0 });
  expect(await listAlike(own.database, 5)).toMatchObject({ notLooked: 5, lookedAt: null });
  expect(await lookForAlike(own.database, { seconds: -1 })).toEqual({ customers: 0, pairs: 0, left: 5 });
  // Not enough for the second block: the clock runs out while the first is asked.
  expect(await lookForAlike(own.database, { seconds: 0.000_1 })).toMatchObject({ left: 5 });
  expect(await tonight()).toEqual({ customers: 5, pairs: 2, left: 0 });
});

test('all anew gives what the nights gave piece by piece', async () => {
  await say('A1', { name: '长沙普济堂大药房有限公司', ...hunan });
  await tonight();
  await fill();
  await nextNight();
  const piece = await pairs();
  expect(await lookAtAll(own.database)).toMatchObject({ customers: 5, left: 0 });
  expect((await pairs()).toSorted()).toEqual(piece.toSorted());
});

test('a customer that is merged away or becomes a supplier does not wait for ever', async () => {
  await fill();
  await own.database.raw(
    `insert into master.source_key (entity, role, system, key, home_id, record_id, how, batch_id) select entity, 'supplier', 'x', 'S', home_id, record_id, how, batch_id from master.source_key where key = 'B3'`,
  );
  expect(await tonight()).toMatchObject({ customers: 4, left: 0 });
  expect(await own.database('master.alike_due')).toEqual([]);
  expect(await nextNight()).toBeNull();
});
