import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { lastLines, passwordFileOf, readPassword, serverUser } from './create-cluster.js';
import { type Binaries, binary } from './find-binaries.js';
import { runAs } from './run-as.js';
import { belongsLike, type ServerPlace } from './server-place.js';
import { findPostmaster } from './watchdog.js';

/** For two cores. What a crash may cost is not for sale: fsync and synchronous_commit stay on. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '4GB',
  // Segments of one night are kept for the next: making new ones costs as much as writing them.
  min_wal_size: '1GB',
  wal_compression: 'on',
  checkpoint_timeout: '15min',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/** A recovery after a crash may have 4 GB of log to replay. */
const patienceMs = 15 * 60_000;
const maxFailedStarts = 4;

/**
 * Comes back when the server of this place answers our password: it was running (`adopted`), or we started it. Another
 * process may do the same at the same time; PostgreSQL's own lock lets one server win and the others find it here.
 */
export async function startServer(
  place: ServerPlace,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<{ port: number; adopted: boolean }> {
  const giveUpAt = Date.now() + patienceMs;
  let adopted = true;
  let failedStarts = 0;
  for (;;) {
    const postmaster = findPostmaster(place.data);
    if (postmaster?.port && (await answers(place, postmaster.port))) return { port: postmaster.port, adopted };
    if (Date.now() > giveUpAt) throw startFailed(place, `no answer within ${patienceMs / 60_000} minutes`);
    if (postmaster) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }

    removeStaleLock(place.data);
    const { code, output } = await launch(place, binaries, log);
    if (code === 0) adopted = false;
    else if (!findPostmaster(place.data) && ++failedStarts >= maxFailedStarts) throw startFailed(place, output);
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * Whether the server on this port is ours and takes our password. False while it starts, recovers or goes down.
 * A refused password is thrown: waiting does not mend it.
 */
async function answers(place: ServerPlace, port: number): Promise<boolean> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: serverUser, password: readPassword(place), database: 'postgres', ssl: false },
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {}); // It may go down while we ask; the query then fails too.
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0] !== undefined && realpathSync(rows[0].data_directory) === realpathSync(place.data);
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') return false;
    throw new HubError('config', message('postgres.password-refused', { file: passwordFileOf(place), folder: place.data }), {
      cause: error,
    });
  } finally {
    await client.end().catch(() => {});
  }
}

async function launch(
  place: ServerPlace,
  binaries: Binaries,
  log: (line: string) => void,
): Promise<{ code: number | null; output: string }> {
  const port = await choosePort(place);
  const options = [`-p ${port}`, ...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)].join(' ');
  const waiting = setInterval(
    () => log(`PostgreSQL is still starting; after a crash it first replays its log (${logFileOf(place)})`),
    10_000,
  );
  try {
    const args = ['-D', place.data, '-l', logFileOf(place), '-w', '-t', String(patienceMs / 1_000), '-o', options, 'start'];
    const { code, output } = await runAs(place.account, binary(binaries, 'pg_ctl'), args);
    return { code, output: lastLines(`${output}\n${code === 0 ? '' : logTail(place)}`) };
  } finally {
    clearInterval(waiting);
  }
}

/** The port of last time if it is free, else any free one, remembered for next time. */
async function choosePort(place: ServerPlace): Promise<number> {
  const file = join(place.control, 'port');
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = (last && (await freePort(last))) || (await freePort(0));
  if (!port) throw startFailed(place, 'no free port on 127.0.0.1');
  writeFileSync(file, `${port}\n`);
  belongsLike(file, place.control);
  return port;
}

function freePort(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? null) : null));
    });
  });
}

/**
 * After a kill -9 or a power cut the lock names a pid that may now be a zombie or some other program, and PostgreSQL
 * then refuses to start. Called only when no server lives there. Renamed first and looked at again, so that the fresh
 * lock of somebody who was quicker is put back. A dead pid is left to PostgreSQL: it also checks for orphaned backends.
 */
function removeStaleLock(data: string): void {
  const lock = join(data, 'postmaster.pid');
  const aside = `${lock}.stale.${process.pid}`;
  try {
    const stale = readFileSync(lock, 'utf8');
    process.kill(Number(stale.split('\n')[0]), 0); // Throws when the pid is dead.
    renameSync(lock, aside);
    if (readFileSync(aside, 'utf8') === stale) rmSync(aside);
    else renameSync(aside, lock);
  } catch {
    // No lock, a dead pid, or somebody was quicker: the next start decides.
  }
}

function startFailed(place: ServerPlace, cause: string): HubError {
  return new HubError('config', message('postgres.start-failed', { folder: place.data, cause: cause || 'unknown', log: logFileOf(place) }));
}

function logFileOf({ data }: ServerPlace): string {
  return join(data, 'server.log');
}

function logTail(place: ServerPlace): string {
  try {
    return readFileSync(logFileOf(place), 'utf8').slice(-2_000);
  } catch {
    return '';
  }
}
