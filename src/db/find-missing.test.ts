import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, salesText } from '../../test/delivery-desk.js';
import { closedAs, emptyDatabase } from '../../test/delivery-fixture.js';
import { findMissing } from './find-missing.js';
import { addStage } from './stage-store.js';

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

test('a night is not green while an expected source of it brought nothing, and is once it did', async () => {
  const { database } = own;
  const source = await database('ledger.source').where({ code: 'd2' }).first('id');
  await database('ledger.source')
    .where({ code: 'd2' })
    .update({ expects: JSON.stringify({ every: 'day', by: '07:30' }) });
  const { business_date: day } = await database('ledger.run').where({ id: desk.runId }).first('business_date');
  await database('ledger.run').where({ id: desk.runId }).update({ kind: 'nightly' });
  await addStage(database, {
    runId: desk.runId,
    stage: 'collect',
    objectKey: 'x',
    inputDigest: 'x',
    logicVersion: '1',
    sourceId: source.id,
  });
  await database('ledger.stage_exec').where({ run_id: desk.runId }).update({ state: 'done' });

  expect((await findMissing(database, day)).map((missing) => [missing.source, missing.by])).toEqual([['d2', '07:30']]);
  expect(await closedAs(database, desk.runId)).toBe('attention');

  await desk.land({ name: '销售.csv', sentAt: '2026-03-21T01:00:00Z', text: salesText([['2026-03-20', '甲医院', 1]]), sender: 'D2' });
  await desk.load();
  expect(await findMissing(database, day)).toEqual([]);
  expect(await closedAs(database, desk.runId)).toBe('succeeded');
});
