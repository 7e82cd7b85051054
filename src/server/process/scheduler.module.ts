import { type BeforeApplicationShutdown, Global, Inject, Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { Hub } from '../../app/hub.js';
import { ringReady } from '../../app/ring-ready.js';
import type { Bell } from '../../jobs/bell.js';
import { bellOf } from '../bell/open-bell.js';
import { HUB, LOG } from '../hub.module.js';
import type { Log } from '../log.js';

/** The scheduler of this process. Any number of them may run: a slot is a row that fires once. */
@Injectable()
export class SchedulerOfProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** When it looked last without a fault. */
  lookedAt: Date | null = null;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private bell: Bell | null = null;

  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.bell = (await bellOf(this.hub, this.log, false))?.(() => Promise.resolve()) ?? null;
    this.running = this.hub.runScheduler({
      signal: this.stopping.signal,
      onLook: ({ started }) => {
        this.lookedAt = new Date();
        for (const { runId, sources, businessDate } of started) this.log.info({ run: runId, sources, day: businessDate }, 'run started');
        if (this.bell && started.length > 0) void ringReady(this.hub.database, this.hub.limits, this.bell).catch(this.onFault);
      },
      onFault: this.onFault,
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.bell?.close();
  }

  private readonly onFault = (error: unknown): void => this.log.error({ error }, 'the scheduler is at fault; it looks again');
}

@Global()
@Module({ providers: [SchedulerOfProcess], exports: [SchedulerOfProcess] })
export class SchedulerModule {}
