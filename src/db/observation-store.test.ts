import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import type { Observed } from '../journey/collect/connector.js';
import { message } from '../model/message.js';
import { createObservationStore, recordOutcomes } from './observation-store.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  for (const code of ['a', 'b']) await own.database('ledger.source').insert({ code, sender: 'D1', connector: 'folder', settings: '{}' });
});

const at = (minute: number) => new Date(Date.UTC(2026, 2, 21, 8, minute));
const observed = (over: Partial<Observed> = {}): Observed => ({
  ...{ locator: '/in/销售.csv', name: '销售.csv', byteCount: 10, sentAt: at(0), ready: true, fingerprint: 'f1', about: {} },
  ...over,
});

test('an object is remembered per source with its fingerprint, and what was fetched with the fingerprint it had then', async () => {
  const store = createObservationStore(own.database, 1);
  await store.seen([{ observed: observed(), since: at(1) }], at(1));
  expect(await store.find(['/in/销售.csv', '/in/other.csv'])).toEqual(
    new Map([['/in/销售.csv', { fingerprint: 'f1', since: at(1), landed: null }]]),
  );
  await store.landed(observed(), { sha256: 'a'.repeat(64), byteCount: 10, isNew: true }, at(2));
  await store.seen([{ observed: observed({ fingerprint: 'f2' }), since: at(3) }], at(3));
  expect((await store.find(['/in/销售.csv'])).get('/in/销售.csv')).toEqual({
    fingerprint: 'f2',
    since: at(3),
    landed: { sha256: 'a'.repeat(64), fingerprint: 'f1', at: at(2) },
  });
  expect(await createObservationStore(own.database, 2).find(['/in/销售.csv'])).toEqual(new Map());
});

test('the outcome of a collection replaces the last one, for its source only', async () => {
  for (const id of [1, 2]) await createObservationStore(own.database, id).seen([{ observed: observed(), since: at(1) }], at(1));
  const told = message('connect.not-tried', { source: 'a', name: '销售.csv' });
  await recordOutcomes(own.database, 1, [{ locator: '/in/销售.csv', state: 'failed', told }]);
  expect(await own.database('ledger.observation').select('state', 'told').orderBy('source_id')).toEqual([
    { state: 'failed', told },
    { state: 'waiting', told: null },
  ]);
  await recordOutcomes(own.database, 1, [{ locator: '/in/销售.csv', state: 'landed', told: null }]);
  expect(await own.database('ledger.observation').where({ source_id: 1 }).first('state', 'told')).toEqual({ state: 'landed', told: null });
});
