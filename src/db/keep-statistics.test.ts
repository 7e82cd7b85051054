import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { keepStatistics } from './keep-statistics.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
}, 300_000);
afterAll(() => own.drop());

test('a table that has changed much is looked at at once, one that has not is left alone', async () => {
  const { database } = own;
  const seen = async (name: string) => {
    const { rows } = await database.raw(`select reltuples::integer as rows from pg_class where oid = '${name}'::regclass`);
    return rows[0].rows as number;
  };
  const before = await seen('matching.batch');
  await database.raw(
    `insert into ledger.event (actor, verb, object, detail) select 'a', 'b', 'c' || n, '{}' from generate_series(1, 20000) n`,
  );
  await keepStatistics(database);
  expect([await seen('ledger.event'), await seen('matching.batch')]).toEqual([20_000, before]);

  // What was taken back leaves pages that count as empty; filled again they have not grown.
  await database.raw('delete from ledger.event');
  await database.raw('vacuum (truncate false) ledger.event');
  await database.raw(
    `insert into ledger.event (actor, verb, object, detail) select 'a', 'b', 'c' || n, '{}' from generate_series(1, 20000) n`,
  );
  expect(await seen('ledger.event')).toBe(0);
  await keepStatistics(database);
  expect(await seen('ledger.event')).toBe(20_000);
});
