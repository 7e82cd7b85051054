import { expect, test } from 'vitest';
import { createDatabase } from '../src/db/database.js';
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

test('a day does not depend on the time zone of the server', async () => {
  const { database, url, drop } = await createTestDatabase();
  await database.raw('alter database ?? set timezone = ?', [new URL(url).pathname.slice(1), database.raw("'America/Los_Angeles'")]);
  const later = createDatabase(url);
  try {
    const { rows } = await later.raw("select current_setting('timezone') as zone, '2026-12-01T00:05:00+08:00'::timestamptz::date as day");
    expect(rows).toEqual([{ zone: 'UTC', day: '2026-11-30' }]);
  } finally {
    await later.destroy();
    await drop();
  }
});
