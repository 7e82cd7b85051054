import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a compiled program of this checkout (`src/main.js`, `scripts/demo-night.js`) with its own home and nothing else of ours. */
export function startProgram(
  module: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  /** What it is given on standard input. */
  input?: string,
): ChildProcess & { readonly ended: Promise<Ended> } {
  const path = join(root, 'dist', module);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  const { DATABASE_URL: _, HUILIU_LANG: __, ...rest } = process.env;
  const child = spawn(process.execPath, [path, ...args], {
    cwd: root,
    env: { ...rest, ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((end) => child.once('close', (code) => end({ code, stdout, stderr })));
  return Object.assign(child, { ended });
}

/** Runs `huiliu` with these arguments to its end. */
export function huiliu(args: readonly string[], environment: NodeJS.ProcessEnv, input?: string): Promise<Ended> {
  return startProgram('src/main.js', args, environment, input).ended;
}
