import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerRequests } from '../src/db/master/answer-requests.js';
import { listChanges } from '../src/db/master/change-requests.js';
import { goldenDigest } from '../src/db/master/golden-digest.js';
import { readCard } from '../src/db/master/read-card.js';
import { readRequest } from '../src/db/master/read-request.js';
import { rebuildMaster } from '../src/db/master/rebuild-master.js';
import { migrate } from '../src/db/migrate.js';
import { undoDecisions } from '../src/db/names/undo-decisions.js';
import { createTestDatabase, type TestDatabase } from '../test/database.js';
import { openOldHub } from '../test/old-hub.js';

// A hub as the program of 22 November, 14:25, left it: two imports by hand, one more that was taken back, and 19 requests in every state.
let own: TestDatabase;
let before: Record<string, unknown>[];
beforeAll(async () => {
  own = await createTestDatabase();
  await openOldHub(own.database, 'hub-of-old-requests');
  before = await golden();
  await migrate(own.database);
});
afterAll(() => own.drop());

const golden = (): Promise<Record<string, unknown>[]> => own.database('master.golden').orderBy('record_id').select('record_id', 'fields');
const states = async () =>
  Object.fromEntries((await listChanges(own.database, { all: true })).map(({ id, kind, state }) => [`${id} ${kind}`, state]));
const goldenValue = async (key: string, attribute: string) =>
  (await readCard(own.database, `D1/${key}`)).values.find((one) => one.attribute === attribute)?.value;
const answer = { decision: 'approve' as const, actor: 'chen', reason: '属实', isPreview: false };
const batchOf = async (request: number): Promise<string> =>
  (await own.database('master.change_answer').where({ request_id: request }).orderBy('id', 'desc').first('batch_id')).batch_id;

const old = {
  ...{ '1 move': 'open', '2 rename': 'open', '4 move': 'rejected', '5 rename': 'open', '6 rename': 'open', '7 rename': 'open' },
  // The list says something else by now: what is new is that this is seen.
  ...{ '3 rename': 'moot', '8 rename': 'approved', '9 move': 'rejected', '10 close': 'open', '11 rename': 'open', '12 move': 'withdrawn' },
  ...{
    '13 rename': 'withdrawn',
    '14 rename': 'open',
    '15 rename': 'approved',
    '16 merge': 'open',
    '17 new': 'open',
    '18 close': 'rejected',
  },
  '19 merge': 'approved',
};

test('old requests are readable, in the state they were in, and no value is another one', async () => {
  expect(await golden()).toEqual(before);
  expect(await states()).toEqual(old);
  expect(await readRequest(own.database, '2')).toMatchObject({
    ...{ kind: 'rename', name: '第1医院', fields: { name: '第1新院' }, before: { name: '第1医院' }, askedBy: 'wang', isImported: true },
    approval: { told: null, impact: { records: 1 } },
  });
  expect(await readRequest(own.database, '16')).toMatchObject({
    approval: { told: null, pair: { from: { name: '第9医院' }, into: { name: '第8新院' } } },
  });
  expect((await readCard(own.database, 'D1/C4')).held).toMatchObject([
    { attribute: 'status', waiting: 'closed', request: '10', state: 'open' },
  ]);
});

test('a steward’s override of a value that waited goes on, as no source moved', async () => {
  expect((await readCard(own.database, 'D1/C13')).overrides).toMatchObject([{ value: '第13特院', state: 'active' }]);
});

test('chosen anew nothing changes but the name of one that was merged while an import pinned the name of yesterday', async () => {
  expect(await rebuildMaster(own.database, { actor: 'x', isPreview: true })).toMatchObject({
    ...{ records: 1, changes: [{ name: '第15医院', values: [{ attribute: 'name', before: '第14医院', after: '第15医院' }] }] },
  });
  await rebuildMaster(own.database, { actor: 'x', isPreview: false });
  expect(await states()).toEqual(old);
  expect(await rebuildMaster(own.database, { actor: 'x', isPreview: true })).toMatchObject({ changed: 0 });
});

test('old requests are answered as new ones, as one act, and undone as one', async () => {
  const digest = await goldenDigest(own.database);
  const filter = { ranges: [{ low: '1', high: '19' }] };
  const mine = await answerRequests(own.database, filter, { ...answer, actor: 'wang', isPreview: true });
  expect(mine.outcomes.filter(({ told }) => told?.code === 'golden.same-person').map(({ request }) => request.id)).toEqual([
    '1',
    '2',
    '5',
    '6',
    '7',
    '10',
    '11',
  ]);
  const { outcomes, impact } = await answerRequests(own.database, filter, answer);
  expect(outcomes.map(({ request, told }) => `${request.id} ${told?.code ?? 'done'}`)).toEqual(
    [1, 2, 5, 6, 7, 10, 11, 14, 16, 17].map((id) => `${id} done`),
  );
  expect(await Promise.all(['C1', 'C5', 'C7', 'C12'].map((key) => goldenValue(key, 'name')))).toEqual([
    '第1新院',
    '第5新院',
    '第7新院',
    '第12新院',
  ]);
  expect([await goldenValue('C1', 'address'), await goldenValue('C1', 'former_names'), await goldenValue('C4', 'status')]).toEqual([
    '街1号',
    '第1医院',
    'closed',
  ]);
  expect([await goldenValue('C12', 'address'), (await readCard(own.database, 'D1/C9')).name]).toEqual(['路12号', '第8新院']);
  await undoDecisions(own.database, impact!.batchId, 'chen');
  expect([await goldenDigest(own.database), await states()]).toEqual([digest, old]);
});

test('old answers and imports are taken back and brought back: requests are open again, and nothing slips in unapproved', async () => {
  const digest = await goldenDigest(own.database);
  expect([await goldenValue('C2', 'name'), await goldenValue('C3', 'address')]).toEqual(['第2新院', '路3号']);
  const approval = await undoDecisions(own.database, await batchOf(8), 'li');
  const rejection = await undoDecisions(own.database, await batchOf(9), 'li');
  expect([await goldenValue('C2', 'name'), await goldenValue('C3', 'address')]).toEqual(['第2医院', '路3号']);
  expect(await states()).toEqual({ ...old, '8 rename': 'open', '9 move': 'open' });

  const { id } = await own
    .database('matching.batch as u')
    .join('matching.batch as b', 'b.id', 'u.undoes')
    .where('b.kind', 'load')
    .first('u.id');
  const redone = await undoDecisions(own.database, id, 'wang');
  expect([await goldenValue('C6', 'name'), await goldenValue('C6', 'address')]).toEqual(['第6医院', '路6号']);
  expect(await states()).toMatchObject({ '12 move': 'open', '13 rename': 'open' });
  for (const batch of [redone, rejection, approval]) await undoDecisions(own.database, batch.batchId!, 'li');
  expect([await goldenDigest(own.database), await states()]).toEqual([digest, old]);
});
