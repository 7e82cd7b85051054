import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { findBinaries, prepareBinaries } from './find-binaries.js';
import { runAs } from './run-as.js';
import { abandonedServers } from './server-place.js';
import { findPostmaster, liveNames, startOf } from './watchdog.js';

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

afterAll(async () => {
  // Nothing may outlive these tests, however they ended.
  const ends = await Promise.allSettled(folders.map((folder) => until(() => !findPostmaster(dataOf(folder)))));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
});

describe('one checkout, day after day', () => {
  const checkout = makeCheckout();

  test('a first start gives a database that answers, and a stop leaves nothing running', async () => {
    const server = await start(checkout);
    expect(server.adopted).toBe(false);
    expect(await ask(server, 'select current_database() as v')).toBe('huiliu');
    const owner = statSync(join(checkout, '.huiliu/postgres/password'));
    expect(owner.mode & 0o777).toBe(0o600);
    await expect(ask({ url: server.url.replace(/:\w+@/, ':wrong@') }, 'select 1 as v')).rejects.toThrow('password authentication failed');

    await server.stop();
    await server.stop();
    expect(findPostmaster(dataOf(checkout))).toBeNull();
    expect(readdirSync(join(checkout, '.huiliu/postgres/owners'))).toEqual([]);
  });

  test('pg_trgm sees letters in Chinese', async () => {
    const server = await start(checkout);
    await ask(server, 'create extension pg_trgm');
    expect(await ask(server, `select array_length(show_trgm('上海银行'), 1) as v`)).toBeGreaterThan(3);
    expect(await ask(server, `select similarity('上海浦东发展银行', '上海浦发银行') as v`)).toBeCloseTo(0.333, 2);
  });

  test('a commit is on disk before it is confirmed', async () => {
    const server = await start(checkout);
    const names = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'data_checksums',
      'jit',
      'TimeZone',
      'shared_buffers',
      'unix_socket_directories',
    ];
    const values = await Promise.all(names.map((name) => ask(server, `select current_setting('${name}') as v`)));
    expect(values).toEqual(['on', 'on', 'on', 'on', 'off', 'UTC', '128MB', '']);
  });

  test('a restart keeps the rows and the address', async () => {
    const first = await start(checkout);
    await ask(first, 'create table kept (n int)');
    await ask(first, 'insert into kept values (1), (2)');
    await first.stop();
    const second = await start(checkout);
    expect(second.url).toBe(first.url);
    expect(await ask(second, 'select count(*)::int as v from kept')).toBe(2);
  });

  test('after a kill -9 of the server the next start recovers what was committed', async () => {
    const first = await start(checkout);
    await ask(first, 'create table survivors as select 7 as n');
    process.kill(findPostmaster(dataOf(checkout))!.pid, 'SIGKILL');
    const second = await start(checkout);
    expect(second.adopted).toBe(false);
    expect(await ask(second, 'select n as v from survivors')).toBe(7);
  });

  test('a lock that names the pid of another program does not stop the next start', async () => {
    const server = await start(checkout);
    await server.stop();
    const { uid, gid } = statSync(dataOf(checkout));
    const stranger = spawn('sleep', ['60'], { cwd: '/', ...(isRoot ? { uid, gid } : {}) });
    children.push(stranger);
    const lock = join(dataOf(checkout), 'postmaster.pid');
    writeFileSync(lock, `${stranger.pid}\n${dataOf(checkout)}\n1700000000\n5432\n\n127.0.0.1\n  5432001 3\nready\n`);
    chownSync(lock, uid, gid);
    expect((await start(checkout)).adopted).toBe(false);
    expect(startOf(stranger.pid!)).not.toBeNull();
  });

  test('a Ctrl-C that reaches the whole process group does not reach the server', async () => {
    const owner = startElsewhere(checkout);
    const server = await owner.started;
    process.kill(-owner.child.pid!, 'SIGINT');
    await pause(300);
    expect(await ask(server, 'select 1 as v')).toBe(1);
  });

  test('a kill -9 of the only process that uses it ends the server within five seconds', async () => {
    const owner = startElsewhere(checkout);
    await owner.started;
    owner.child.kill('SIGKILL');
    await until(() => !findPostmaster(dataOf(checkout)), 5_000);
  });

  test('started again while the server of a killed process is being stopped, it works and stays', async () => {
    for (const waitMs of [0, 1_020, 1_080]) {
      const owner = startElsewhere(checkout);
      await owner.started;
      owner.child.kill('SIGKILL');
      await pause(waitMs);
      const server = await start(checkout);
      await pause(Math.max(0, 1_500 - waitMs));
      expect(await ask(server, 'select 1 as v')).toBe(1);
      await server.stop();
    }
  });

  test('the second process joins, and the server lives until the last of them lets go', async () => {
    const owner = startElsewhere(checkout);
    const theirs = await owner.started;
    const ours = await start(checkout);
    expect({ url: ours.url, adopted: ours.adopted }).toEqual({ url: theirs.url, adopted: true });
    owner.child.stdin!.end('stop');
    await until(() => owner.child.exitCode === 0);
    expect(await ask(ours, 'select 1 as v')).toBe(1);
    await ours.stop();
    expect(findPostmaster(dataOf(checkout))).toBeNull();
  });

  test('a killed watchdog is replaced when its process lets go', async () => {
    const server = await start(checkout);
    const watchdog = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isWatchdogOf(pid, checkout));
    process.kill(Number(watchdog), 'SIGKILL');
    await until(() => startOf(Number(watchdog)) === null);
    await server.stop();
    expect(findPostmaster(dataOf(checkout))).toBeNull();
  });

  test('a killed watchdog is replaced while its process goes on', async () => {
    await start(checkout);
    const watchdog = () => readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isWatchdogOf(pid, checkout));
    const first = watchdog();
    process.kill(Number(first), 'SIGKILL');
    await until(() => watchdog() !== undefined && watchdog() !== first);
  });

  test('data of another major version are refused in words and left alone', async () => {
    const version = join(dataOf(checkout), 'PG_VERSION');
    const before = readFileSync(version);
    writeFileSync(version, '17\n');
    await expect(start(checkout)).rejects.toThrow(/written by PostgreSQL 17, the binaries are 18/);
    writeFileSync(version, before);
    expect(liveNames(join(checkout, '.huiliu/postgres/owners'), '.owner')).toEqual([]);
  });
});

test('three starts at once on an empty folder end at one server', async () => {
  const checkout = makeCheckout();
  const elsewhere = startElsewhere(checkout);
  const servers = await Promise.all([start(checkout), start(checkout), elsewhere.started]);
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
  expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
});

test('library symlinks that npm left out are put back', async () => {
  const folder = join(makeCheckout(), 'native');
  const found = findBinaries();
  cpSync(found.folder, folder, { recursive: true, filter: (path) => !/libicu\w+\.so(\.60)?$/.test(path) });
  const account = { name: 'ourselves', uid: null, gid: null };
  expect((await runAs(account, join(folder, 'bin/postgres'), ['--version'])).code).not.toBe(0);
  expect((await prepareBinaries({ ...found, folder }, account, dirname(folder))).folder).toBe(folder);
  expect((await runAs(account, join(folder, 'bin/postgres'), ['--version'])).output).toContain('18.');
});

test('a platform without binaries is told about DATABASE_URL', () => {
  expect(() => findBinaries('sunos', 'sparc')).toThrow(/sunos-sparc.*DATABASE_URL/);
});

describe.skipIf(!isRoot)('started by root', () => {
  test('the server runs as somebody else', async () => {
    const checkout = makeCheckout();
    await start(checkout);
    expect(statSync(`/proc/${findPostmaster(dataOf(checkout))!.pid}`).uid).not.toBe(0);
  });

  test('in somebody else’s checkout, even a closed one, it runs as its owner, who can go on alone', async () => {
    const checkout = makeCheckout();
    const nobody = Number(/^nobody:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))![1]);
    chownSync(checkout, nobody, nobody);
    chmodSync(checkout, 0o700);
    const server = await start(checkout);
    expect(await ask(server, 'select 1 as v')).toBe(1);
    const files = ['.huiliu', '.huiliu/postgres', '.huiliu/postgres/password', '.huiliu/postgres/owners', '.huiliu/postgres/data'];
    expect(files.map((file) => statSync(join(checkout, file)).uid)).toEqual(files.map(() => nobody));
  });

  test('in a checkout closed to everybody else, the data go to the system’s folder and a note says where', async () => {
    const checkout = makeCheckout();
    chmodSync(checkout, 0o700);
    const first = await start(checkout);
    await ask(first, 'create table t as select 5 as n');
    const elsewhere = readFileSync(join(checkout, '.huiliu/postgres-location'), 'utf8').trim();
    folders.push(elsewhere);
    expect(existsSync(join(elsewhere, 'data/PG_VERSION'))).toBe(true);
    expect(existsSync(dataOf(checkout))).toBe(false);
    await first.stop();
    expect(findPostmaster(join(elsewhere, 'data'))).toBeNull();
    const again = await start(checkout);
    expect(await ask(again, 'select n as v from t')).toBe(5);
    expect(abandonedServers()).not.toContain(elsewhere);
    await again.stop();
    rmSync(checkout, { recursive: true });
    expect(abandonedServers()).toContain(elsewhere);
  });

  test('binaries the server’s account cannot read are copied beside its data', async () => {
    const closed = makeCheckout();
    const open = makeCheckout();
    const found = findBinaries();
    cpSync(found.folder, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    chmodSync(closed, 0o700);
    const nobody = Number(/^nobody:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))![1]);
    const used = await prepareBinaries({ ...found, folder: join(closed, 'native') }, { name: 'nobody', uid: nobody, gid: nobody }, open);
    expect(dirname(used.folder)).toBe(open);
  });
});

/** An empty folder that other accounts may enter, unlike what mkdtemp makes. */
function makeCheckout(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'huiliu-pg-')));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

function dataOf(checkout: string): string {
  return join(checkout, '.huiliu/postgres/data');
}

async function start(checkout: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataFolder: join(checkout, '.huiliu/postgres') });
  running.push(server);
  return server;
}

/** Another process that uses the same server, in a process group of its own. It ignores SIGINT and stops when told. */
function startElsewhere(checkout: string): { child: ChildProcess; started: Promise<{ url: string; adopted: boolean }> } {
  const script = `
    import { runnerImport } from 'vite';
    process.on('SIGINT', () => {});
    const { module } = await runnerImport(${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))}, { configFile: false, logLevel: 'silent' });
    const server = await module.startEmbeddedPostgres({ dataFolder: ${JSON.stringify(join(checkout, '.huiliu/postgres'))} });
    process.stdout.write(JSON.stringify({ url: server.url, adopted: server.adopted }) + '\\n');
    process.stdin.on('data', async () => { await server.stop(); process.exit(0); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const started = new Promise<{ url: string; adopted: boolean }>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(JSON.parse(line.toString())));
    child.once('exit', (code) => reject(new Error(`the other process ended with ${code}`)));
  });
  started.catch(() => {});
  return { child, started };
}

async function ask({ url }: { url: string }, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<{ v: unknown }>(sql)).rows[0]?.v;
  } finally {
    await client.end();
  }
}

function isWatchdogOf(pid: string, checkout: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.startsWith(`huiliu: watches ${checkout}/`);
  } catch {
    return false;
  }
}

async function until(isTrue: () => boolean, patienceMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!isTrue()) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${patienceMs} ms: ${isTrue}`);
    await pause(50);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
