import { type BeforeApplicationShutdown, Global, Inject, Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { Hub } from '../../app/hub.js';
import type { Worker } from '../../app/worker.js';
import { bellOf } from '../bell/open-bell.js';
import { HUB, LOG } from '../hub.module.js';
import type { Log } from '../log.js';

/** The worker of this process: begins when everything is built, and stops before anything is taken away. */
@Injectable()
export class WorkerOfProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  worker: Worker | null = null;

  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.worker = this.hub.startWorker({ log: this.log, openBell: await bellOf(this.hub, this.log, true) });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.stop();
  }
}

@Global()
@Module({ providers: [WorkerOfProcess], exports: [WorkerOfProcess] })
export class WorkerModule {}
