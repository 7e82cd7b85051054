import { type Command, InvalidArgumentError } from 'commander';
import type { Invocation } from '../invocation.js';

/** `huiliu serve`: answers programs until it is told to stop. The server's libraries are loaded only here. */
export function registerServeCommand(program: Command, { screen, settings, openHub, onEnd, signal }: Invocation): void {
  const { text } = screen;
  program
    .command('serve')
    .description(text('serve.about'))
    .option('--host <address>', text('serve.opt-host'))
    .option('--port <n>', text('serve.opt-port'), port)
    .action(async (options: { host?: string; port?: number }) => {
      const hub = await openHub();
      const [{ startServer }, { createLog }] = await Promise.all([import('../../server/start-server.js'), import('../../server/log.js')]);
      const address = { host: options.host ?? settings.host, port: options.port ?? settings.port };
      const server = await startServer(hub, createLog(settings.logLevel), address);
      onEnd(() => server.close());
      screen.answer({ url: server.url }, () => [text('serve.listening', { url: server.url })]);
      await new Promise<void>((stop) => signal.addEventListener('abort', () => stop(), { once: true }));
    });
}

function port(given: string): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('0-65535');
  return value;
}
