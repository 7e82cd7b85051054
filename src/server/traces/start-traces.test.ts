import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hub } from '../../app/hub.js';
import { rememberSecret } from '../../app/known-secrets.js';
import type { StepEnd } from '../../app/steps-of.js';
import { createLog } from '../log.js';
import { startTraces } from './start-traces.js';

const received: { path: string; body: string }[] = [];
const collector = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ path: request.url!, body });
    response.setHeader('content-type', 'application/json').end('{}');
  });
});
let endpoint: string;
beforeAll(async () => {
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
});
afterAll(() => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  collector.close();
});

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: object;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
}
interface Sent {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[] }[];
}

const log = createLog('silent');
const claim = { id: '7', stage: 'load', fence: '1', attempt: 2, faults: 0, runId: '5', sourceId: 3, deliveryId: '9', host: '' } as const;
const watched = (): Hub => ({ progress: new EventEmitter() }) as unknown as Hub;

test('attempts of one run arrive at a collector as one trace, also from two processes, and without secrets', async () => {
  rememberSecret('canary-4711');
  const [hub, other] = [watched(), watched()];
  const stops = [await startTraces(hub, log, process.env), await startTraces(other, log, process.env)];
  hub.progress.emit('end', { claim, outcome: 'ended', seconds: 2 } satisfies StepEnd);
  other.progress.emit('end', {
    claim: { ...claim, id: '8' },
    outcome: 'failed',
    seconds: 1,
    error: new Error('login canary-4711 refused'),
  });
  other.progress.emit('end', { claim: { ...claim, id: '9', runId: '6' }, outcome: 'given-back', seconds: 1 });
  await Promise.all(stops.map((stop) => stop()));
  const spans = received.flatMap(({ body }) =>
    (JSON.parse(body) as Sent).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans: sent }) => sent)),
  );
  const stepOf = ({ attributes }: SentSpan) => attributes.find(({ key }) => key === 'huiliu.step')!.value.stringValue;
  const byStep = Object.fromEntries(spans.map((span) => [stepOf(span), span])) as Record<'7' | '8' | '9', SentSpan>;
  expect(Object.keys(byStep)).toEqual(['7', '8', '9']);
  expect(byStep[7].traceId).toBe(byStep[8].traceId);
  expect(byStep[9].traceId).not.toBe(byStep[7].traceId);
  expect(byStep[7].name).toBe('load');
  expect(Number(BigInt(byStep[7].endTimeUnixNano) - BigInt(byStep[7].startTimeUnixNano)) / 1e9).toBeCloseTo(2, 1);
  expect(byStep[8].status).toMatchObject({ code: 2, message: 'login *** refused' });
  expect(received.every(({ path, body }) => path === '/v1/traces' && !body.includes('canary'))).toBe(true);
});

test('without an endpoint nothing is listened to', async () => {
  const hub = watched();
  await (await startTraces(hub, log, {}))();
  expect(hub.progress.listenerCount('end')).toBe(0);
});
