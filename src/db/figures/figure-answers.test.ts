import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { type FlowFileRow, sendFlow } from '../../../test/flow-files.js';
import { nameKey, productKey } from '../../journey/match/name-key.js';
import { parseCalendar } from '../../schedule/parse-calendar.js';
import { saveCalendarYears } from '../calendar-store.js';
import { excuseSource } from '../excuse-store.js';
import { inSnapshot } from '../in-snapshot.js';
import { linkNewProducts } from '../link-products.js';
import { answerBalance, answerChain, answerRows, answerSummary } from './figure-answers.js';
import { readScorecards } from './read-scorecard.js';
import { refreshFigures } from './refresh-figures.js';

let own: TestDatabase;
let desk: DeliveryDesk;
let minute = 0;
const send = async (sender: string, kind: 'sale' | 'purchase' | 'stock', ...rows: FlowFileRow[]) => {
  minute += 1;
  await sendFlow(desk, { sender, kind, minute, name: `${kind}${minute}.csv` }, rows);
};

beforeAll(async () => {
  own = await createTestDatabase();
  desk = await openDeliveryDesk(own.database);
  await saveCalendarYears(own.database, parseCalendar(readFileSync('mappings/calendar/cn.yaml', 'utf8'), 'cn.yaml'), { by: 'test' });
  await own.database('master.terminal').insert({ code: 'T1', name: '甲医院', name_key: nameKey('甲医院') });
  await own.database('master.product').insert({ code: 'P1', generic_name: '甲片', spec: '0.3g', name_key: productKey('甲片', '0.3g') });
  // D1 sells to D2, which sells to a hospital.
  await send(
    'D1',
    'sale',
    ['2026-03-05', 'D2 医药', '甲片', 'L1', 100, 1000],
    ['2026-03-20', 'D2 医药', '甲片', 'L2', 30, ''],
    ['2026-03-08', '甲医院', '乙片', 'L1', 1, 9],
  );
  await send('D2', 'stock', ['2026-02-27', '', '甲片', 'L1', 10], ['2026-02-27', '', '乙片', 'L9', 4]);
  await send('D2', 'stock', ['2026-03-30', '', '甲片', 'L1', 67.5], ['2026-03-30', '', '乙片', 'L9', 3]);
  await send(
    'D2',
    'purchase',
    ['2026-03-06', 'D1医药', '甲片', 'L1', 60, 600],
    ['2026-03-10', 'D1医药', '甲片', 'L1', 50, 500],
    ['2026-03-18', 'D1医药', '甲片', 'L2', 30, ''],
    ['2026-03-06', '某制药厂', '甲片', 'L3', 5, 50],
    ['2026-03-31', 'D1医药', '甲片', 'L1', 7, ''],
  );
  await send(
    'D2',
    'sale',
    ['2026-02-28', '甲医院', '甲片', 'L1', 2.5, 30],
    ['2026-03-07', '甲医院', '甲片', 'L1', 40, 480],
    ['2026-03-07', '甲医院', '甲片', 'L1', '若干', 1],
    ['2026-03-07', '甲医院', '甲片', 'L2', '若干', 1],
    ['2026-03-12', 'D1 医药', '甲片', 'L1', 10, 100],
    ['2026-03-31', '甲医院', '甲片', 'L1', 20, 240],
  );
  await linkNewProducts(own.database);
  await refreshFigures(own.database);
});
afterAll(async () => {
  desk.close();
  await own.drop();
});

test('the balance is struck between two snapshots: what moved after the last one of the month before counts, what moved after the closing one does not', async () => {
  const { spans, lots, balanced, rows } = await answerBalance(own.database, { month: '2026-03', distributor: 'D2' });
  expect(spans).toEqual([{ distributor: 'D2', distributorName: 'D2 医药', openingOn: '2026-02-27', closingOn: '2026-03-30', senders: [] }]);
  const short = rows.map(({ product, productName, lot, opening, purchases, sales, transfers, expected, closing, difference }) => [
    ...[product ?? productName, lot, opening, purchases, sales, transfers, expected, closing, difference],
  ]);
  expect([lots, balanced]).toEqual([4, 1]);
  expect(short).toEqual([
    ['P1', 'L2', '0', '30', '0', '0', '30', '0', '30'],
    ['P1', 'L3', '0', '5', '0', '0', '5', '0', '5'],
    ['乙片', 'L9', '4', '0', '0', '0', '4', '3', '1'],
    // 10 + 110 - 2.5 - 40 - 10 = 67.5; the purchase and the sale of the 31st lie behind the closing snapshot.
    ['P1', 'L1', '10', '110', '42.5', '10', '67.5', '67.5', '0'],
  ]);
});

test('behind a row of the balance stand its lines, and they add up to it', async () => {
  const { rows, lines, waiting } = await answerBalance(own.database, { month: '2026-03', distributor: 'D2' }, { product: 'P1', lot: 'L1' });
  expect(rows).toHaveLength(1);
  // The row that could not be read says this product and lot, too: it may be the difference.
  expect(waiting!.map(({ name, place }) => [name, place.split(':')[1]])).toEqual([['sale5.csv', '4']]);
  expect(lines!.map(({ what, quantity, businessDate }) => `${what} ${quantity} ${businessDate}`)).toEqual([
    ...['opening 10 2026-02-27', 'purchase 60 2026-03-06', 'purchase 50 2026-03-10', 'sale 2.5 2026-02-28', 'sale 40 2026-03-07'],
    ...['transfer 10 2026-03-12', 'closing 67.5 2026-03-30'],
  ]);
  const unlinked = await answerBalance(own.database, { month: '2026-03', distributor: 'D2' }, { product: '乙片', lot: 'L9' });
  expect(unlinked.lines!.map(({ what }) => what)).toEqual(['opening', 'closing']);
});

test('without two snapshots there is no balance, and that is said', async () => {
  const { spans, rows } = await answerBalance(own.database, { month: '2026-03', distributor: 'D1' });
  expect([spans.map(({ openingOn, closingOn }) => [openingOn, closingOn]), rows]).toEqual([[[null, null]], []]);
  const february = await answerBalance(own.database, { month: '2026-02', distributor: 'D2' });
  expect(february.spans.map(({ openingOn }) => openingOn)).toEqual([null]);
});

test('each purchase is set against the sale of its upstream', async () => {
  const { counts, purchases } = await answerChain(own.database, { month: '2026-03', distributor: 'D2' });
  expect(purchases.map(({ state, businessDate, lot, quantity, found }) => [state, businessDate, lot, quantity, found])).toEqual([
    ['no-sale', '2026-03-18', 'L2', '30', '0'],
    ['no-sale', '2026-03-31', 'L1', '7', '0'],
    ['short', '2026-03-10', 'L1', '50', '40'],
    ['unknown-upstream', '2026-03-06', 'L3', '5', '0'],
    ['ok', '2026-03-06', 'L1', '60', '60'],
  ]);
  expect(counts).toEqual({ 'no-sale': 2, short: 1, silent: 0, 'unknown-upstream': 1, ok: 1 });
});

test('a summary adds up what the rows say, with transfers apart', async () => {
  const { distributors, total } = await answerSummary(own.database, { month: '2026-03', by: 'counted' });
  expect(
    distributors.map(({ distributor, sellOut, transfers, unknown, purchases, stock, stockOn }) => [
      ...[
        distributor,
        sellOut.quantity,
        transfers.quantity,
        transfers.amount,
        unknown.quantity,
        purchases.quantity,
        stock.quantity,
        stockOn,
      ],
    ]),
  ).toEqual([
    ['D1', '0', '130', '1000', '1', '0', '0', null],
    ['D2', '0', '10', '100', '60', '152', '70.5', '2026-03-30'],
  ]);
  expect(total.transfers).toEqual({ lines: 3, quantity: '140', amount: '1100' });
  const pages = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page = await answerRows(own.database, { month: '2026-03', by: 'actual', distributor: 'D2' }, { limit: 2, offset });
    pages.push(...page.rows);
    offset = page.nextOffset;
  }
  expect(
    pages.map(({ kind, buyerKind, partner, product, quantity, amount }) => [kind, buyerKind, partner, product, quantity, amount]),
  ).toEqual([
    ['purchase', null, 'D1', 'P1', '147', '1100'],
    ['purchase', null, null, 'P1', '5', '50'],
    ['sale', 'distributor', 'D1', 'P1', '10', '100'],
    ['sale', 'unknown', null, 'P1', '60', '720'],
    ['stock', null, null, 'P1', '67.5', null],
    ['stock', null, null, null, '3', null],
  ]);
  await expect(answerSummary(own.database, { month: '2026-03', by: 'counted', distributor: 'D9' })).rejects.toMatchObject({
    told: { code: 'figures.unknown-distributor' },
  });
  await expect(answerSummary(own.database, { month: '2026-13', by: 'counted' })).rejects.toMatchObject({
    told: { code: 'figures.bad-month' },
  });
});

test('a scorecard counts what was expected and what became of it', async () => {
  const cardOf = async (now: string) =>
    (
      await inSnapshot(own.database, (client) => readScorecards(client, { firstDay: '2026-03-01', distributorId: null }, new Date(now)))
    ).find(({ distributor }) => distributor === 'D2')!;
  expect(await cardOf('2026-11-22T00:00:00Z')).toEqual({
    ...{
      distributor: 'D2',
      distributorName: 'D2 医药',
      expected: 0,
      onTime: 0,
      late: 0,
      saleDays: 3,
      stockDays: 1,
      saleLines: 3,
      namedLines: 1,
    },
    ...{ productLines: 10, linkedLines: 9, lots: 4, balancedLots: 1, corrections: 0 },
  });
  await own
    .database('ledger.source')
    .where({ code: 'd2' })
    .update({ expects: JSON.stringify({ every: 'workday', by: '07:30' }), created_at: '2026-02-01T00:00:00Z' });
  await own.database('ledger.sighting').update({ seen_at: '2026-03-08T00:00:00Z' });
  // 22 workdays; D2 spoke for six of them, all of it seen on the 8th: late for the 6th, in time for the others.
  expect(await cardOf('2026-11-22T00:00:00Z')).toMatchObject({ expected: 22, onTime: 5, late: 1 });
  expect(await cardOf('2026-03-12T00:00:00Z')).toMatchObject({ expected: 12 });
  const madeAt = (made: string) => own.database('ledger.source').where({ code: 'd2' }).update({ created_at: made });
  // Monday's is due on Tuesday the 10th at half past seven, still to come a minute before; what was due earlier is nobody's fault.
  for (const [made, expected] of [
    ['2026-03-09T23:29:00Z', 17],
    ['2026-03-09T23:30:00Z', 16],
    ['2026-11-22T00:00:00Z', 0],
  ] as const) {
    await madeAt(made);
    expect([made, await cardOf('2026-11-22T00:00:00Z')]).toMatchObject([made, { expected }]);
  }
  await madeAt('2026-02-01T00:00:00Z');
  await excuseSource(own.database, { source: 'd2', from: '2026-03-02', to: '2026-03-03', reason: 'no-sales', note: '', by: 'w' });
  expect(await cardOf('2026-11-22T00:00:00Z')).toMatchObject({ expected: 20 });

  await send('D2', 'sale', ['2026-03-07', '甲医院', '甲片', 'L1', 41, 492]);
  await refreshFigures(own.database);
  expect(await cardOf('2026-11-22T00:00:00Z')).toMatchObject({ corrections: 1, balancedLots: 0 });
});
