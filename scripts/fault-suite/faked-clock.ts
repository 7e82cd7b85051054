import { spawn } from 'node:child_process';
import { existsSync, readlinkSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/app/embedded-postgres/embedded-postgres.js';
import { findPostmaster } from '../../src/app/embedded-postgres/watchdog.js';
import { CannotTry } from './cannot-try.js';
import { until } from './until.js';

/** A PostgreSQL server whose clock is put forward and back while it runs. */
export interface ServerWithClock {
  readonly url: string;
  /** Puts its clock to this moment; from there it goes on. */
  setClock(to: string): void;
  stop(): Promise<void>;
}

const library = ['x86_64', 'aarch64']
  .map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** What a process of ours needs to believe in another time, `+1d` or `-3600` seconds off. */
export function withClockOff(by: string): NodeJS.ProcessEnv {
  if (!library) throw new CannotTry('no libfaketime on this machine');
  return { LD_PRELOAD: library, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

/** Starts one in `folder` under libfaketime. */
export async function startServerWithClock(folder: string, now: string): Promise<ServerWithClock> {
  if (!library) throw new CannotTry('no libfaketime on this machine');
  const first = await startEmbeddedPostgres({ dataFolder: folder });
  const { data, postgres } = await placesOf(first.url);
  await first.stop();

  const clock = join(data, 'clock');
  function setClock(to: string): void {
    const offset = (Date.parse(to) - Date.now()) / 1_000;
    writeFileSync(`${clock}.new`, `${offset < 0 ? '' : '+'}${offset.toFixed(3)}\n`, { mode: 0o644 });
    renameSync(`${clock}.new`, clock);
  }
  setClock(now);
  const { uid, gid } = statSync(data);
  const { port } = new URL(first.url);
  const server = spawn(postgres, ['-D', data, '-p', port], {
    cwd: '/',
    stdio: 'ignore',
    env: {
      ...{ PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', LD_PRELOAD: library },
      ...{ FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    },
    ...(process.getuid?.() === 0 && { uid, gid }),
  });
  const gone = new Promise((resolve) => server.once('exit', resolve));
  await until('PostgreSQL with a clock of its own answers', async () => (await clockOf(first.url).catch(() => null)) !== null);
  return {
    url: first.url,
    setClock,
    async stop() {
      server.kill('SIGINT');
      await gone;
    },
  };
}

/** What the server says the time is. */
async function clockOf(url: string): Promise<Date> {
  return ask(url, 'select now() as answer');
}

async function placesOf(url: string): Promise<{ data: string; postgres: string }> {
  const data = await ask<string>(url, "select current_setting('data_directory') as answer");
  return { data, postgres: readlinkSync(`/proc/${findPostmaster(data)!.pid}/exe`) };
}

async function ask<Answer>(url: string, sql: string): Promise<Answer> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ answer: Answer }>(sql)).rows[0]!.answer;
  } finally {
    await client.end();
  }
}
