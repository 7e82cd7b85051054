import { Controller, Get, Header, Inject, Module, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { freeMegabytesOf } from '../../app/free-megabytes.js';
import type { Hub } from '../../app/hub.js';
import type { StepEnd } from '../../app/steps-of.js';
import { readArrivals } from '../../db/read-arrivals.js';
import { readGauges } from '../../db/read-gauges.js';
import { addDays } from '../../model/add-days.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { latenessOf } from '../../schedule/lateness.js';
import { OpenToAll } from '../access/needs-right.js';
import { HUB } from '../hub.module.js';
import { Described } from '../openapi/described.js';
import { SchedulerOfProcess } from '../process/scheduler.module.js';
import { WorkerOfProcess } from '../process/worker.module.js';

/** `/metrics` in the format of Prometheus: figures of the whole hub, read when asked, and of this process, counted as it works. */
@Controller('metrics')
@OpenToAll()
class MetricsController implements OnApplicationShutdown {
  private readonly registry = new Registry();
  private readonly stepSeconds = new Histogram({
    name: 'huiliu_step_seconds',
    help: 'How long attempts at steps took in this process',
    labelNames: ['stage', 'outcome'],
    buckets: [0.05, 0.2, 0.5, 1, 2, 5, 15, 60, 300, 1800],
    registers: [this.registry],
  });
  private readonly faults = new Counter({
    name: 'huiliu_step_faults_total',
    help: 'Attempts at steps that failed in this process',
    labelNames: ['stage', 'class'],
    registers: [this.registry],
  });

  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Optional() @Inject(WorkerOfProcess) private readonly worker: WorkerOfProcess | null,
    @Optional() @Inject(SchedulerOfProcess) private readonly scheduler: SchedulerOfProcess | null,
  ) {
    hub.progress.on('end', this.count);
  }

  @Described({ about: 'route.metrics', answer: null })
  @Get()
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  async metrics(): Promise<string> {
    const read = new Registry();
    await this.readHub(read);
    await this.readLateness(read);
    await this.readProcess(read);
    return Registry.merge([this.registry, read]).metrics();
  }

  onApplicationShutdown(): void {
    this.hub.progress.off('end', this.count);
  }

  private async readHub(registry: Registry): Promise<void> {
    const gauges = await readGauges(this.hub.database);
    const steps = gauge(registry, 'huiliu_steps_open', 'Steps still to do', ['stage', 'state']);
    const oldest = gauge(registry, 'huiliu_steps_oldest_seconds', 'How long the oldest step has been due or running', ['stage', 'state']);
    for (const { stage, state, count, oldestSeconds } of gauges.open) {
      steps.set({ stage, state }, count);
      oldest.set({ stage, state }, oldestSeconds);
    }
    const rows = gauge(registry, 'huiliu_rows_two_days', 'Rows of the runs of the last two days, by fate', ['fate']);
    for (const [fate, count] of Object.entries(gauges.rows)) rows.set({ fate }, count);
    gauge(registry, 'huiliu_leases_expired', 'Running steps whose holder let the lease run out').set(gauges.expiredLeases);
    gauge(registry, 'huiliu_dead_letters', 'Steps of the last seven days that have failed for good').set(gauges.deadLetters);
    gauge(registry, 'huiliu_deliveries_held', 'Deliveries that wait for a person').set(gauges.held);
    gauge(registry, 'huiliu_runs_open', 'Runs that are not closed').set(gauges.openRuns);
    gauge(registry, 'huiliu_run_oldest_seconds', 'Age of the oldest run that is not closed').set(gauges.oldestRunSeconds);
    gauge(registry, 'huiliu_breakers_shut', 'Sources and hosts left in peace after too many faults').set(gauges.shutBreakers);
    gauge(registry, 'huiliu_database_bytes', 'Size of the database').set(gauges.databaseBytes);
  }

  // Of yesterday's business day, as the missing board judges it.
  private async readLateness(registry: Registry): Promise<void> {
    const board = await readArrivals(this.hub.database, addDays(shanghaiDay(new Date()), -1));
    const { counts, arrivedSeconds, waitingSeconds } = latenessOf(board.lines, board.now);
    const sources = gauge(registry, 'huiliu_sources_expected', "Sources expected for yesterday's business day, by what became of them", [
      'state',
    ]);
    for (const [state, count] of Object.entries(counts)) sources.set({ state }, count);
    gauge(registry, 'huiliu_late_arrival_seconds', 'How far the latest arrival was behind its deadline').set(arrivedSeconds);
    gauge(registry, 'huiliu_late_waiting_seconds', 'How long the longest missing source is past its deadline').set(waitingSeconds);
  }

  private async readProcess(registry: Registry): Promise<void> {
    gauge(registry, 'process_resident_memory_bytes', 'Memory of this process').set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    gauge(registry, 'process_cpu_seconds', 'Processor time of this process').set((user + system) / 1e6);
    gauge(registry, 'huiliu_child_peak_bytes', 'The largest any decoding child of this process has been').set(this.hub.peakChildRssBytes());
    gauge(registry, 'huiliu_disk_free_bytes', 'Room on the disk of HUILIU_HOME').set(
      (await freeMegabytesOf(this.hub.settings.home)) * 1024 ** 2,
    );
    const worker = this.worker?.worker;
    if (worker) gauge(registry, 'huiliu_steps_held', 'Steps this process works on now').set(worker.held());
    const isBellWell = worker?.isBellWell() ?? null;
    if (isBellWell !== null) gauge(registry, 'huiliu_bell_up', 'Whether Redis rings').set(Number(isBellWell));
    const lookedAt = this.scheduler?.lookedAt;
    if (lookedAt) gauge(registry, 'huiliu_scheduler_looked_timestamp', 'When the scheduler looked last').set(lookedAt.getTime() / 1000);
  }

  private readonly count = ({ claim, outcome, seconds, error }: StepEnd): void => {
    this.stepSeconds.observe({ stage: claim.stage, outcome }, seconds);
    const errorClass = (error as { errorClass?: string } | undefined)?.errorClass ?? 'unexpected';
    if (outcome === 'failed') this.faults.inc({ stage: claim.stage, class: errorClass });
  };
}

function gauge<Label extends string>(registry: Registry, name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

@Module({ controllers: [MetricsController] })
export class MetricsModule {}
