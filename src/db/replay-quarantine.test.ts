import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase, insertDelivery } from '../../test/delivery-fixture.js';
import type { RowFate } from '../journey/map/map-outcome.js';
import { message } from '../model/message.js';
import { countQuarantine, listQuarantine } from './quarantine-store.js';
import { type MapQuarantined, replayQuarantine } from './replay-quarantine.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const issue = { rule: 'validate.required', column: '数量', value: '', told: message('validate.required', { column: '数量' }) };
beforeEach(async () => {
  await emptyDatabase(own.database);
  await insertDelivery(own.database, { loaded: 0, quarantined: 3, titles: ['客户', '数量', '日期'] });
  for (const [row_no, cells] of [
    [2, ['甲医院', '', '2026-11-20']],
    [3, ['乙医院', 'x', '2026-11-20']],
    [4, ['小计', '', '']],
  ] as const) {
    await own
      .database('ledger.quarantine')
      .insert({ delivery_id: 1, part_id: 100, row_no, cells: JSON.stringify(cells), issues: JSON.stringify([issue]) });
  }
});

/** Customer, quantity, day; a quantity that is no number is kept back, 小计 is dropped. */
const mapRows: MapQuarantined = async (_part, rows) =>
  new Map<number, RowFate>(
    rows.map(({ rowNo, cells: [name = '', quantity = '', businessDate = ''] }): [number, RowFate] => {
      if (name === '小计') return [rowNo, { fate: 'dropped', rule: 'subtotal' }];
      if (!/^-?\d+(\.\d+)?$/.test(quantity)) return [rowNo, { fate: 'quarantined', issues: [issue] }];
      const line = {
        ...{
          kind: 'sale' as const,
          businessDate,
          quantity,
          unit: '件',
          factorNumerator: 10n,
          factorDenominator: 1n,
          price: null,
          amount: '12.30',
        },
        ...{ lot: '', expiry: '', manufacturedOn: '', docNo: '', docLine: '', isReturn: false, isRedLetter: false },
        party: { code: '', name, address: '', region: '' },
        product: { code: '', name: '甲片', spec: '', maker: '' },
      } as const;
      return [rowNo, { fate: 'line', line }];
    }),
  );
const replay = (patches?: ReadonlyMap<string, Record<string, string>>) =>
  replayQuarantine(own.database, mapRows, { actor: 'wang', ...(patches && { patches }) });
const counts = () => own.database('ledger.part').first('decoded', 'loaded', 'quarantined', 'dropped_count', 'dropped');

test('only corrected rows are replayed when corrections are given; counts, sums and facts move together', async () => {
  expect(await replay(new Map([['1', { '1': '5' }]]))).toEqual({ replayed: 1, dropped: 0, stillOpen: 0 });
  expect(await counts()).toMatchObject({ decoded: 4, loaded: 1, quarantined: 2, dropped_count: 1 });
  expect(await own.database('ledger.generation').select('state', 'row_count', 'quantity', 'amount')).toEqual([
    { state: 'active', row_count: 1, quantity: '5', amount: '12.30' },
  ]);
  expect(await own.database('pub_v1.flow_line').select('raw_name', 'base_quantity', 'part_id', 'row_no', 'kind')).toEqual([
    { raw_name: '甲医院', base_quantity: '50', part_id: '100', row_no: 2, kind: 'sale' },
  ]);
  expect(await own.database('ledger.quarantine').where({ id: 1 }).first('state', 'patch', 'cells', 'resolved_by')).toEqual({
    state: 'replayed',
    patch: { '1': '5' },
    cells: ['甲医院', '', '2026-11-20'],
    resolved_by: 'wang',
  });
});

test('what still fails stays, what today’s layout leaves out is dropped by name, and replaying twice changes nothing', async () => {
  expect(await replay()).toEqual({ replayed: 0, dropped: 1, stillOpen: 2 });
  const after = await counts();
  expect(after).toMatchObject({ quarantined: 2, dropped_count: 2, dropped: { subtotal: { count: 1, ranges: [[4, 4]] } } });
  expect(await replay()).toEqual({ replayed: 0, dropped: 0, stillOpen: 2 });
  expect(await counts()).toEqual(after);
});

test('two replays at once load a row once', async () => {
  const patches = new Map([['1', { '1': '5' }]]);
  const results = await Promise.all([replay(patches), replay(patches)]);
  expect(results.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(1);
  expect(await own.database('flow.line').count()).toEqual([{ count: '1' }]);
});

test('a row joins the superseded generation of its delivery and stays unseen there', async () => {
  const generation = { kind: 'sale', business_date: '2026-11-20', document: '', sender: 'D1', row_count: 0, quantity: 0, amount: 0 };
  await own.database('ledger.generation').insert([
    { ...generation, id: 200, delivery_id: 1, order_key: '2026-11-21|0', state: 'superseded', superseded_by: 201 },
    { ...generation, id: 201, delivery_id: 1, order_key: '2026-11-22|0', state: 'active', document: 'x' },
  ]);
  await own.database('ledger.generation').where({ id: 201 }).update({ kind: 'stock' });
  await replay(new Map([['1', { '1': '5' }]]));
  expect(await own.database('ledger.generation').where({ id: 200 }).first('state', 'row_count')).toEqual({
    state: 'superseded',
    row_count: 1,
  });
  expect(await own.database('pub_v1.flow_line')).toEqual([]);
});

test('a day of its own does not push out what a later delivery says of that day', async () => {
  await own.database('ledger.generation').insert({
    ...{ id: 300, delivery_id: 1, sender: 'D1', kind: 'sale', business_date: '2026-11-20', document: '', order_key: '2026-12-01|0' },
    ...{ state: 'active', row_count: 9, quantity: 9, amount: 9 },
  });
  await own.database('ledger.raw_object').insert({ sha256: 'b'.repeat(64), byte_count: 1 });
  await own.database('ledger.delivery').insert({
    sender: 'D1',
    sha256: 'b'.repeat(64),
    source_id: 1,
    name: '更正.csv',
    sent_at: '2026-12-01',
    order_key: '2026-12-01|0',
    run_id: 1,
  });
  await own.database('ledger.generation').where({ id: 300 }).update({ delivery_id: 2 });
  await replay(new Map([['1', { '1': '5' }]]));
  expect(await own.database('ledger.generation').orderBy('id').select('delivery_id', 'state')).toEqual(
    expect.arrayContaining([
      { delivery_id: '2', state: 'active' },
      { delivery_id: '1', state: 'superseded' },
    ]),
  );
});

test('open rows are counted by source and rule, and listed with titles and cells', async () => {
  expect(await countQuarantine(own.database, {})).toEqual([{ source: 'qinghe', rule: 'validate.required', rows: 3, deliveries: 1 }]);
  const [first] = await listQuarantine(own.database, { rule: 'validate.required' }, 1);
  expect(first).toMatchObject({ rowNo: 2, titles: ['客户', '数量', '日期'], cells: ['甲医院', '', '2026-11-20'] });
  expect(await listQuarantine(own.database, { rule: 'other' })).toEqual([]);
});
