import { resolve } from 'node:path';
import pg from 'pg';
import { createCluster, readPassword, serverUser } from './create-cluster.js';
import { findBinaries, prepareBinaries } from './find-binaries.js';
import { settlePlace } from './server-place.js';
import { startServer } from './start-server.js';
import { holdServer } from './watchdog.js';

export interface EmbeddedPostgres {
  /** `postgres://hub:PASSWORD@127.0.0.1:PORT/huiliu`. The password needs no escaping. Never log it. */
  readonly url: string;
  /** True when the server was already running: another process of this checkout uses it too, or did a moment ago. */
  readonly adopted: boolean;
  /** Lets go of the server. It stops when nobody else holds it; comes back when that is done. May be repeated. */
  stop(): Promise<void>;
}

const database = 'huiliu';

/**
 * The PostgreSQL server that comes with the hub: makes the data on first use, starts the server or joins the one that
 * runs, and sees to it that it ends with its last user, also after a kill -9 (see watchdog.ts).
 *
 * `dataFolder` is the control folder, usually `.huiliu/postgres`; where the data lie if the server's account cannot
 * enter it is told in server-place.ts. Started as root, the server runs as another user (server-account.ts).
 * Throws a HubError `config` when a person has to act: no binaries, foreign data, another major version, no start.
 */
export async function startEmbeddedPostgres(options: { dataFolder: string; log?: (line: string) => void }): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const found = findBinaries();
  const place = await settlePlace(resolve(options.dataFolder));
  const binaries = await prepareBinaries(found, place.account, place.server);
  const hold = await holdServer(place, binaries);
  try {
    await createCluster(place, binaries);
    const { port, adopted } = await startServer(place, binaries, log);
    const server = `postgres://${serverUser}:${readPassword(place)}@127.0.0.1:${port}`;
    await createDatabase(`${server}/postgres`);
    log(
      `PostgreSQL ${binaries.version} ${adopted ? 'joined' : 'started'} on 127.0.0.1:${port} as ${place.account.name}, data in ${place.data}`,
    );
    return { url: `${server}/${database}`, adopted, stop: () => hold.release() };
  } catch (error) {
    await hold.release();
    throw error;
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } catch (error) {
    // Two processes may start at once; the other one has made it.
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}
