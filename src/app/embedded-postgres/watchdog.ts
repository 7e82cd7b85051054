import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Binaries, binary } from './find-binaries.js';
import { plainEnvironment } from './run-as.js';
import { belongsLike, type ServerPlace } from './server-place.js';

/** A claim on the server: it runs as long as somebody holds one. */
export interface Hold {
  /** Lets go, and comes back when the server has stopped or somebody else is known to hold it. May be repeated. */
  release(): Promise<void>;
}

/*
 * Who stops the server. Every process that uses it leaves an owner file `<pid>.<start>.<random>.owner` and starts one
 * watchdog, a small node process in its own session (so a Ctrl-C passes it by) at the other end of a pipe. The pipe
 * closes when the process lets go or dies in any way, also by kill -9. Then the watchdog removes the owner file, and
 * stops the server when no owner is left.
 *
 * There is no lock. A watchdog first writes `*.stopping` and then looks for owners; a starter first writes `*.owner`
 * and then looks for somebody stopping. Whatever the timing, at least one of them sees the other: the watchdog leaves
 * the server running, or the starter waits until it is down and starts it again. Files of dead processes count for
 * nothing, told by pid and start time, so a reused pid is no owner.
 *
 * The functions marked "travels" are sent to the watchdog as source text (`node -e`), because a path to a script would
 * be right in dist/ or under vitest, not in both. They use nothing but globals and each other.
 */

/** Registers this process as an owner and waits until nobody is busy stopping the server. */
export async function holdServer(place: ServerPlace, binaries: Binaries): Promise<Hold> {
  const owners = join(place.control, 'owners');
  mkdirSync(owners, { recursive: true, mode: 0o755 });
  belongsLike(owners, place.control);
  const name = `${process.pid}.${startOf(process.pid) ?? 0}.${randomBytes(4).toString('hex')}`;
  const ownerFile = join(owners, `${name}.owner`);
  closeSync(openSync(ownerFile, 'wx'));
  belongsLike(ownerFile, place.control);

  const job: WatchdogJob = {
    owners,
    name,
    data: place.data,
    pgCtl: binary(binaries, 'pg_ctl'),
    uid: place.account.uid,
    gid: place.account.gid,
  };
  let released: Promise<void> | null = null;
  let watchdog = startWatchdog(job);
  await minded();
  while (liveNames(owners, '.stopping').length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  return { release: () => (released ??= watchdog.then((child) => letGo(job, child))) };

  /** A watchdog that somebody kills is replaced, a second later so that a broken one does not keep us busy. */
  async function minded(): Promise<void> {
    (await watchdog).once('exit', () => {
      if (released) return;
      setTimeout(() => {
        if (released) return;
        watchdog = startWatchdog(job);
        minded().catch(() => {});
      }, 1_000).unref();
    });
  }
}

/** The postmaster of a data folder, `null` when none lives. `port` is null unless it takes connections. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number | null;
}

interface WatchdogJob {
  readonly owners: string;
  readonly name: string;
  readonly data: string;
  readonly pgCtl: string;
  readonly uid: number | null;
  readonly gid: number | null;
}

/** Says it to the watchdog; when that one is dead or dies over it, another does its work. */
async function letGo(job: WatchdogJob, watchdog: ChildProcess): Promise<void> {
  const isDead = watchdog.exitCode !== null || watchdog.signalCode !== null;
  if (!isDead && (await sayRelease(watchdog))) return;
  if (!(await sayRelease(await startWatchdog(job)))) throw new Error(`the watchdog could not stop PostgreSQL in ${job.data}`);
}

async function sayRelease(watchdog: ChildProcess): Promise<boolean> {
  watchdog.ref();
  const ended = new Promise<number | null>((resolve) => watchdog.once('exit', resolve));
  watchdog.stdin?.end('release');
  return (await ended) === 0;
}

function startWatchdog(job: WatchdogJob): Promise<ChildProcess> {
  const source = [startOf, liveNames, findPostmaster, watch].map(String).join('\n');
  const child = spawn(process.execPath, ['-e', `${source}\nwatch(${JSON.stringify(job)});`], {
    cwd: '/',
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: plainEnvironment(),
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdin.on('error', () => {}); // It may be killed before we let go; `letGo` sees that.
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the watchdog of the database ended at once (${code}): ${complaint}`)));
    child.stdout.once('data', () => {
      child.removeAllListeners('exit').removeAllListeners('error');
      child.on('error', () => {});
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      (child.stdin as unknown as { unref(): void }).unref();
      child.unref();
      resolve(child);
    });
  });
}

/** Travels. The watchdog's life: wait for the end of the pipe, then stop the server unless somebody else needs it. */
async function watch(job: WatchdogJob): Promise<void> {
  const fs = process.getBuiltinModule('node:fs');
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.title = `huiliu: watches ${job.data}`; // Else ps would show this whole text.
  process.stdout.on('error', () => {});
  process.stdout.write('ready');

  let wasReleased = false;
  process.stdin.on('data', () => (wasReleased = true));
  await new Promise((resolve) => process.stdin.once('close', resolve).once('error', resolve));
  if (!wasReleased) await pause(1_000); // It died. A quick restart finds the server still warm.

  fs.rmSync(`${job.owners}/${job.name}.owner`, { force: true });
  const stopping = `${job.owners}/${process.pid}.${startOf(process.pid) ?? 0}.${job.name}.stopping`;
  fs.writeFileSync(stopping, '');
  // An owner that died while starting the server may leave a postmaster that shows itself only a moment later.
  for (let look = 0; look < (wasReleased ? 1 : 5); look++) {
    if (look > 0) await pause(400);
    if (liveNames(job.owners, '.owner').length > 0) break;
    if (!findPostmaster(job.data)) continue;
    const ids = job.uid === null ? {} : { uid: job.uid, gid: job.gid ?? job.uid };
    for (const mode of ['fast', 'immediate']) {
      if (!findPostmaster(job.data)) break;
      spawnSync(job.pgCtl, ['-D', job.data, '-m', mode, '-w', '-t', '60', 'stop'], { cwd: '/', stdio: 'ignore', ...ids });
    }
  }
  fs.rmSync(stopping, { force: true });
  process.exit(liveNames(job.owners, '.owner').length === 0 && findPostmaster(job.data) ? 1 : 0);
}

/** Travels. The files with this ending whose process still lives; those of dead processes are removed. */
export function liveNames(folder: string, ending: '.owner' | '.stopping'): string[] {
  const fs = process.getBuiltinModule('node:fs');
  return fs.readdirSync(folder).filter((name) => {
    if (!name.endsWith(ending)) return false;
    const [pid, start] = name.split('.');
    const isAlive = String(startOf(Number(pid)) ?? 'dead') === start;
    if (!isAlive) fs.rmSync(`${folder}/${name}`, { force: true });
    return isAlive;
  });
}

/** Travels. When a process started, in whatever unit the system counts; `null` when it is dead, also when a zombie. */
export function startOf(pid: number): number | null {
  const fs = process.getBuiltinModule('node:fs');
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ['Z', 'X'].includes(fields[0] ?? 'X') ? null : Number(fields[19]);
    }
    if (process.platform === 'win32') return process.kill(pid, 0) ? 1 : null;
    const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' },
    });
    const [state = '', ...start] = stdout.trim().split(/\s+/);
    return state === '' || state.startsWith('Z') ? null : Date.parse(start.join(' '));
  } catch {
    return null;
  }
}

/**
 * Travels. The postmaster named in `postmaster.pid`, unless that pid is dead or by now belongs to another program.
 * A server works in its data folder, which is how we know it; where the system hides that, by its command line.
 */
export function findPostmaster(data: string): Postmaster | null {
  const fs = process.getBuiltinModule('node:fs');
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  let lines: string[];
  try {
    lines = fs.readFileSync(`${data}/postmaster.pid`, 'utf8').split('\n');
  } catch {
    return null;
  }
  // A single-user backend writes its pid negated.
  const pid = Math.abs(Number(lines[0]));
  if (!pid || startOf(pid) === null) return null;
  const found = { pid, port: lines[7]?.startsWith('ready') ? Number(lines[3]) : null };
  const real = fs.realpathSync(data);
  if (process.platform === 'win32') return found;
  if (process.platform === 'linux') {
    try {
      return fs.realpathSync(fs.readlinkSync(`/proc/${pid}/cwd`)) === real ? found : null;
    } catch {
      const args = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return args.includes(data) || args.includes(real) ? found : null;
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.includes(data) || stdout.includes(real) ? found : null;
}
