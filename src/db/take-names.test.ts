import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, salesText } from '../../test/delivery-desk.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { spoolPath } from './delivery-spool.js';
import { loadDelivery } from './load-delivery.js';
import { inTransaction } from './with-client.js';

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

const day = '2026-03-20';
const land = (rows: Parameters<typeof salesText>[0], name = '销售.csv') =>
  desk.land({ name, sentAt: '2026-03-21T08:00:00Z', text: salesText(rows) });
const names = (): Promise<string[]> => own.database('matching.raw_name').orderBy('id').pluck('name');

test('names that COPY text escapes are stored as they came, beside ordinary ones', async () => {
  await land([
    [day, '甲\\医院', 1],
    [day, "乙'药店$1%", 2],
  ]);
  await desk.load();
  expect((await names()).toSorted()).toEqual(["乙'药店$1%", '甲\\医院'].toSorted());
});

test('the same names again add nothing, also among new ones', async () => {
  await land([[day, '甲医院', 1]]);
  await desk.load();
  await land(
    [
      ['2026-03-19', '甲医院', 1],
      ['2026-03-19', '丙诊所', 4],
    ],
    '销售2.csv',
  );
  await desk.load();
  expect((await names()).toSorted()).toEqual(['丙诊所', '甲医院'].toSorted());
  expect(await own.database('matching.raw_product').count()).toEqual([{ count: '1' }]);
});

test('two spellings with one id in one delivery fail loudly', async () => {
  await land([[day, '甲医院', 10]]);
  const { claim, delivery } = await desk.read();
  const path = spoolPath(delivery.spoolFolder, 'raw_name');
  const text = await readFile(path, 'utf8');
  await appendFile(path, text.replace('甲医院', '甲药店'));
  await expect(loadDelivery(own.database, claim, delivery, [])).rejects.toMatchObject({ told: { code: 'hub.id-collision' } });
  expect(await names()).toEqual([]);
});

test('more names than go into one statement are stored by the other way, with the same watch for two spellings', async () => {
  await land([[day, '甲医院', 10]]);
  const { claim, delivery } = await desk.read();
  const path = spoolPath(delivery.spoolFolder, 'raw_name');
  const text = await readFile(path, 'utf8');
  const more = Array.from({ length: 9_000 }, (_, at) => text.replace(/^-?\d+/, String(at + 1)).replace('甲医院', `诊所${at}`));
  await writeFile(path, text + more.join(''));
  await loadDelivery(own.database, claim, delivery, []);
  expect(await own.database('matching.raw_name').count()).toEqual([{ count: '9001' }]);
});

test.each([
  ['the same spelling', '甲医院', []],
  ['another spelling', '别的', 'hub.id-collision'],
])('a name that somebody else stores at the same moment is seen: %s', async (_, name, outcome) => {
  await land([[day, '甲医院', 10]]);
  const { claim, delivery } = await desk.read();
  const [id, distributor] = (await readFile(spoolPath(delivery.spoolFolder, 'raw_name'), 'utf8')).split('\t');
  const load = await inTransaction(own.database, async (client) => {
    const values = [id, distributor, 'buyer', '', name, '', ''];
    await client.query(
      'insert into matching.raw_name (id, distributor_id, role, code, name, address, region) values ($1, $2, $3, $4, $5, $6, $7)',
      values,
    );
    const waiting = loadDelivery(own.database, claim, delivery, []).catch((error) => error.told.code);
    for (;;) {
      const { rows } = await own.database.raw(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (rows.length > 0) return { waiting };
    }
  });
  expect(await load.waiting).toEqual(outcome);
});
