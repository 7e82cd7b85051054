import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

export interface RedisServer {
  readonly url: string;
  /** Every key it holds. */
  readonly keys: () => Promise<string[]>;
  /** Everything it holds, as text: keys and values. */
  readonly dump: () => Promise<string>;
  readonly flush: () => Promise<void>;
  /** SIGKILL: it forgets everything, as nothing of it is on disk. */
  readonly kill: () => Promise<void>;
  /** Starts it again, empty, at the same address. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A real redis-server on loopback, without persistence. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'huiliu-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    server = spawn('redis-server', options, { stdio: 'ignore' });
    for (let look = 0; look < 200; look++) {
      const answer = await withRedis((redis) => redis.ping()).catch(() => '');
      if (answer === 'PONG') return;
      await sleep(50);
    }
    throw new Error('redis-server did not come up');
  }
  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }
  async function withRedis<Result>(work: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }
  const valueAt = async (redis: Redis, key: string): Promise<unknown> => {
    const type = await redis.type(key);
    if (type === 'hash') return redis.hgetall(key);
    if (type === 'list') return redis.lrange(key, 0, -1);
    if (type === 'zset') return redis.zrange(key, '0', '-1');
    if (type === 'set') return redis.smembers(key);
    return type === 'stream' ? redis.xrange(key, '-', '+') : redis.get(key);
  };

  await start();
  return {
    url,
    start,
    kill,
    keys: () => withRedis((redis) => redis.keys('*')),
    dump: () =>
      withRedis(async (redis) => {
        const keys = await redis.keys('*');
        return JSON.stringify(await Promise.all(keys.map(async (key) => [key, await valueAt(redis, key)])));
      }),
    flush: () => withRedis(async (redis) => void (await redis.flushall())),
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** Whether the tests that need a Redis run: it is there, or CI demands that it is. */
export function hasRedis(): boolean {
  return process.env['HUILIU_REQUIRE_REAL_SERVERS'] === '1' || spawnSync('redis-server', ['--version']).status === 0;
}
