import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { AgentHome } from './agent-home.js';

/**
 * Keeps a second agent away from a home. The lock is a listening pipe, which the system takes away with the process: after a power cut there
 * is nothing to clean up. Elsewhere than on Windows and Linux the
 * pipe is a file that a crash leaves behind, to be removed by hand.
 */
export async function lockHome(home: AgentHome): Promise<() => Promise<void>> {
  const name = `huiliu-agent-${createHash('sha256').update(resolve(home.folder)).digest('hex').slice(0, 16)}`;
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((locked, failed) => {
    server.once('error', () => failed(new HubError('config', message('agent.is-running', { home: home.folder }))));
    server.listen(path, locked);
  });
  server.unref();
  return () => new Promise((released) => server.close(() => released()));
}
