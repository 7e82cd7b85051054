import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../src/main.js');

/** A process of the hub (`worker`, `scheduler` ...) as an operator starts it, from the compiled program beside this file. */
export interface HubProcess {
  readonly pid: number;
  /** All it has written to stderr so far. */
  log(): string;
  isRunning(): boolean;
  /** Sends the signal and waits for the end; returns how many ms that took. */
  end(signal: NodeJS.Signals): Promise<number>;
}

/** Comes back when it has said that it is up. */
export async function startHubProcess(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  compiled: string = program,
): Promise<HubProcess & { readonly url: string | null }> {
  const child: ChildProcess = spawn(process.execPath, [compiled, ...args, '--json'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  const gone = once(child, 'exit');
  const said = await Promise.race([once(child.stdout!, 'data'), gone.then(() => null)]);
  if (said === null) throw new Error(`${args.join(' ')} did not come up: ${log.slice(-2000)}`);
  const { url } = JSON.parse(String(said[0])) as { url: string | null };
  return {
    url,
    pid: child.pid!,
    log: () => log,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async end(signal) {
      const toldAt = performance.now();
      child.kill(signal);
      await gone;
      return performance.now() - toldAt;
    },
  };
}
