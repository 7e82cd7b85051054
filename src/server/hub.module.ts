import { type DynamicModule, Module } from '@nestjs/common';
import type { Hub } from '../app/hub.js';
import type { Log } from './log.js';

/** Ask for the hub with `@Inject(HUB) private readonly hub: Hub`. */
export const HUB = Symbol('hub');
/** Ask for the log with `@Inject(LOG) private readonly log: Log`. */
export const LOG = Symbol('log');

/** Hands the hub, which was opened before, and the log to every module. */
export function hubModule(hub: Hub, log: Log): DynamicModule {
  return {
    module: HubModule,
    global: true,
    providers: [
      { provide: HUB, useValue: hub },
      { provide: LOG, useValue: log },
    ],
    exports: [HUB, LOG],
  };
}

@Module({})
class HubModule {}
