import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { withClient } from './with-client.js';

const folder = join(import.meta.dirname, '../../migrations');

/**
 * Brings the database to the newest migration and returns what it applied. Safe to call from several processes: one does it, the
 * others wait. Our own lock ends with its connection, so a process killed while it migrates keeps nobody out; that of Knex, a row,
 * would stay for ever and is taken away under ours.
 */
export async function migrate(database: Database): Promise<string[]> {
  if ((await compareSchema(database)).pending.length === 0) return [];
  return withClient(database, async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('huiliu-migrate'))`);
    try {
      await database.migrate.forceFreeMigrationsLock(config);
      const [, applied] = (await database.migrate.latest(config)) as [number, string[]];
      return applied;
    } finally {
      await client.query(`select pg_advisory_unlock(hashtext('huiliu-migrate'))`);
    }
  });
}

/** Which migrations have run and which have not, without running any. */
export async function listMigrations(database: Database): Promise<{ done: string[]; pending: string[] }> {
  const [done, pending] = (await database.migrate.list(config)) as [{ name: string }[], string[]];
  return { done: done.map(({ name }) => name), pending: pending.map(nameOf) };
}

/** Where program and database differ: migrations to be run, and those of a newer program, which this one must leave alone. */
export async function compareSchema(database: Database): Promise<{ pending: string[]; unknown: string[] }> {
  const known = await knownMigrations();
  const { rows } = await database.raw(`select to_regclass('knex_migrations') is not null as "isThere"`);
  const done = new Set<string>(rows[0].isThere ? await database('knex_migrations').pluck('name') : []);
  return { pending: known.filter((name) => !done.has(name)), unknown: [...done].filter((name) => !known.includes(name)) };
}

/** The migrations this program knows, oldest first. */
export async function knownMigrations(): Promise<string[]> {
  return (await listFiles()).map(nameOf);
}

/** Takes every migration back, newest first. For tests. */
export async function unmigrate(database: Database): Promise<void> {
  await database.migrate.rollback(config, true);
}

/** Removes everything in the database, whatever the migrations could keep: for the demonstration that starts from nothing. */
export async function dropEverything(database: Database): Promise<void> {
  await database.raw(`do $$
    declare one text;
    begin
      for one in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
        execute format('drop schema %I cascade', one);
      end loop;
      create schema public;
    end $$`);
}

// Migrations go by bare name, so that sources (.ts) and dist (.js) agree on what has run.
const config: Knex.MigratorConfig = {
  migrationSource: {
    getMigrations: listFiles,
    getMigrationName: nameOf,
    getMigration: (file: string) => import(pathToFileURL(join(folder, file)).href) as Promise<Knex.Migration>,
  },
};

async function listFiles(): Promise<string[]> {
  return (await readdir(folder)).filter((file) => /^\d{8}_\d{4}_\w+\.(ts|js)$/.test(file)).toSorted();
}

function nameOf(file: string): string {
  return file.replace(/\.(ts|js)$/, '');
}
