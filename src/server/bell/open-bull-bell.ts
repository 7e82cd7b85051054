import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Job, Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Answer, Bell, Ring } from '../../jobs/bell.js';
import type { Log } from '../log.js';
import { NestLogger } from '../nest-logger.js';

export interface BullBellOptions {
  readonly url: string;
  /** What the keys in Redis begin with. */
  readonly prefix: string;
  /** How many steps of a kind this process works on at the same time; {} = it only rings. */
  readonly lanes: Readonly<Record<string, number>>;
  /** All kinds of steps. */
  readonly queues: readonly string[];
  readonly log: Log;
}

const patienceMs = 1000;

/**
 * A bell over Redis: one BullMQ queue per lane, in a Nest context of its own, so that it can be thrown away and opened anew. A job is
 * `{ id, attempt }` under the id `se-<id>-<attempt>` and is gone when it has been heard: no retries, schedules, flows or data of BullMQ.
 * Two connections: one that rings and fails at once when Redis is away, and one that listens and waits for it to come back.
 */
export function openBullBell(options: BullBellOptions, answer: Answer): Bell {
  const { log, prefix } = options;
  let isWell = false;
  const complain = (error: Error) => {
    if (isWell) log.warn({ error }, 'Redis is away');
    isWell = false;
  };
  const common: RedisOptions = { retryStrategy: (times) => Math.min(200 * times, 3000), connectTimeout: 3000 };
  const teller = new Redis(options.url, { ...common, maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: patienceMs });
  const listener = new Redis(options.url, { ...common, maxRetriesPerRequest: null });
  for (const redis of [teller, listener]) redis.on('error', complain);

  const processors = Object.entries(options.lanes).map(([lane, concurrency]) => {
    // A lost ring costs a delay, so nothing here is worth waiting long for: the lease of the step is in the ledger.
    @Processor({ name: lane }, { prefix, concurrency, connection: listener as never, lockDuration: 60_000, maxStalledCount: 1 })
    class LaneProcessor extends WorkerHost {
      async process(job: Job<{ id: string; attempt: number }>): Promise<void> {
        await answer({ ...job.data, lane });
      }
    }
    return LaneProcessor satisfies Type;
  });
  const defaultJobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };
  @Module({
    imports: options.queues.map((name) =>
      BullModule.registerQueue({ name, prefix, connection: teller as never, skipWaitingForReady: true, defaultJobOptions }),
    ),
    providers: processors,
  })
  class BellModule {}

  // Opened when Redis is there for the first time: BullMQ does not get over a first connection that fails.
  let opened: Promise<Opened> | null = null;
  async function open(): Promise<Opened> {
    const context = await NestFactory.createApplicationContext(BellModule, { logger: new NestLogger(log), abortOnError: false });
    const queues = new Map(options.queues.map((name) => [name, context.get<Queue>(getQueueToken(name))]));
    const workers = processors.map((processor) => context.get(processor).worker);
    for (const queue of queues.values()) queue.on('error', complain);
    for (const worker of workers) worker.on('error', complain);
    return { context, queues, workers };
  }

  function openOnce(): Promise<Opened> {
    opened ??= open();
    return opened;
  }

  async function attempt(work: (queues: Opened['queues']) => Promise<unknown>): Promise<boolean> {
    try {
      await Promise.race([
        teller.ping().then(async () => work((await openOnce()).queues)),
        sleep(patienceMs, undefined, { ref: false }).then(() => Promise.reject(new Error('Redis does not answer'))),
      ]);
      if (!isWell) log.info({}, 'Redis is there: it rings for work');
      isWell = true;
    } catch (error) {
      complain(error as Error);
    }
    return isWell;
  }

  teller.once('ready', () => void attempt(() => Promise.resolve()));
  return {
    isWell: () => isWell,
    check: () => attempt(() => Promise.resolve()),
    ring: (rings) =>
      attempt((queues) =>
        Promise.all(
          [...queues].map(([lane, queue]) =>
            add(
              queue,
              rings.filter((ring) => ring.lane === lane),
            ),
          ),
        ),
      ),
    async close() {
      isWell = false;
      // Without Redis it would wait for it to come back.
      await Promise.race([closeOpened(opened), sleep(2000)]).catch(() => undefined);
      teller.disconnect();
      listener.disconnect();
    },
  };
}

interface Opened {
  readonly context: INestApplicationContext;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly workers: readonly Worker[];
}

async function closeOpened(opened: Promise<Opened> | null): Promise<void> {
  if (opened === null) return;
  const { context, workers } = await opened;
  await Promise.all(workers.map((worker) => worker.close(true)));
  await context.close();
}

async function add(queue: Queue, rings: readonly Ring[]): Promise<void> {
  if (rings.length === 0) return;
  await queue.addBulk(rings.map(({ id, attempt }) => ({ name: 'step', data: { id, attempt }, opts: { jobId: `se-${id}-${attempt}` } })));
}
