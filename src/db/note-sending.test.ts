import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, type Sent, salesText } from '../../test/delivery-desk.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
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

const file = (name: string, hour: number, quantity: number): Sent => ({
  name,
  sentAt: `2026-03-21T${String(hour).padStart(2, '0')}:00:00Z`,
  text: salesText([['2026-03-20', '甲医院', quantity]]),
});
const first = file('销售.csv', 8, 10);
const second = file('销售.csv', 9, 20);
const firstAgain = { ...first, sentAt: '2026-03-21T10:00:00Z' };
const quantity = async () => Number((await own.database('pub_v1.flow_line').sum('quantity as sum').first())?.['sum']);

test('a sender who goes back to an earlier file is believed, without loading it again', async () => {
  await desk.land(first);
  await desk.load();
  await desk.land(second);
  await desk.load();
  expect(await quantity()).toBe(20);
  expect(await desk.land(firstAgain)).toMatchObject({ isNew: false });
  expect(await quantity()).toBe(10);
  await desk.land(firstAgain);
  await desk.land(first);
  expect(await quantity()).toBe(10);
});

test('the order in which sendings are seen, and whether loads come between, changes nothing', async () => {
  for (const arrivals of [
    [first, second, firstAgain],
    [firstAgain, second, first],
    [second, firstAgain, first],
    [firstAgain, first, second],
  ]) {
    for (const loadsBetween of [true, false]) {
      desk.close();
      await emptyDatabase(own.database);
      desk = await openDeliveryDesk(own.database);
      const loaded = new Set<string>();
      for (const sent of arrivals) {
        const { deliveryId, isNew } = await desk.land(sent);
        if (isNew && loadsBetween) {
          await desk.load();
          loaded.add(deliveryId);
        }
      }
      if (!loadsBetween) for (let left = 2; left > 0; left--) await desk.load();
      expect(await quantity()).toBe(10);
    }
  }
});

test('a sending noted while the delivery is being loaded counts', async () => {
  await desk.land(second);
  await desk.load();
  await desk.land(first);
  const { claim, delivery } = await desk.read();
  await desk.land(firstAgain);
  await loadDelivery(own.database, claim, delivery, []);
  expect(await quantity()).toBe(10);
});
