import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, type Sent, saleLayout, salesText } from '../../test/delivery-desk.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { contentDigest } from './content-digest.js';
import { createDatabase } from './database.js';
import { spoolPath } from './delivery-spool.js';
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

const day = '2026-03-20';
const file = (name: string, hour: number, rows: Parameters<typeof salesText>[0]): Sent => ({
  name,
  sentAt: `2026-03-21T${String(hour).padStart(2, '0')}:00:00Z`,
  text: salesText(rows),
});
const seen = async (on = day): Promise<[lines: number, quantity: number]> => {
  const { rows } = await own.database.raw(
    'select count(*)::int as lines, coalesce(sum(quantity), 0)::float as quantity from pub_v1.flow_line where business_date = ?',
    [on],
  );
  return [rows[0].lines, rows[0].quantity];
};
const stateOf = async (deliveryId: string) => (await own.database('ledger.delivery').where({ id: deliveryId }).first('state')).state;
/** Physical rows that are in more than one active generation: must stay empty (I2). */
const twice = async () =>
  (
    await own.database.raw(`select l.part_id, l.row_no from flow.line l join ledger.generation g on g.id = l.generation_id
      where g.state = 'active' group by 1, 2 having count(*) > 1`)
  ).rows;

test('a delivery is loaded with its counts, and every line leads back to part and row', async () => {
  const { deliveryId } = await desk.land(
    file('销售.csv', 8, [
      [day, '甲医院', 10, 100],
      [day, '', 1, 1],
      [day, '乙药店', -2],
    ]),
  );
  expect(await desk.load()).toEqual([]);
  expect(await own.database('ledger.part').first('decoded', 'loaded', 'quarantined', 'dropped_count')).toEqual({
    decoded: 4,
    loaded: 2,
    quarantined: 1,
    dropped_count: 1,
  });
  const step = await own.database('ledger.stage_exec').where({ delivery_id: deliveryId }).first('state', 'result');
  expect(step).toMatchObject({ state: 'done', result: { decoded: 4, loaded: 2, quarantined: 1, dropped: 1 } });
  const lines = await own.database('pub_v1.flow_line').select('raw_name', 'quantity', 'row_no').orderBy('row_no');
  expect(lines).toEqual([
    { raw_name: '甲医院', quantity: '10', row_no: 2 },
    { raw_name: '乙药店', quantity: '-2', row_no: 4 },
  ]);
  expect(await own.database('ledger.quarantine').pluck('row_no')).toEqual([3]);
});

test('identical lines of one file are legal and both kept', async () => {
  await desk.land(
    file('销售.csv', 8, [
      [day, '甲医院', 10],
      [day, '甲医院', 10],
    ]),
  );
  await desk.load();
  expect(await seen()).toEqual([2, 20]);
});

test('the same bytes twice are one delivery with two sightings and one load', async () => {
  const first = await desk.land(file('销售.csv', 8, [[day, '甲医院', 10]]));
  const second = await desk.land(file('销售(1).csv', 9, [[day, '甲医院', 10]]));
  expect(second).toEqual({ deliveryId: first.deliveryId, isNew: false });
  expect((await own.database('ledger.sighting').pluck('name')).toSorted()).toEqual(['销售(1).csv', '销售.csv']);
  expect(await own.database('ledger.stage_exec')).toHaveLength(1);
  expect(await own.database('ledger.raw_object')).toHaveLength(1);
});

test('the same bytes of two senders are two deliveries with names of their own', async () => {
  const sent = file('销售.csv', 8, [[day, '甲医院', 10]]);
  await desk.land(sent);
  await desk.land({ ...sent, sender: 'D2' });
  await desk.load();
  await desk.load();
  expect(await seen()).toEqual([2, 20]);
  const ids = await own.database('matching.raw_name').pluck('id');
  expect(new Set(ids).size).toBe(2);
});

test('a holder that was frozen until its lease went to another cannot commit', async () => {
  const { deliveryId } = await desk.land(file('销售.csv', 8, [[day, '甲医院', 10]]));
  const frozen = await desk.read();
  await own.database('ledger.stage_exec').update({ lease_until: own.database.raw(`now() - interval '1 second'`) });
  const holder = await desk.read();
  expect(holder.claim.id).toBe(frozen.claim.id);
  await expect(loadDelivery(own.database, frozen.claim, frozen.delivery, [])).rejects.toMatchObject({ told: { code: 'hub.lease-lost' } });
  expect([await seen(), await stateOf(deliveryId), (await own.database('ledger.part')).length]).toEqual([[0, 0], 'landed', 0]);
  await loadDelivery(own.database, holder.claim, holder.delivery, []);
  await expect(loadDelivery(own.database, frozen.claim, frozen.delivery, [])).rejects.toMatchObject({ told: { code: 'hub.lease-lost' } });
  expect(await seen()).toEqual([1, 10]);
});

test('counts that differ from what was copied roll everything back', async () => {
  const { deliveryId } = await desk.land(
    file('销售.csv', 8, [
      [day, '甲医院', 10],
      [day, '乙药店', 5],
    ]),
  );
  const { claim, delivery } = await desk.read();
  const path = spoolPath(delivery.spoolFolder, 'line');
  await writeFile(path, `${(await readFile(path, 'utf8')).split('\n')[0]}\n`);
  await expect(loadDelivery(own.database, claim, delivery, [])).rejects.toMatchObject({
    errorClass: 'bug',
    told: { code: 'hub.counts-differ' },
  });
  for (const table of [
    'flow.line',
    'ledger.part',
    'ledger.generation',
    'ledger.quarantine',
    'matching.raw_name',
    'ledger.layout_version',
  ]) {
    expect([table, (await own.database(table)).length]).toEqual([table, 0]);
  }
  expect(await stateOf(deliveryId)).toBe('landed');
});

test('two spellings with one id fail loudly and load nothing', async () => {
  await desk.land(file('销售.csv', 8, [[day, '甲医院', 10]]));
  const { claim, delivery } = await desk.read();
  const id = (await readFile(spoolPath(delivery.spoolFolder, 'raw_name'), 'utf8')).split('\t')[0]!;
  const { id: distributor_id } = await own.database('master.distributor').where({ code: 'D1' }).first('id');
  await own.database('matching.raw_name').insert({ id, distributor_id, code: '', name: '别的', address: '', region: '' });
  await expect(loadDelivery(own.database, claim, delivery, [])).rejects.toMatchObject({ told: { code: 'hub.id-collision' } });
  expect(await seen()).toEqual([0, 0]);
});

test('a name that the spool holds twice is stored once', async () => {
  await desk.land(file('销售.csv', 8, [[day, '甲医院', 10]]));
  const { claim, delivery } = await desk.read();
  const path = spoolPath(delivery.spoolFolder, 'raw_name');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text + text);
  expect(await loadDelivery(own.database, claim, delivery, [])).toEqual([]);
  expect(await own.database('matching.raw_name').count()).toEqual([{ count: '1' }]);
});

test('a delivery with findings is held with them, loads nothing and is not claimed again', async () => {
  const { deliveryId } = await desk.land({ ...file('说明.csv', 8, []), text: '甲,乙\n1,2\n' });
  const findings = await desk.load();
  expect(findings).toHaveLength(1);
  expect(await own.database('ledger.delivery').where({ id: deliveryId }).first('state', 'findings')).toEqual({ state: 'held', findings });
  expect([(await own.database('flow.line')).length, (await own.database('ledger.part')).length]).toEqual([0, 0]);
  await expect(desk.load()).rejects.toThrow('no load to claim');
});

test('a newer version replaces the older; the older arriving late ends superseded; any order of arrival ends the same', async () => {
  const versions = [
    file('销售.csv', 8, [
      [day, '甲医院', 10],
      [day, '乙药店', 5],
    ]),
    file('销售_更正.csv', 9, [
      [day, '甲医院', 11],
      [day, '乙药店', 5],
    ]),
    file('销售_更正.csv', 10, [
      [day, '甲医院', 12],
      [day, '乙药店', 5],
      ['2026-03-19', '乙药店', 1],
    ]),
  ];
  const digests = new Set<string>();
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    await emptyDatabase(own.database);
    desk.close();
    desk = await openDeliveryDesk(own.database);
    for (const index of order) {
      await desk.land(versions[index]!);
      expect(await desk.load()).toEqual([]);
    }
    expect([await seen(), await seen('2026-03-19'), await twice()]).toEqual([[2, 17], [1, 1], []]);
    const { rows } = await own.database.raw(`select g.state, w.order_key > g.order_key as by_later, count(*)::int
      from ledger.generation g left join ledger.generation w on w.id = g.superseded_by group by 1, 2 order by 1`);
    expect(rows).toEqual([
      { state: 'active', by_later: null, count: 2 },
      { state: 'superseded', by_later: true, count: 2 },
    ]);
    digests.add(JSON.stringify(await contentDigest(own.database)));
  }
  expect(digests.size).toBe(1);
});

test('a reader sees the old total or the new one, never a mix', async () => {
  const rows = (quantity: number) => Array.from({ length: 300 }, (_, row) => [day, `客户${row}`, quantity] as [string, string, number]);
  await desk.land(file('销售.csv', 1, rows(1)));
  await desk.load();
  const reader = createDatabase(own.url, { poolMax: 1 });
  const totals = new Set<string>();
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      const { rows: found } = await reader.raw('select count(*) as lines, sum(quantity) as quantity from pub_v1.flow_line');
      totals.add(`${found[0].lines}: ${found[0].quantity}`);
    }
  })();
  try {
    for (let version = 2; version <= 6; version++) {
      await desk.land(file('销售.csv', version, rows(version)));
      await desk.load();
    }
  } finally {
    isOver = true;
    await reading;
    await reader.destroy();
  }
  const legal = [1, 2, 3, 4, 5, 6].map((version) => `300: ${300 * version}`);
  expect([...totals].filter((total) => !legal.includes(total))).toEqual([]);
  expect(totals.size).toBeGreaterThan(1);
});

test('another file for the same day that shares no line is held whichever comes first, and loads once a person waives the gate', async () => {
  const rows = (from: number) => Array.from({ length: 10 }, (_, row) => [day, `客户${from + row}`, row + 1] as [string, string, number]);
  await desk.land(file('东区.csv', 9, rows(0)));
  await desk.load();
  const { deliveryId } = await desk.land(file('西区.csv', 8, rows(100)));
  expect((await desk.load()).map(({ gate }) => gate)).toEqual(['hub.same-day-conflict']);
  expect([await stateOf(deliveryId), (await own.database('flow.line')).length]).toEqual(['held', 10]);

  await desk.again(deliveryId, 'waived', ['hub.same-day-conflict']);
  expect(await desk.load()).toEqual([]);
  expect(await stateOf(deliveryId)).toBe('loaded');
  expect(await own.database('ledger.generation').pluck('state').orderBy('order_key')).toEqual(['superseded', 'active']);
});

test('a correction with less than half of the lines is held; the longer version arriving after its correction is not', async () => {
  const rows = (count: number) => Array.from({ length: count }, (_, row) => [day, `客户${row}`, 1] as [string, string, number]);
  await desk.land(file('销售.csv', 8, rows(10)));
  await desk.load();
  await desk.land(file('销售(更正).csv', 9, rows(4)));
  expect((await desk.load()).map(({ gate }) => gate)).toEqual(['validate.shrunk']);
  await desk.land(file('销售.csv', 7, rows(3)));
  expect(await desk.load()).toEqual([]);
  expect(await seen()).toEqual([10, 10]);
});

test('a day with ten times the usual lines is held', async () => {
  const rows = (on: string, count: number) => Array.from({ length: count }, (_, row) => [on, `客户${row}`, 1] as [string, string, number]);
  for (const [index, on] of ['2026-03-11', '2026-03-12', '2026-03-13'].entries()) {
    await desk.land(file(`销售 ${on}.csv`, index, rows(on, 2)));
    expect(await desk.load()).toEqual([]);
  }
  await desk.land(file('销售 2026-03-14.csv', 8, rows('2026-03-14', 21)));
  expect((await desk.load()).map(({ gate }) => gate)).toEqual(['validate.volume']);
  await desk.land(file('销售 2026-03-15.csv', 9, rows('2026-03-15', 20)));
  expect(await desk.load()).toEqual([]);
});

test('loaded again under another layout a delivery keeps its part ids, and its quarantine and generations are replaced', async () => {
  const { deliveryId } = await desk.land(
    file('销售.csv', 8, [
      [day, '甲医院', 10],
      [day, '', 3],
      [day, '乙药店', 5],
    ]),
  );
  await desk.load();
  const parts = await own.database('ledger.part').pluck('id');
  expect(await own.database('ledger.quarantine').pluck('row_no')).toEqual([3]);

  await desk.again(deliveryId, '2');
  await desk.load([`${saleLayout}drop:\n  no-customer: { field: party_name, equals: 乙药店 }\n`]);
  expect(await own.database('ledger.part').pluck('id')).toEqual(parts);
  expect(await own.database('ledger.part').first('loaded', 'quarantined', 'dropped_count')).toEqual({
    loaded: 1,
    quarantined: 1,
    dropped_count: 2,
  });
  expect(await own.database('ledger.quarantine')).toHaveLength(1);
  expect([await seen(), await twice()]).toEqual([[1, 10], []]);
  expect(await own.database('ledger.generation').pluck('state').orderBy('id')).toEqual(['withdrawn', 'active']);
  expect(await own.database('ledger.layout_version')).toHaveLength(2);
});

test('a day that a delivery no longer speaks of falls back to the delivery that had it before', async () => {
  await desk.land(file('销售.csv', 8, [['2026-02-03', '甲医院', 7]]));
  await desk.load();
  const monthFirst = `${saleLayout}dates: { formats: [M/d/yyyy] }\n`;
  const { deliveryId } = await desk.land(file('销售.csv', 9, [['02/03/2026', '甲医院', 8]]));
  expect(await desk.load([monthFirst])).toEqual([]);
  expect([await seen('2026-02-03'), await seen('2026-03-02')]).toEqual([
    [1, 8],
    [0, 0],
  ]);

  await desk.again(deliveryId, '2');
  expect(await desk.load([monthFirst.replace('M/d', 'd/M')])).toEqual([]);
  expect([await seen('2026-02-03'), await seen('2026-03-02'), await twice()]).toEqual([[1, 7], [1, 8], []]);
});

test('of two loads of one delivery at the same time the second starts over instead of leaving lines without a part', async () => {
  const { deliveryId } = await desk.land(file('销售.csv', 8, [[day, '甲医院', 10]]));
  const first = await desk.read();
  const [run] = await own.database('ledger.run').insert({ kind: 'replay', business_date: day }).returning('id');
  await desk.again(deliveryId, '2');
  await own.database('ledger.stage_exec').where({ id: first.claim.id }).update({ run_id: run.id });
  const second = await desk.read();
  await loadDelivery(own.database, second.claim, second.delivery, []);
  await expect(loadDelivery(own.database, first.claim, first.delivery, [])).rejects.toMatchObject({
    told: { code: 'hub.loaded-meanwhile' },
  });
  expect([await seen(), await twice()]).toEqual([[1, 10], []]);
});

test('a value is not the same value in a neighbouring empty column, for the digest either', async () => {
  await desk.land({ ...file('销售.csv', 8, []), text: '销售日期,客户名称,品名,规格,数量,单价,金额\n2026-03-20,甲,某片,1g,1,5,\n' });
  await desk.load();
  const before = await contentDigest(own.database);
  await own.database('flow.line').update({ amount: own.database.ref('price'), price: null });
  expect(await contentDigest(own.database)).not.toEqual(before);
});

test('the ids of names depend on nothing but sender, role and spelling', async () => {
  await desk.land(file('销售.csv', 8, [[day, '甲医院', 10]]));
  await desk.load();
  expect(await own.database('matching.raw_name').pluck('id')).toEqual(['4222693055059982440']);
});
