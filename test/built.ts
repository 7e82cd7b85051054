import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const project = resolve(import.meta.dirname, '..');
const stamp = join(project, 'dist/.tsbuildinfo');
const lock = join(project, 'dist/.building');

/** Sees to it that `dist/` is at least as new as the sources; one test process builds, the others wait. Returns `dist/`. */
export async function ensureBuilt(): Promise<string> {
  const dist = join(project, 'dist');
  mkdirSync(dist, { recursive: true });
  while (!isBuilt()) {
    if (!take()) {
      await sleep(200);
      continue;
    }
    try {
      execFileSync(process.execPath, [join(project, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { cwd: project });
      utimesSync(stamp, new Date(), new Date());
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return dist;
}

function isBuilt(): boolean {
  if (!existsSync(stamp)) return false;
  const builtAt = statSync(stamp).mtimeMs;
  const folders = ['src', 'connectors', 'migrations', 'scripts', 'bench'];
  return folders.every((folder) => newest(join(project, folder)) <= builtAt);
}

function newest(folder: string): number {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(({ name }) => /(?<![.]test)[.]ts$/.test(name));
  return Math.max(0, ...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs));
}

// A lock older than any build was left by a killed run.
function take(): boolean {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - since > 300_000) rmSync(lock, { recursive: true, force: true });
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
