import { spawn } from 'node:child_process';
import type { ServerAccount } from './server-account.js';

export interface RunResult {
  /** `null` when it could not be started or was killed; then `output` says why. */
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program as the server's account and waits for its end. It gets its own session, so a Ctrl-C in the terminal
 * does not cut initdb or a start in half, and `/` as its folder, since ours may be closed to that account.
 */
export function runAs(account: ServerAccount, program: string, args: readonly string[]): Promise<RunResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      cwd: '/',
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: plainEnvironment(),
      ...(account.uid === null ? {} : { uid: account.uid, gid: account.gid ?? account.uid }),
    });
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    // `exit`, not `close`: on Windows the server inherits the pipes and would keep us waiting for ever.
    child.on('exit', (code, signal) =>
      setImmediate(() => resolve({ code, output: output.trim() || (signal ? `killed by ${signal}` : '') })),
    );
  });
}

/** What our helpers and the server get to see: no settings of the hub, so no secrets. Windows needs its own variables. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const inherited = process.platform === 'win32' ? process.env : {};
  return { ...inherited, PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}
