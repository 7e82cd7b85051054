import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { createDatabase } from './database.js';
import { ensurePartitions } from './ensure-partitions.js';
import { withClient } from './with-client.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const partitions = async (): Promise<string[]> =>
  (
    await own.database.raw(`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'flow.line'::regclass order by 1`)
  ).rows.map((row: { name: string }) => row.name);

test('loads that need the same new months at the same time make each once, also across December', async () => {
  const others = [1, 2, 3, 4].map(() => createDatabase(own.url, { poolMax: 2 }));
  try {
    const days = ['2025-12-31', '2026-01-01', '2026-02-28'];
    await Promise.all(others.flatMap((database) => [ensurePartitions(database, days), ensurePartitions(database, days.toReversed())]));
  } finally {
    await Promise.all(others.map((database) => database.destroy()));
  }
  expect(await partitions()).toEqual(['flow.line_202512', 'flow.line_202601', 'flow.line_202602']);
});

test('a new month does not wait for a load that is still writing, nor for a reader', async () => {
  await ensurePartitions(own.database, ['2026-02-01']);
  await withClient(own.database, async (client) => {
    await client.query('begin');
    await client.query('lock table flow.line in row exclusive mode');
    await ensurePartitions(own.database, ['2026-05-01']);
    await client.query('commit');
  });
  expect(await partitions()).toContain('flow.line_202605');
});
