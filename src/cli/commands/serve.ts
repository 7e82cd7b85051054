import type { Command } from 'commander';
import { expected } from '../expected.js';
import type { Invocation } from '../invocation.js';

/**
 * `huiliu serve`, `worker`, `scheduler` and `up`: the processes that run on until they are told to stop. Any number of each, on any
 * number of machines, or all in one. The server's libraries are loaded only here.
 */
export function registerServeCommands(program: Command, { screen, settings, openHub, onEnd, signal }: Invocation): void {
  const { text } = screen;

  listening(program.command('serve').description(text('serve.about')))
    .option('--all', text('serve.opt-all'))
    .action(({ all = false, ...address }: Address & { all?: boolean }) => run({ api: true, worker: all, scheduler: all }, address));
  listening(program.command('up').description(text('up.about'))).action((address: Address) =>
    run({ api: true, worker: true, scheduler: true }, address),
  );
  listening(program.command('worker').description(text('worker.about'))).action((address: Address) =>
    run({ api: false, worker: true, scheduler: false }, address),
  );
  listening(program.command('scheduler').description(text('scheduler.about'))).action((address: Address) =>
    run({ api: false, worker: false, scheduler: true }, address),
  );

  async function run(roles: { api: boolean; worker: boolean; scheduler: boolean }, address: Address): Promise<void> {
    const hub = await openHub();
    const [{ startProcess }, { createLog }] = await Promise.all([import('../../server/start-process.js'), import('../../server/log.js')]);
    const log = createLog(settings.logLevel);
    // Who only works listens only when asked to: many of them fit on one machine.
    const listens = roles.api || address.port !== undefined;
    const listen = listens ? { host: address.host ?? settings.host, port: address.port ?? settings.port } : null;
    const running = await startProcess(hub, log, { ...roles, listen });
    onEnd(() => running.close());
    const names = Object.entries(roles).flatMap(([role, isOn]) => (isOn ? [role] : []));
    log.info({ roles: names, url: running.url }, 'started');
    screen.answer({ roles: names, url: running.url, pid: process.pid }, () => [
      running.url === null
        ? text('serve.running', { roles: names.join(' + ') })
        : text('serve.listening', { url: running.url, roles: names.join(' + ') }),
    ]);
    if (!signal.aborted) await new Promise<void>((stop) => signal.addEventListener('abort', () => stop(), { once: true }));
    log.info({}, 'stopping');
  }

  function listening(command: Command): Command {
    return command.option('--host <address>', text('serve.opt-host')).option('--port <n>', text('serve.opt-port'), port);
  }
}

interface Address {
  readonly host?: string;
  readonly port?: number;
}

function port(given: string): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw expected('expected.number', { least: 0, most: 65_535, example: 8080 });
  return value;
}
