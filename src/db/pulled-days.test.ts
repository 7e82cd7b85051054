import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, saleLayout } from '../../test/delivery-desk.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { pullHeadLine } from '../journey/decode/pull-head.js';
import { loadDelivery } from './load-delivery.js';

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

const columns = ['销售日期', '客户名称', '品名', '规格', '数量', '单位'];
/** A pull that speaks for `from` to `to`; rows are `[day, customer, quantity]`. */
async function pull(
  hour: number,
  [from, to]: readonly [string, string],
  ...rows: readonly (readonly [string, string, number])[]
): Promise<void> {
  const lines = rows.map(([day, customer, quantity]) => {
    const cells = [day, customer, '某片', '0.3g', String(quantity), '盒'];
    return `${JSON.stringify(Object.fromEntries(columns.map((column, at) => [column, cells[at]])))}\n`;
  });
  const head = pullHeadLine({ columns, covers: { from, to }, asked: { feed: 'sale' } });
  await desk.land({ name: `sale_${from}.ndjson`, sentAt: `2026-03-21T0${hour}:00:00Z`, text: head + lines.join('') });
  const { claim, delivery } = await desk.read([saleLayout]);
  expect(await loadDelivery(own.database, claim, delivery, [])).toEqual([]);
}
const seen = async () =>
  (await own.database('pub_v1.flow_line').select('business_date', 'raw_name', 'quantity').orderBy(['business_date', 'raw_name'])).map(
    (line: Record<string, unknown>) => [line['business_date'], line['raw_name'], line['quantity']].map(String),
  );

test('a day that is pulled again without its lines is empty from then on', async () => {
  await pull(1, ['2026-03-18', '2026-03-19'], ['2026-03-18', '甲医院', 1], ['2026-03-19', '甲医院', 2]);
  await pull(2, ['2026-03-18', '2026-03-19'], ['2026-03-18', '甲医院', 1]);
  expect((await seen()).map(([, name, quantity]) => [name, quantity])).toEqual([['甲医院', '1']]);
  await pull(3, ['2026-03-18', '2026-03-18']);
  expect(await seen()).toEqual([]);
  const generations = await own.database('ledger.generation').where({ state: 'active' }).select('row_count');
  expect(generations).toEqual([{ row_count: 0 }, { row_count: 0 }]);
});

test('a line of a day that the pull does not speak for waits in quarantine and leaves that day alone', async () => {
  await pull(1, ['2026-03-18', '2026-03-18'], ['2026-03-18', '甲医院', 1], ['2026-03-18', '乙药店', 1]);
  await pull(2, ['2026-03-19', '2026-03-19'], ['2026-03-19', '甲医院', 5], ['2026-03-18', '甲医院', 9]);
  expect((await seen()).map(([, , quantity]) => quantity)).toEqual(['1', '1', '5']);
  const [waiting] = await own.database('ledger.quarantine').select('issues', 'row_no');
  expect(waiting).toMatchObject({ row_no: 4, issues: [{ rule: 'validate.not-covered' }] });
  const { rows } = await own.database.raw('select covers::text as covers from ledger.part order by id');
  expect(rows).toEqual([{ covers: '[2026-03-18,2026-03-19)' }, { covers: '[2026-03-19,2026-03-20)' }]);
});
