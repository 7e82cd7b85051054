import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/app/embedded-postgres/embedded-postgres.js';

let url: Promise<string> | null = null;

/**
 * The Postgres that tests make their databases on: the one of HUILIU_TEST_DATABASE_URL (its user may create databases),
 * else the embedded one in a temp folder of this checkout. All test processes share it; it ends with the last of them,
 * and its templates are there for the next run.
 */
export function testServerUrl(): Promise<string> {
  url ??= process.env['HUILIU_TEST_DATABASE_URL'] ? Promise.resolve(process.env['HUILIU_TEST_DATABASE_URL']) : startShared();
  return url;
}

async function startShared(): Promise<string> {
  const checkout = createHash('sha256')
    .update(join(import.meta.dirname, '..'))
    .digest('hex')
    .slice(0, 8);
  const { url: embedded } = await startEmbeddedPostgres({ dataFolder: join(tmpdir(), `huiliu-test-${checkout}`, 'postgres') });
  const server = new URL(embedded);
  server.pathname = '/postgres';
  return server.href;
}
