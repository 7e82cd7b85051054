import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from './sample-night/seeded-random.js';

// Kills the demo night with SIGKILL at random moments, lets a rerun finish it and compares what the hub then knows with an
// undisturbed night. `node dist/scripts/kill-night.js [rounds=10] [seed=1]`; ends with `N passed, N failed`.
const rounds = Number(process.argv[2] ?? 10);
const random = seededRandom(Number(process.argv[3] ?? 1)).next;
const demo = join(import.meta.dirname, 'demo-night.js');
const root = resolve('.huiliu/kill-night');
rmSync(root, { recursive: true, force: true });
mkdirSync(root, { recursive: true });

const control = await finish(home());
console.log(`undisturbed: ${control.seconds.toFixed(1)} s, ${JSON.stringify(control.night.digest)}`);
let failed = 0;
for (let round = 1; round <= rounds; round++) {
  const folder = home();
  const killedAfter = Math.round(random() * control.seconds * 1000);
  await killAfter(folder, killedAfter);
  const { night } = await finish(folder);
  const same = JSON.stringify(night.digest) === JSON.stringify(control.night.digest);
  if (!same) failed += 1;
  console.log(
    `round ${round}: killed after ${killedAfter} ms, rerun loaded ${night.totals.loaded}: ${same ? 'same digest' : JSON.stringify(night.digest)}`,
  );
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${rounds - failed} passed, ${failed} failed`);
rmSync(root, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;

interface Night {
  readonly digest: Record<string, string>;
  readonly totals: { readonly loaded: number };
}

function home(): string {
  return mkdtempSync(join(root, 'home-'));
}

async function finish(folder: string): Promise<{ night: Night; seconds: number }> {
  const startedAt = performance.now();
  const child = start(folder);
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const code = await new Promise<number | null>((end) => child.once('exit', end));
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`the demo ended with ${code} and without its line: ${output.slice(-500)}`);
  return { night: JSON.parse(last) as Night, seconds: (performance.now() - startedAt) / 1000 };
}

async function killAfter(folder: string, milliseconds: number): Promise<void> {
  const child = start(folder);
  const gone = new Promise((end) => child.once('exit', end));
  await Promise.race([sleep(milliseconds), gone]);
  child.kill('SIGKILL');
  await gone;
}

function start(folder: string): ChildProcess {
  return spawn(process.execPath, [demo, '--json'], { env: { ...process.env, HUILIU_HOME: folder }, stdio: ['ignore', 'pipe', 'ignore'] });
}
