import { Controller, Get, Inject, Module, Optional } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import type { Hub } from '../../app/hub.js';
import { type ReadinessCheck, readReadiness } from '../../app/read-readiness.js';
import { OpenToAll } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { Described } from '../openapi/described.js';
import { WorkerOfProcess } from '../process/worker.module.js';

/** `/health/live`: the process answers. `/health/ready`: it can do its work; 503 with what is wrong when it cannot. */
@Controller('health')
@OpenToAll()
class HealthController {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Optional() @Inject(WorkerOfProcess) private readonly worker: WorkerOfProcess | null,
  ) {}

  // Redis is a bell: while it is away work goes on, more slowly.
  private ownChecks(): ReadinessCheck[] {
    const isBellWell = this.worker?.worker?.isBellWell() ?? null;
    return isBellWell === null ? [] : [{ name: 'redis', state: isBellWell ? 'up' : 'degraded', detail: {} }];
  }

  @Described({ about: 'route.live', answer: { status: 'ok' } })
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Described({ about: 'route.ready', answer: { status: 'ok', info: {}, error: {}, details: {} } })
  @Get('ready')
  @HealthCheck()
  async ready() {
    const checks = [...(await readReadiness(this.hub)), ...this.ownChecks()];
    return this.health.check(
      checks.map(({ name, state, detail }) => () => {
        const indicator = this.indicators.check(name);
        return state === 'up' ? indicator.up(detail) : state === 'degraded' ? indicator.degraded(detail) : indicator.down(detail);
      }),
    );
  }
}

@Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [HealthController] })
export class HealthModule {}
