import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/app/embedded-postgres/embedded-postgres.js';
import { startOf } from '../../src/app/embedded-postgres/watchdog.js';
import { createDatabase, type Database } from '../../src/db/database.js';
import { until } from './until.js';

/** A PostgreSQL server that may be hurt. */
export interface PostgresServer {
  /** Of the database `postgres`, by its superuser. */
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as `pg_ctl -m immediate` does: backends die where they stand, the next start replays the log. */
  crash(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Kills every connection that the hub has to this database and says how many. */
  cutConnections(database: string): Promise<number>;
  /** Works as superuser in the database `postgres`. */
  administer<Result>(work: (admin: Database) => Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

export async function startPostgresServer(folder: string): Promise<PostgresServer> {
  const holds: EmbeddedPostgres[] = [await startEmbeddedPostgres({ dataFolder: folder })];
  const server = new URL(holds[0]!.url);
  server.pathname = '/postgres';
  const data = await dataFolderOf(server.href);
  return {
    url: server.href,
    port: Number(server.port),
    async crash() {
      const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      process.kill(pid, 'SIGQUIT');
      await until('PostgreSQL is down', () => startOf(pid) === null);
    },
    async start() {
      const again = await startEmbeddedPostgres({ dataFolder: folder });
      holds.push(again);
      if (new URL(again.url).port !== server.port) throw new Error(`PostgreSQL came back on another port: ${again.url}`);
    },
    cutConnections: (database) =>
      administer(server.href, async (admin) => {
        const { rows } = await admin.raw<{ rows: { pid: number }[] }>(
          "select pid, pg_terminate_backend(pid) from pg_stat_activity where datname = ? and application_name = 'huiliu'",
          [database],
        );
        return rows.length;
      }),
    administer: (work) => administer(server.href, work),
    async stop() {
      for (const hold of holds.toReversed()) await hold.stop();
    },
  };
}

function dataFolderOf(url: string): Promise<string> {
  return administer(url, async (admin) => {
    const { rows } = await admin.raw<{ rows: { data_directory: string }[] }>('show data_directory');
    return rows[0]!.data_directory;
  });
}

async function administer<Result>(url: string, work: (admin: Database) => Promise<Result>): Promise<Result> {
  const admin = createDatabase(url, { poolMax: 1 });
  try {
    return await work(admin);
  } finally {
    await admin.destroy();
  }
}
