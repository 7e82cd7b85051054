import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Hub } from '../app/hub.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { AccessGuard } from './access/access.guard.js';
import { features, watchFeatures } from './features.js';
import { hubModule } from './hub.module.js';
import type { Log } from './log.js';
import { NestLogger } from './nest-logger.js';
import { SchedulerModule } from './process/scheduler.module.js';
import { WorkerModule } from './process/worker.module.js';
import { ReadableTextPipe } from './readable-text.pipe.js';
import { TellFaultFilter } from './tell-fault.filter.js';
import { startTraces } from './traces/start-traces.js';

/** What one process does: any of it, or all. */
export interface Roles {
  /** Where it listens, if it does; port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  /** Answers programs, beyond health and metrics. */
  readonly api: boolean;
  readonly worker: boolean;
  readonly scheduler: boolean;
  /** Stand in for the features of the API in tests. */
  readonly modules?: readonly Type[];
}

export interface RunningProcess {
  /** `http://host:port`, with the port that was really taken; null when it does not listen. */
  readonly url: string | null;
  /** Stops work and gives it back, lets requests under way end. Does not close the hub. */
  close(): Promise<void>;
}

/** Builds the Nest application around an open hub and starts its roles. Throws `config` when the address cannot be had. */
export async function startProcess(hub: Hub, log: Log, roles: Roles): Promise<RunningProcess> {
  const options = { logger: new NestLogger(log), abortOnError: false, forceCloseConnections: true };
  const started = roles.listen
    ? await listen(await NestFactory.create<NestExpressApplication>(processModule(hub, log, roles), options), roles.listen)
    : { app: await NestFactory.createApplicationContext(processModule(hub, log, roles), options), url: null };
  const stopTraces = await startTraces(hub, log, process.env);
  const close = async () => {
    try {
      await started.app.close();
    } finally {
      await stopTraces();
    }
  };
  return { url: started.url, close };
}

async function listen(
  app: NestExpressApplication,
  { host, port }: { host: string; port: number },
): Promise<{ app: INestApplicationContext; url: string }> {
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
  return { app, url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}` };
}

function processModule(hub: Hub, log: Log, roles: Roles): DynamicModule {
  const offered = roles.listen ? (roles.api ? (roles.modules ?? features) : watchFeatures) : [];
  return {
    module: ProcessModule,
    imports: [hubModule(hub, log), ...offered, ...(roles.worker ? [WorkerModule] : []), ...(roles.scheduler ? [SchedulerModule] : [])],
    providers: roles.listen
      ? [
          { provide: APP_GUARD, useClass: AccessGuard },
          { provide: APP_FILTER, useClass: TellFaultFilter },
          { provide: APP_PIPE, useClass: ReadableTextPipe },
        ]
      : [],
  };
}

@Module({})
class ProcessModule {}
