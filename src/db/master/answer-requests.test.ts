import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { adoptDistributors, loadCustomers } from '../../../test/load-customers.js';
import { previewUndo, undoDecisions } from '../names/undo-decisions.js';
import { answerRequests } from './answer-requests.js';
import { askForChange, type ChangeKind, listChanges } from './change-requests.js';
import { goldenDigest } from './golden-digest.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
  await loadCustomers(own.database, desk, { minute: 1, rows: rows('路'), by: null });
  await adoptDistributors(own.database);
});
afterEach(() => desk.close());

const count = 300;
const rows = (street: string, name = '医院') =>
  Array.from({ length: count }, (_, n) => `C${n},第${n}${name},医院,江苏省,南京市,${street}${n}号,,`).join('\n');
const li = { decision: 'approve' as const, actor: 'li', reason: 'x', isPreview: false };
const ask = (kind: ChangeKind, record: string | null, fields: Record<string, string>, actor = 'zhao') =>
  askForChange(own.database, { kind, record: record === null ? null : `D1/${record}`, fields, reason: 'x', seen: [] }, actor);
const addresses = async () =>
  (await own.database('master.golden').whereRaw(`fields->>'address' like '街%'`).count('record_id as n').first())!['n'];

test('what an import asks for is approved as one act, previewed first, and undone as one', async () => {
  const before = await goldenDigest(own.database);
  await loadCustomers(own.database, desk, { minute: 2, rows: rows('街', '人民医院'), by: 'wang' });
  const preview = await answerRequests(own.database, { import: '1', kinds: ['move'] }, { ...li, isPreview: true });
  expect([preview.outcomes.length, preview.outcomes.every(({ told }) => told === null), preview.impact!.records]).toEqual([
    count,
    true,
    count,
  ]);
  expect(preview.outcomes[0]!.request).toMatchObject({ kind: 'move', before: { address: '路0号' }, fields: { address: '街0号' } });
  expect([await addresses(), (await listChanges(own.database)).length]).toEqual(['0', 2 * count]);

  const { impact } = await answerRequests(own.database, { import: '1', field: 'address' }, li);
  expect([await addresses(), (await listChanges(own.database)).length]).toEqual([String(count), count]);
  const renames = await answerRequests(own.database, { source: 'd1' }, li);
  expect(renames.outcomes.length).toBe(count);
  const { fields } = (await own.database('master.golden').whereRaw(`fields->>'name' = '第7人民医院'`).first('fields')) as {
    fields: object;
  };
  expect(fields).toMatchObject({ address: '街7号', former_names: '第7医院' });
  await undoDecisions(own.database, renames.impact!.batchId, 'li');
  await undoDecisions(own.database, impact!.batchId, 'li');
  expect([await goldenDigest(own.database), (await listChanges(own.database)).length]).toEqual([before, 2 * count]);
});

test('each request is done whole or not at all: those that cannot be do not stop the others and say why', async () => {
  const { id: mine } = await ask('rename', 'C1', { name: '甲' }, 'LI ');
  const { id: twice } = await ask('rename', 'C2', { name: '乙' });
  const { id: again } = await ask('rename', 'C2', { name: '丙' });
  const { id: merge } = await ask('merge', 'C3', { into: 'D1/C4' });
  const { id: circle } = await ask('merge', 'C4', { into: 'D1/C3' });
  const { id: fresh } = await ask('new', null, { name: '丁诊所', province: '江苏省' });
  const { id: same } = await ask('close', 'C5', {});
  const { id: closed } = await ask('close', 'C5', {});
  await answerRequests(own.database, { ids: [closed] }, { ...li, decision: 'reject' });
  // A record that is gone by the time of the answer.
  const { id: gone } = await ask('merge', 'C6', { into: 'D1/C7' });
  await answerRequests(own.database, { ids: [(await ask('merge', 'C6', { into: 'D1/C8' })).id] }, li);
  const ids = [mine, twice, again, merge, circle, fresh, same, closed, gone, '9999'];
  const { outcomes, unknown, impact } = await answerRequests(own.database, { ids }, li);
  expect(Object.fromEntries(outcomes.map(({ request, told }) => [request.id, told?.code ?? 'done']))).toEqual({
    ...{
      [mine]: 'golden.same-person',
      [twice]: 'done',
      [again]: 'golden.request-conflict',
      [merge]: 'done',
      [circle]: 'golden.request-conflict',
    },
    ...{ [fresh]: 'done', [same]: 'done', [closed]: 'golden.request-answered', [gone]: 'golden.request-merged' },
  });
  expect(unknown).toEqual(['9999']);
  expect((await listChanges(own.database)).map(({ id }) => id)).toEqual([mine, again, circle, gone]);
  await undoDecisions(own.database, impact!.batchId, 'li');
  expect((await listChanges(own.database)).map(({ id }) => id)).toEqual([mine, twice, again, merge, circle, fresh, same, gone]);
});

test('a request that is taken back takes with it what its approval did, and nothing else of the act', async () => {
  const { id: first, batchId } = await ask('rename', 'C1', { name: '甲' });
  const { id: second } = await ask('rename', 'C2', { name: '乙' });
  await answerRequests(own.database, { ids: [first, second] }, li);
  await undoDecisions(own.database, batchId, 'zhao');
  const { rows } = await own.database.raw(
    `select fields->>'name' as name from master.golden where fields->>'name' in ('甲', '乙', '第1医院')`,
  );
  expect(rows.map(({ name }: { name: string }) => name).toSorted()).toEqual(['乙', '第1医院']);
});

test('an approval that was taken back is brought back by anybody but who asked for it', async () => {
  const { id } = await ask('rename', 'C1', { name: '甲' });
  const { impact } = await answerRequests(own.database, { ids: [id] }, li);
  const undone = await undoDecisions(own.database, impact!.batchId, 'zhao');
  await expect(undoDecisions(own.database, undone.batchId!, 'api:ZHAO')).rejects.toThrow('somebody else');
  await expect(previewUndo(own.database, undone.batchId!, 'zhao')).rejects.toThrow('somebody else');
  expect((await listChanges(own.database)).map((one) => one.id)).toEqual([id]);
  await undoDecisions(own.database, undone.batchId!, 'li');
  expect(await listChanges(own.database)).toEqual([]);
});

test('nothing is written when nothing can be done', async () => {
  const { id } = await ask('rename', 'C1', { name: '甲' });
  const batches = async () => (await own.database('matching.batch').count('id as n').first())!['n'];
  const before = await batches();
  expect(await answerRequests(own.database, { ids: [id] }, { ...li, actor: 'api:zhao' })).toMatchObject({ impact: null });
  expect(await answerRequests(own.database, { import: '77' }, li)).toMatchObject({ impact: null, outcomes: [] });
  expect(await batches()).toBe(before);
});

test('what came after the preview is left out', async () => {
  await ask('rename', 'C1', { name: '甲' });
  const { outcomes } = await answerRequests(own.database, { kinds: ['rename'] }, { ...li, isPreview: true });
  await ask('rename', 'C2', { name: '乙' });
  const written = await answerRequests(own.database, { kinds: ['rename'], upTo: outcomes.at(-1)!.request.id }, li);
  expect(written.outcomes.length).toBe(1);
});
