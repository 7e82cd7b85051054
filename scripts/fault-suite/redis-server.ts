import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { CannotTry } from './cannot-try.js';
import { until } from './until.js';

/** A Redis that may be hurt: without a log, so that a restart has forgotten everything. */
export interface RedisServer {
  readonly url: string;
  /** Ends it (SIGKILL); what it held is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** One command, such as `flushall`. */
  command(name: string, ...args: readonly string[]): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startRedisServer(folder: string): Promise<RedisServer> {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'pipe' });
  } catch {
    throw new CannotTry('no redis-server on this machine');
  }
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;

  async function command(name: string, ...args: readonly string[]): Promise<unknown> {
    const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  const server: RedisServer = {
    url,
    command,
    async start() {
      child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder], {
        stdio: 'ignore',
      });
      await until('Redis answers', async () => (await command('ping').catch(() => null)) === 'PONG');
    },
    async kill() {
      const gone = new Promise((resolve) => child?.once('exit', resolve));
      child?.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child?.kill('SIGKILL');
    },
  };
  await server.start();
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
