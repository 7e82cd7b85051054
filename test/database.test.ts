import { expect, test } from 'vitest';
import { unmigrate } from '../src/db/migrate.js';
import { createTestDatabase } from './database.js';

test('a test file gets a migrated database of its own, and dropping it leaves nothing behind', async () => {
  const first = await createTestDatabase();
  const second = await createTestDatabase();
  await first.database('master.distributor').insert({ code: 'D1', name: '甲' });
  expect(await second.database('master.distributor')).toEqual([]);
  const name = new URL(first.url).pathname.slice(1);
  await first.drop();
  expect((await second.database.raw('select 1 from pg_database where datname = ?', [name])).rows).toEqual([]);
  await second.drop();
});

test('a letter of Chinese is a letter to Postgres, so that trigrams see names', async () => {
  const { database, drop } = await createTestDatabase();
  try {
    expect((await database.raw("select '医' ~ '[[:alpha:]]' as letter")).rows).toEqual([{ letter: true }]);
    await unmigrate(database);
    expect((await database.raw("select 1 from pg_namespace where nspname = 'ledger'")).rows).toEqual([]);
  } finally {
    await drop();
  }
});
