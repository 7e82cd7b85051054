import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk, type Sent, saleLayout, salesText } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { checkInvariants } from '../check-invariants.js';
import { contentDigest } from '../content-digest.js';
import { retryReloads } from '../order-reloads.js';
import { traceFile, traceRow } from '../trace.js';
import { withClient } from '../with-client.js';
import { deleteBookkeeping } from './bookkeeping.js';
import { readRetention } from './read-retention.js';
import { retireLines } from './retire-lines.js';

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

const [day, dayBefore] = ['2026-03-20', '2026-03-19'];
type Rows = Parameters<typeof salesText>[0];
const file = (name: string, hour: number, rows: Rows): Sent => ({
  name,
  sentAt: `2026-03-21T${String(hour).padStart(2, '0')}:00:00Z`,
  text: salesText(rows),
});
const first = file('销售.csv', 8, [
  [day, '甲医院', 10],
  [dayBefore, '甲医院', 3],
]);
const second = file('销售.csv', 9, [
  [day, '甲医院', 20],
  [dayBefore, '甲医院', 4],
]);
const land = async (...sent: Sent[]) => {
  const ids: string[] = [];
  for (const one of sent) {
    ids.push((await desk.land(one)).deliveryId);
    await desk.load();
  }
  return ids;
};
const later = () => own.database('ledger.generation').update({ state_since: '2024-01-01' });
const options = { days: 400, actor: 'w', signal: new AbortController().signal };
const retire = () => retireLines(own.database, options);
const digest = () => contentDigest(own.database);
const broken = async () => (await checkInvariants(own.database)).filter((check) => check.broken > 0);
const seen = async () =>
  (await own.database('pub_v1.flow_line').orderBy('business_date', 'desc').pluck('quantity')).map((quantity) => Number(quantity));
const steps = async (state: string) => (await own.database('ledger.stage_exec').where({ state })).length;

test('lines that nobody sees go, what is visible stays, and the counts still prove every row', async () => {
  const [old] = await land(first, second);
  const before = await digest();
  expect(await retire()).toEqual({ generations: 0, rows: 0 });
  await later();
  const [lines] = await readRetention(own.database, { linesDays: 400, bookkeepingDays: 400, rawDays: null });
  expect(lines).toMatchObject({ what: 'lines', days: 400, generations: 2, rows: 2, oldest: dayBefore });
  expect(await retire()).toEqual({ generations: 2, rows: 2 });
  expect(await retire()).toEqual({ generations: 0, rows: 0 });
  expect([await digest(), await broken()]).toEqual([before, []]);
  const [traced] = await traceFile(own.database, old!);
  expect(traced!.parts).toMatchObject([{ agree: true, loaded: [], part: { loaded: 2, retired: 2 } }]);
  expect(await traceRow(own.database, traced!.parts[0]!.part.partId, 2)).toMatchObject({ fate: 'retired', lines: [] });
  expect(await own.database('ledger.event').where({ verb: 'retention' }).select('actor', 'object')).toEqual([
    { actor: 'w', object: 'sender:D1' },
  ]);
});

test('a sender who goes back to a file without lines is believed: it is loaded again from its bytes', async () => {
  await land(first);
  const only = await digest();
  await land(second);
  await later();
  await retire();
  expect(await desk.land({ ...first, sentAt: '2026-03-21T10:00:00Z' })).toMatchObject({ isNew: false });
  expect([await seen(), await steps('ready'), await broken()]).toEqual([[20, 4], 1, []]);
  expect(await desk.load()).toEqual([]);
  expect([await seen(), await digest(), await broken()]).toEqual([[10, 3], only, []]);
  await later();
  expect(await retire()).toEqual({ generations: 2, rows: 2 });
  expect([await digest(), await broken(), await steps('ready')]).toEqual([only, [], 0]);
});

test('a day that falls back to a delivery without lines gets them again', async () => {
  await land(file('销售.csv', 8, [['2026-02-03', '甲医院', 7]]));
  const monthFirst = `${saleLayout}dates: { formats: [M/d/yyyy] }\n`;
  const { deliveryId } = await desk.land(file('销售.csv', 9, [['02/03/2026', '甲医院', 8]]));
  expect(await desk.load([monthFirst])).toEqual([]);
  await later();
  expect(await retire()).toEqual({ generations: 1, rows: 1 });
  await desk.again(deliveryId, '2');
  expect(await desk.load([monthFirst.replace('M/d', 'd/M')])).toEqual([]);
  expect([await seen(), await steps('ready'), await broken()]).toEqual([[8], 1, []]);
  expect(await desk.load()).toEqual([]);
  expect([await seen(), await steps('ready'), await broken()]).toEqual([[8, 7], 0, []]);
  await later();
  expect(await retire()).toEqual({ generations: 1, rows: 1 });
  expect([await seen(), await broken()]).toEqual([[8, 7], []]);
});

test('a load that is killed in between is ordered again by the next run', async () => {
  await land(first, second);
  await later();
  await retire();
  await desk.land({ ...first, sentAt: '2026-03-21T10:00:00Z' });
  await own.database('ledger.stage_exec').where({ state: 'ready' }).update({ state: 'failed', told: '{}', ended_at: new Date() });
  const [run] = await own.database('ledger.run').insert({ kind: 'nightly', business_date: '2026-04-01' }).returning('id');
  const sourceIds = await own.database('ledger.source').pluck('id');
  for (const _ of [1, 2]) await withClient(own.database, (client) => retryReloads(client, { runId: run.id, sourceIds }));
  expect(await own.database('ledger.stage_exec').where({ state: 'ready' }).pluck('run_id')).toEqual([run.id]);
});

test('a delivery with open quarantine keeps its lines, for a row that passes later is put beside them', async () => {
  await land(
    file('销售.csv', 8, [
      [day, '甲医院', 10],
      [day, '', 1],
    ]),
    second,
  );
  await later();
  expect(await retire()).toEqual({ generations: 0, rows: 0 });
});

test('more lines than a batch, stopped and repeated, end the same', async () => {
  const many = (quantity: number, count: number): Rows => Array.from({ length: count }, (_, at) => [day, `医院${at % 7}`, quantity]);
  await land(file('销售.csv', 8, many(1, 21_000)), file('销售.csv', 9, many(2, 21_000)), file('销售.csv', 10, many(3, 21_000)));
  await later();
  const before = await digest();
  const stop = new AbortController();
  const stopped = retireLines(own.database, {
    ...options,
    signal: Object.assign(stop.signal, { throwIfAborted: once(stop) }),
  });
  await expect(stopped).rejects.toThrow();
  expect(await own.database('ledger.generation').whereNotNull('retired_at').pluck('lines_left')).toEqual([1_000]);
  expect([await digest(), await broken()]).toEqual([before, []]);
  expect(await retire()).toEqual({ generations: 2, rows: 22_000 });
  expect([await digest(), await broken()]).toEqual([before, []]);
  expect(await own.database('ledger.generation').whereNotNull('retired_at').pluck('lines_left')).toEqual([0, 0]);
});

test('settled slots and delivered alerts go, the last slot of a source and open incidents stay', async () => {
  const { database } = own;
  const { id: source_id } = await database('ledger.source').first('id');
  const slot = (year: number) => ({
    ...{ source_id, slot_ts: `${year}-01-01`, kind: 'cron', business_date: `${year}-01-01`, state: 'skipped', why: 'overlap' },
    ...{ start_at: `${year}-01-01`, made_by: 'w', settled_at: `${year}-01-01` },
  });
  await database('ledger.schedule_slot').insert([slot(2023), slot(2024)]);
  await database('ledger.alert_channel').insert({ code: 'ops', kind: 'mail', settings: '{}', changed_by: 'w' });
  const incident = { key: 'k', severity: 'fault', told: '{}', count: 1, most: 1 };
  const [over] = await database('ledger.incident')
    .insert({ ...incident, recovered_at: '2024-01-02' })
    .returning('id');
  const [open] = await database('ledger.incident').insert(incident).returning('id');
  const alert = { channel: 'ops', occasion: 'opened', notice: '{}', state: 'sent', sent_at: '2024-01-01' };
  await database('ledger.alert').insert([
    { ...alert, incident_id: over.id },
    { ...alert, incident_id: open.id },
  ]);
  expect(await deleteBookkeeping(database, options)).toEqual({ slots: 1, alerts: 1, turns: 0 });
  expect(await deleteBookkeeping(database, options)).toEqual({ slots: 0, alerts: 0, turns: 0 });
  expect(await database('ledger.alert').pluck('incident_id')).toEqual([open.id]);
});

/** Lets one batch pass, then stops like Ctrl-C. */
function once(stop: AbortController): () => void {
  let passes = 0;
  return () => {
    passes += 1;
    if (passes === 2) {
      stop.abort();
      throw new Error('stopped');
    }
  };
}
