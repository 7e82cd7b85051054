import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, type Database } from '../src/db/database.js';
import { migrate } from '../src/db/migrate.js';
import { testServerUrl } from './database-server.js';

export interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  /** Ends the pool and removes the database. */
  drop(): Promise<void>;
}

/**
 * A freshly migrated database of its own, on a real Postgres: call it in `beforeAll`, `drop` it in `afterAll`.
 *
 * Every set of migrations is applied once, to a template named after their content; a test file gets a clone (about 50 ms).
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServerUrl();
  const name = `huiliu_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  const template = `huiliu_template_${await migrationsDigest()}`;
  await onServer(server, async (admin) => {
    if (!(await exists(admin, template))) await createTemplate(admin, server, template);
    await admin.raw('create database ?? template ??', [name, template]);
  });
  const url = withDatabase(server, name);
  const database = createDatabase(url);
  return {
    database,
    url,
    drop: async () => {
      await database.destroy();
      await onServer(server, (admin) => admin.raw('drop database if exists ?? with (force)', [name]));
    },
  };
}

/** Built under another name and renamed, so that a killed run leaves no half-migrated template behind. */
async function createTemplate(admin: Database, server: string, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await admin.raw('drop database if exists ?? with (force)', [draft]);
  await admin.raw('create database ??', [draft]);
  const database = createDatabase(withDatabase(server, draft));
  try {
    await migrate(database);
  } finally {
    await database.destroy();
  }
  await admin.raw('alter database ?? rename to ??', [draft, template]);
  await removeLeftovers(admin, template);
}

/** Databases of killed test runs and templates of older migrations. */
async function removeLeftovers(admin: Database, template: string): Promise<void> {
  const { rows } = await admin.raw<{ rows: { name: string }[] }>("select datname as name from pg_database where datname like 'huiliu\\_%'");
  for (const { name } of rows) {
    const pid = /^huiliu_test_(\d+)_/.exec(name)?.[1];
    const isLeftover = pid ? !isAlive(Number(pid)) : name.startsWith('huiliu_template_') && name !== template;
    if (isLeftover) await admin.raw('drop database if exists ?? with (force)', [name]);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Test files run in several processes: one at a time makes or clones the template. */
async function onServer<T>(server: string, work: (admin: Database) => Promise<T>): Promise<T> {
  const admin = createDatabase(server, { poolMax: 1 });
  try {
    await admin.raw("select pg_advisory_lock(hashtext('huiliu-test-databases'))");
    return await work(admin);
  } finally {
    await admin.destroy();
  }
}

async function exists(admin: Database, name: string): Promise<boolean> {
  const { rows } = await admin.raw('select 1 from pg_database where datname = ?', [name]);
  return rows.length > 0;
}

async function migrationsDigest(): Promise<string> {
  const folder = join(import.meta.dirname, '../migrations');
  const digest = createHash('sha256');
  for (const file of (await readdir(folder)).toSorted()) digest.update(file).update(await readFile(join(folder, file)));
  return digest.digest('hex').slice(0, 12);
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
