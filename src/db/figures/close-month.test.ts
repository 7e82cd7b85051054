import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { type FlowFileRow, sendFlow } from '../../../test/flow-files.js';
import { closeMonth, reopenMonth } from './close-month.js';
import { answerSummary } from './figure-answers.js';
import { newestMonth } from './newest-month.js';
import { rebuildFigures, refreshFigures } from './refresh-figures.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
  minute = 0;
});
afterEach(() => desk.close());

let minute = 0;
const send = (sender: string, ...rows: FlowFileRow[]) => {
  minute += 1;
  return sendFlow(desk, { sender, kind: 'sale', minute, name: `sale${minute}.csv` }, rows);
};
const sale = (day: string, quantity: number | string): FlowFileRow => [day, '甲院', '甲片', 'L1', quantity, 10];
const act = { actor: 'wang', isPreview: false };
const close = (month: string) => closeMonth(own.database, { month, note: '' }, act);
const reopen = (month: string) => reopenMonth(own.database, { month, why: '' }, act);
/** `counted < actual: quantity` of all figures. */
const counted = async () => {
  await refreshFigures(own.database);
  return (await own.database('pub_v1.figure_month').orderBy(['counted_month', 'actual_month', 'distributor_code'])).map(
    (one) => `${String(one.counted_month).slice(5, 7)} < ${String(one.actual_month).slice(5, 7)}: ${one.base_quantity}`,
  );
};

test('what comes late counts in the month that was the first open one then; reopening moves it back exactly, and no other', async () => {
  await send('D1', sale('2026-01-31', 1), sale('2026-02-28', 10));
  await close('2026-01');
  await send('D1', sale('2026-01-31', 2));
  expect(await counted()).toEqual(['01 < 01: 1', '02 < 01: 1', '02 < 02: 10']);
  await close('2026-02');
  await send('D1', sale('2026-01-31', 4));
  await send('D1', sale('2026-02-28', 30));
  const closed = ['01 < 01: 1', '02 < 01: 1', '02 < 02: 10', '03 < 01: 2', '03 < 02: 20'];
  expect(await counted()).toEqual(closed);
  expect(await newestMonth(own.database)).toBe('2026-03'); // nothing happened in it, but something counts there
  await expect(reopen('2026-01')).rejects.toThrow('2026-02');
  expect(await reopenMonth(own.database, { month: '2026-02', why: '' }, { actor: 'wang', isPreview: true })).toMatchObject({
    back: 1,
    kept: 1,
  });
  expect(await counted()).toEqual(closed);
  expect(await reopen('2026-02')).toEqual({ month: '2026-02', closedThrough: '2026-01', back: 1, kept: 1 });
  expect(await counted()).toEqual(['01 < 01: 1', '02 < 01: 3', '02 < 02: 30']);
  expect(await reopen('2026-01')).toEqual({ month: '2026-01', closedThrough: null, back: 1, kept: 0 });
  expect(await counted()).toEqual(['01 < 01: 4', '02 < 02: 30']);
  // Months between are closed with the last; what is corrected back leaves nothing.
  await close('2026-04');
  await send('D1', sale('2026-02-28', 31));
  expect(await counted()).toEqual(['01 < 01: 4', '02 < 02: 30', '05 < 02: 1']);
  await send('D1', sale('2026-02-28', '30.0'));
  expect(await counted()).toEqual(['01 < 01: 4', '02 < 02: 30']);
});

test('what is loaded but not counted yet belongs to the month that is closed; of two who close at once one is told', async () => {
  await send('D1', sale('2026-02-28', 1));
  const both = await Promise.allSettled([close('2026-02'), close('2026-02')]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await counted()).toEqual(['02 < 02: 1']);
  expect(await own.database('figures.closing').select('totals')).toEqual([
    { totals: [{ month: '2026-02', kind: 'sale', sender: 'D1', lines: 1, quantity: '1', amount: '10' }] },
  ]);
});

test('a distributor that first sends a closed month later is no row of it', async () => {
  await send('D1', sale('2026-02-28', 1));
  await close('2026-02');
  await send('D2', sale('2026-02-28', 7));
  await refreshFigures(own.database);
  const summary = async (month: string, by: 'counted' | 'actual') =>
    (await answerSummary(own.database, { month, by })).distributors.map(({ distributor, unknown }) => `${distributor} ${unknown.quantity}`);
  expect([await summary('2026-02', 'counted'), await summary('2026-03', 'counted')]).toEqual([['D1 1'], ['D2 7']]);
  expect(await summary('2026-02', 'actual')).toEqual(['D1 1', 'D2 7']);
});

test('whoever closes sees what is not there: held deliveries, rows in quarantine, also of a file without a line, names and products', async () => {
  await send('D1', sale('2026-02-27', 1), sale('2026-02-28', '若干'));
  await send('D1', sale('2026-03-01', 1), sale('2026-02-28', '若干'));
  await desk.land({ name: 'odd.csv', sentAt: '2026-03-31T00:00:00Z', text: '不是流向\n1\n', sender: 'D1' });
  const { stillOpen } = await closeMonth(own.database, { month: '2026-02', note: '' }, { actor: 'wang', isPreview: true });
  expect(stillOpen).toEqual({ missing: 0, held: 1, quarantined: 2, unknown: 1, unlinked: 1 });
  expect(await own.database('figures.closing')).toEqual([]);
});

test('a rebuild mends what was lost of the sums without moving a closed month', async () => {
  await send('D1', sale('2026-02-27', 1), sale('2026-02-28', 2));
  await close('2026-02');
  for (const lost of [['counted'], ['counted', 'lot_sum'], ['counted', 'lot_sum', 'name_month']]) {
    for (const table of lost) await own.database(`figures.${table}`).delete();
    expect(await rebuildFigures(own.database)).toBeGreaterThan(0);
    expect(await counted()).toEqual(['02 < 02: 3']);
  }
  expect(await own.database('figures.late_sum')).toEqual([]);
});
