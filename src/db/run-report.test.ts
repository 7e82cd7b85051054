import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, salesText } from '../../test/delivery-desk.js';
import { closedAs, emptyDatabase } from '../../test/delivery-fixture.js';
import { message } from '../model/message.js';
import { claimStage } from './claim-stage.js';
import { readRunReport } from './run-report.js';
import { failStage } from './stage-store.js';

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
const sent = (name: string, hour: number, text: string, sender = 'D1') => ({ name, sentAt: `2026-03-21T0${hour}:00:00Z`, text, sender });

test('the balance of a run counts every delivery once, with what is held, what failed, and what was the same again', async () => {
  await desk.land(
    sent(
      '销售.csv',
      1,
      salesText([
        [day, '甲医院', 1],
        [day, '', 2],
      ]),
    ),
  );
  await desk.load();
  await desk.land(sent('说明.csv', 2, '甲,乙\n1,2\n'));
  await desk.load();
  await desk.land(
    sent(
      '销售(1).csv',
      3,
      salesText([
        [day, '甲医院', 1],
        [day, '', 2],
      ]),
    ),
  );
  await desk.land(sent('销售.csv', 4, salesText([[day, '乙药店', 5]]), 'D2'));
  const told = message('hub.unexpected', { where: 'load', cause: 'disk' });
  const claim = (await claimStage(own.database, { owner: 'desk', stages: ['load'], runId: desk.runId }))!;
  await failStage(own.database, claim, { errorClass: 'bug', told, again: false });
  expect(await closedAs(own.database, desk.runId)).toBe('failed');

  const report = await readRunReport(own.database, desk.runId);
  expect(report).toMatchObject({ state: 'failed', businessDate: '2026-03-31', unchanged: 1, names: { waiting: 1 } });
  expect(report.totals).toEqual({ deliveries: 3, decoded: 3, loaded: 1, quarantined: 1, dropped: 1 });
  expect(report.sources.map(({ source, deliveries, loaded }) => [source, deliveries, loaded])).toEqual([
    ['d1', 2, 1],
    ['d2', 1, 0],
  ]);
  expect(report.held.map(({ source, name }) => [source, name])).toEqual([['d1', '说明.csv']]);
  expect(report.failed).toEqual([{ source: 'd2', what: '销售.csv', told }]);
});
