import { createHash } from 'node:crypto';
import { type AttributeValue, SpanStatusCode } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { Hub } from '../../app/hub.js';
import { withoutSecrets } from '../../app/known-secrets.js';
import type { StepEnd } from '../../app/steps-of.js';
import type { Log } from '../log.js';

/** Sends what is left and ends. */
export type StopTraces = () => Promise<void>;

/**
 * Sends a span for every attempt at a step to an OpenTelemetry collector (OTLP over HTTP), when the usual variables
 * `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` name one; else nothing is loaded. All attempts of one run are
 * one trace, from whichever process: its id is made from the run's.
 */
export async function startTraces(hub: Hub, log: Log, environment: NodeJS.ProcessEnv): Promise<StopTraces> {
  if (!environment.OTEL_EXPORTER_OTLP_ENDPOINT && !environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return async () => {};
  const [{ BatchSpanProcessor, RandomIdGenerator, TracerProvider }, { OTLPTraceExporter }, { defaultResource, resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const service = environment.OTEL_SERVICE_NAME ?? 'huiliu';
  const ids = new RunIds(new RandomIdGenerator(), service);
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': service, 'process.pid': process.pid })),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('huiliu');
  const onEnd = ({ claim, outcome, seconds, error }: StepEnd) => {
    const endTime = Date.now();
    const attributes: Record<string, AttributeValue> = {
      'huiliu.run': claim.runId,
      'huiliu.step': claim.id,
      'huiliu.attempt': claim.attempt,
      'huiliu.outcome': outcome,
      ...(claim.sourceId !== null && { 'huiliu.source': claim.sourceId }),
      ...(claim.deliveryId !== null && { 'huiliu.delivery': claim.deliveryId }),
    };
    ids.runId = claim.runId;
    const span = tracer.startSpan(claim.stage, { root: true, startTime: endTime - seconds * 1000, attributes });
    if (outcome === 'failed') {
      span.setStatus({ code: SpanStatusCode.ERROR, message: withoutSecrets(error instanceof Error ? error.message : String(error)) });
    }
    span.end(endTime);
  };
  hub.progress.on('end', onEnd);
  log.info({ service }, 'traces are sent');
  return async () => {
    hub.progress.off('end', onEnd);
    await provider.shutdown().catch((error) => log.warn({ error }, 'the last traces could not be sent'));
  };
}

/** A span without a parent takes the trace of the run it belongs to, so that processes need not tell each other. */
class RunIds implements IdGenerator {
  runId = '';

  constructor(
    private readonly random: IdGenerator,
    private readonly service: string,
  ) {}

  generateTraceId(): string {
    return createHash('sha256').update(`${this.service}/run/${this.runId}`).digest('hex').slice(0, 32);
  }

  generateSpanId(): string {
    return this.random.generateSpanId();
  }
}
