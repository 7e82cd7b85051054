import { type DynamicModule, Module } from '@nestjs/common';
import type { Hub } from '../app/hub.js';

/** Ask for the hub with `@Inject(HUB) private readonly hub: Hub`. */
export const HUB = Symbol('hub');

/** Hands the hub, which was opened before, to every module. */
export function hubModule(hub: Hub): DynamicModule {
  return { module: HubModule, global: true, providers: [{ provide: HUB, useValue: hub }], exports: [HUB] };
}

@Module({})
class HubModule {}
