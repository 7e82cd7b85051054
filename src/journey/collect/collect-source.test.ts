import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ErrorClass, HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { LandingStore } from '../land/landing-store.js';
import { acknowledge, type CollectLimits, collectSource } from './collect-source.js';
import type { Connector, Observed } from './connector.js';
import { createObservationsInMemory } from './observations-in-memory.js';

const start = new Date('2026-11-22T00:00:00Z').getTime();
const observed = (name: string, over: Partial<Observed> = {}): Observed => ({
  locator: name,
  name,
  byteCount: null,
  sentAt: new Date(start - 3_600_000),
  ready: true,
  fingerprint: '1',
  about: {},
  ...over,
});
const fault = (errorClass: ErrorClass) => new HubError(errorClass, message('connect.cancelled'));

test('what is landed once is known afterwards, once the re-fetch window is over', async () => {
  const world = createWorld([observed('a'), observed('b')]);
  expect(await world.collect()).toEqual(['a landed', 'b landed']);
  expect(await world.collect()).toEqual(['a same', 'b same']);
  world.days = 3;
  expect(await world.collect()).toEqual(['a known', 'b known']);
  expect(world.handedOver).toEqual(['a', 'b']);
});

test('other bytes under the same name, size and time are found inside the window', async () => {
  const world = createWorld([observed('a')]);
  await world.collect();
  world.bytes.set('a', 'other');
  expect(await world.collect()).toEqual(['a landed']);
});

test('a frozen object is never fetched again', async () => {
  const world = createWorld([observed('a', { frozen: true })]);
  expect([await world.collect(), await world.collect()]).toEqual([['a landed'], ['a known']]);
});

test('a touched file with the same bytes is not a new delivery', async () => {
  const world = createWorld([observed('a')]);
  await world.collect();
  world.listing = [observed('a', { fingerprint: '2' })];
  expect(await world.collect()).toEqual(['a same']);
  world.days = 3;
  expect(await world.collect()).toEqual(['a known']);
  expect(world.handedOver).toEqual(['a']);
});

test('one object that fails leaves the others alone, and is tried again next time', async () => {
  const world = createWorld([observed('a'), observed('b'), observed('c', { ready: false, why: message('connect.unfinished-name') })]);
  world.bytes.set('a', fault('source-data'));
  expect(await world.collect()).toEqual(['a failed', 'b landed', 'c waiting']);
  world.bytes.set('a', 'ok now');
  expect(await world.collect()).toEqual(['a landed', 'b same', 'c waiting']);
});

test('a transient fault is tried once more at once', async () => {
  const world = createWorld([observed('a')]);
  world.failOnce.add('a');
  expect(await world.collect()).toEqual(['a landed']);
});

test.each(['auth', 'config'] as const)('a fault of class %s ends the collection, and the rest is in the answer', async (errorClass) => {
  const world = createWorld([observed('a'), observed('b'), observed('c')]);
  world.bytes.set('b', fault(errorClass));
  expect(await world.collect()).toEqual(['a landed', 'b failed', 'c failed', `ended by ${errorClass}`]);
  expect(world.closed).toBe(1);
});

test('a far side that is gone is not asked for every single object', async () => {
  const world = createWorld(['a', 'b', 'c', 'd', 'e'].map((name) => observed(name)));
  for (const name of ['a', 'b', 'c', 'd', 'e']) world.bytes.set(name, fault('transient'));
  expect((await world.collect()).at(-1)).toBe('ended by transient');
  expect(world.fetches).toBe(6);
});

test('when handing over fails the object counts as not collected', async () => {
  const world = createWorld([observed('a')]);
  world.refuse = true;
  expect(await world.collect()).toEqual(['ended by bug']);
  world.refuse = false;
  expect(await world.collect()).toEqual(['a landed']);
});

test('limits on size and number are faults with a reason', async () => {
  const world = createWorld([observed('a', { byteCount: 11 }), observed('b')]);
  expect(await world.collect({ byteCount: 10 })).toEqual(['a failed', 'b landed']);
  expect(await world.collect({ objectCount: 1 })).toEqual(['ended by config']);
});

test('acknowledging goes on after a fault and says which failed', async () => {
  const world = createWorld([]);
  world.bytes.set('a', fault('transient'));
  const answers = await acknowledge(world.given, [observed('a'), observed('b')]);
  expect(answers.map((answer) => [answer.observed.name, answer.fault?.errorClass ?? null])).toEqual([
    ['a', 'transient'],
    ['b', null],
  ]);
});

/** A source, a store and a clock that a test can turn. */
function createWorld(listing: readonly Observed[]) {
  const connector: Connector<object> = {
    name: 'test',
    settings: z.object({}),
    secrets: [],
    check: async () => undefined,
    async *list() {
      yield* world.listing;
    },
    async *fetch({ locator }) {
      world.fetches++;
      if (world.failOnce.delete(locator)) throw fault('transient');
      const bytes = world.bytes.get(locator) ?? locator;
      if (bytes instanceof HubError) throw bytes;
      yield Buffer.from(bytes);
    },
    async ack({ locator }) {
      const bytes = world.bytes.get(locator);
      if (bytes instanceof HubError) throw bytes;
    },
    async close() {
      world.closed++;
    },
  };
  const landing: LandingStore = {
    async put(bytes) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      return { sha256: createHash('sha256').update(whole).digest('hex'), byteCount: whole.length, isNew: true };
    },
    path: async () => '',
    verify: async () => true,
  };
  const world = {
    listing,
    bytes: new Map<string, string | HubError>(),
    failOnce: new Set<string>(),
    handedOver: [] as string[],
    refuse: false,
    days: 0,
    fetches: 0,
    closed: 0,
    given: {
      connector,
      settings: {},
      io: {
        source: 's',
        secret: async () => '',
        now: () => new Date(start + world.days * 86_400_000),
        signal: new AbortController().signal,
        session: new Map(),
      },
      observations: createObservationsInMemory(),
      landing,
      onLanded: async ({ name }: Observed) => {
        if (world.refuse) throw new Error('no database');
        world.handedOver.push(name);
      },
    },
    async collect(limits: Partial<CollectLimits> = {}): Promise<string[]> {
      const { objects, fault: ended } = await collectSource({ ...world.given, limits });
      const lines = objects.map((object) => `${object.observed.name} ${object.disposition}`);
      return ended ? [...lines, `ended by ${ended.errorClass}`] : lines;
    },
  };
  return world;
}
