import { closeSync, openSync } from 'node:fs';

/**
 * A named place where a test may hurt this very process. Armed by `HUILIU_FAILPOINT`, a list `name[:k][=action],...` where `k` is
 * the k-th pass; otherwise it costs one comparison. Actions: `kill` (SIGKILL, the default) · `stop` (SIGSTOP, until somebody sends
 * SIGCONT) · `block/MS` (the event loop stands still) · `throw` (a plain Error, as a bug would).
 *
 * With `HUILIU_FAILPOINT_MARK=PATH` it acts once among all processes: who makes that file may, and the file tells the test that it
 * has happened.
 */
export function failpoint(name: string): void {
  if (armed === null) return;
  const point = armed.get(name);
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
  else process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}
