import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Hub } from '../app/hub.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { AccessGuard } from './access/access.guard.js';
import { features } from './features.js';
import { hubModule } from './hub.module.js';
import type { Log } from './log.js';
import { NestLogger } from './nest-logger.js';
import { TellFaultFilter } from './tell-fault.filter.js';

export interface Server {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string;
  /** Lets requests under way end, for a few seconds. */
  close(): Promise<void>;
}

/** Listens for programs and for whoever watches the hub. Throws `config` when the address cannot be had. Does not close the hub. */
export async function startServer(
  hub: Hub,
  log: Log,
  { host, port, modules = features }: { host: string; port: number; modules?: readonly Type[] },
): Promise<Server> {
  const app = await NestFactory.create<NestExpressApplication>(serverModule(hub, modules), {
    logger: new NestLogger(log),
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.disable('x-powered-by');
  app.useBodyParser('json', { limit: '2mb' });
  app.useBodyParser('urlencoded', { limit: '2mb', extended: false });
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    const cause = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new HubError('config', message('api.port-taken', { address: `${host}:${port}`, cause }), { cause: error });
  }
  const taken = (app.getHttpServer().address() as AddressInfo).port;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, close: () => app.close() };
}

function serverModule(hub: Hub, modules: readonly Type[]): DynamicModule {
  return {
    module: ServerModule,
    imports: [hubModule(hub), ...modules],
    providers: [
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_FILTER, useClass: TellFaultFilter },
    ],
  };
}

@Module({})
class ServerModule {}
