import { expect, test } from 'vitest';
import { migrate, unmigrate } from '../src/db/migrate.js';
import { createTestDatabase } from '../test/database.js';

test('every migration goes up, down and up again, and then nothing is left to do', async () => {
  const { database, drop } = await createTestDatabase();
  try {
    await unmigrate(database);
    const { rows } = await database.raw(
      `select nspname from pg_namespace where nspname in ('ledger', 'master', 'matching', 'flow', 'pub_v1')`,
    );
    expect(rows).toEqual([]);
    expect((await migrate(database)).length).toBeGreaterThanOrEqual(5);
    expect(await migrate(database)).toEqual([]);
  } finally {
    await drop();
  }
});
