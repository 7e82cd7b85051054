import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * A named place where a test may hurt this very process. Armed by `HUILIU_FAILPOINT`, a list `name[:k][=action],...` where `k` is
 * the k-th pass and `*` any place; otherwise it costs one comparison. Actions: `kill` (SIGKILL, the default) · `later/MS` (SIGKILL by
 * somebody else a little later, wherever we are then) · `stop` (SIGSTOP, until somebody sends SIGCONT) · `block/MS` (the event loop stands still) · `throw` (a plain Error, as a bug would).
 *
 * With `HUILIU_FAILPOINT_MARK=PATH` it acts once among all processes: who makes that file may, and the file tells the test that it
 * has happened.
 */
export function failpoint(name: string): void {
  if (armed === null) return;
  const point = armed.get(name) ?? armed.get('*');
  if (!point || --point.passes !== 0 || !mark()) return;
  act(name, point.action);
}

interface Armed {
  passes: number;
  readonly action: string;
}

const armed = read(process.env['HUILIU_FAILPOINT']);

function read(setting: string | undefined): Map<string, Armed> | null {
  if (!setting) return null;
  return new Map(
    setting.split(',').map((one) => {
      const [place = '', action = 'kill'] = one.split('=');
      const [name = '', passes = '1'] = place.split(':');
      return [name, { passes: Number(passes), action }];
    }),
  );
}

function mark(): boolean {
  const path = process.env['HUILIU_FAILPOINT_MARK'];
  if (!path) return true;
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch {
    return false;
  }
}

function act(name: string, action: string): void {
  if (action === 'throw') throw new Error(`failpoint ${name}`);
  if (action.startsWith('block/')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(action.slice(6)));
  else if (action.startsWith('later/'))
    spawn('sh', ['-c', `sleep ${Number(action.slice(6)) / 1_000}; kill -9 ${process.pid}`], { detached: true, stdio: 'ignore' }).unref();
  else process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}
