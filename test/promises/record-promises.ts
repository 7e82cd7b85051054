import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'vitest';
import { acknowledge, type CollectedObject, collectSource } from '../../src/journey/collect/collect-source.js';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import type { FarRecord, FarRecords } from '../../src/journey/collect/far-records.js';
import { createObservationsInMemory } from '../../src/journey/collect/observations-in-memory.js';
import { decode, defaultDecodeLimits } from '../../src/journey/decode/decode.js';
import { createDiskLandingStore } from '../../src/journey/land/disk-landing-store.js';
import { faultOf } from '../fault-of.js';
import type { Promised, Subject } from './promise.js';
import { all, bytesFrom, closedPort, proxied, sha256, started, startMute, tempFolder, until, ioOf as usualIo } from './try-connector.js';

const now = new Date('2026-03-21T02:00:00Z');
const days = ['2026-03-18', '2026-03-19', '2026-03-20'] as const;
const few: readonly FarRecord[] = [
  { id: '1', customer: '甲医院', qty: '10.5' },
  { id: '2', customer: '乙药店', qty: '-2' },
];
const canary = 'CANARY-9f3b';

/** What every connector that asks for records keeps. */
export const recordPromises: readonly Promised<FarRecords>[] = [
  {
    name: 'is named after its folder and refuses empty settings, naming each missing one',
    async keep({ kind, connector, start }) {
      const { settings } = await started(start);
      expect(connector.name).toBe(kind);
      expect(connector.settings.safeParse(settings).error?.issues).toBeUndefined();
      const { preset, ...plain } = settings;
      const needed = Object.keys(plain).filter((key) => {
        const { error } = connector.settings.safeParse({ ...settings, [key]: undefined });
        return error?.issues.some(({ path }) => path[0] === key);
      });
      const named = connector.settings.safeParse({ preset }).error?.issues.flatMap((issue) => issue.path.slice(0, 1).map(String)) ?? [];
      expect(needed.length).toBeGreaterThan(0);
      const told = needed.filter((key) => !connector.secrets.includes(key)); // a secret may be needed only together with a way to log in
      expect(named).toEqual(expect.arrayContaining(told));
      expect(connector.settings.safeParse({ ...settings, nonsense: 1 }).success).toBe(false);
    },
  },
  {
    name: 'passes check without taking a record',
    async keep({ connector, start }) {
      const far = await filled(start);
      const io = ioOf(far);
      const before = await far.given();
      const settings = settingsOf(connector, far);
      await closing(connector, settings, io, () => connector.check(settings, io));
      expect((await far.given()) ?? 0).toBe(before ?? 0);
    },
  },
  {
    name: 'says auth to wrong credentials',
    async keep({ connector, start }) {
      const far = await filled(start);
      const io = ioOf(far, { secrets: far.wrongSecrets });
      const settings = settingsOf(connector, far);
      const fault = await closing(connector, settings, io, () => faultOf(connector.check(settings, io)));
      expect(fault).toMatchObject({ errorClass: 'auth' });
    },
  },
  {
    name: 'says transient when nobody answers',
    async keep({ connector, start }) {
      const far = await filled(start);
      for (const port of [await startMute(), await closedPort()]) {
        const settings = settingsOf(connector, far, { ...far.through(port), timeout_seconds: 0.5 });
        const io = ioOf(far);
        const fault = await closing(connector, settings, io, () => faultOf(connector.check(settings, io)));
        expect(fault).toMatchObject({ errorClass: 'transient' });
      }
    },
  },
  {
    name: 'says config to a question that cannot be answered',
    async keep({ connector, start }) {
      const far = await filled(start);
      const settings = settingsOf(connector, far, far.wrongQuestion);
      const io = ioOf(far);
      const fault = await closing(connector, settings, io, () => faultOf(connector.check(settings, io)));
      expect(fault).toMatchObject({ errorClass: 'config' });
    },
  },
  {
    name: 'lists oldest first, the same twice, and gives the same bytes twice, whatever order they are kept in',
    async keep({ connector, start }) {
      const far = await filled(start);
      const settings = settingsOf(connector, far);
      const [io, again] = [ioOf(far), ioOf(far)];
      const listed = await closing(connector, settings, again, () => all(connector.list(settings, again)));
      await closing(connector, settings, io, async () => {
        const first = await all(connector.list(settings, io));
        expect(first).toEqual(listed);
        expect(first.map(({ about }) => about['day'] ?? '')).toEqual(first.map(({ about }) => about['day'] ?? '').toSorted());
        const bytes = [];
        for (const observed of first) bytes.push(sha256(await bytesFrom(connector.fetch(observed, settings, io))));
        for (const day of days) await far.put(day, few.toReversed());
        for (const [at, observed] of first.entries())
          expect(sha256(await bytesFrom(connector.fetch(observed, settings, io)))).toBe(bytes[at]);
      });
    },
  },
  {
    name: 'every value arrives as it was: long numbers, rare characters, quotes, leading zeros',
    async keep({ connector, start }) {
      const far = await started(start);
      const values: readonly FarRecord[] = [
        { id: '00012', customer: '堠㐂大药房"连锁"\\有限公司', qty: '1234567890123456789.0123456789' },
        { id: 'A,1;2', customer: "a'b <c>&amp; €", qty: '-0.0000000001' },
        { id: '9007199254740993', customer: '𠮷野家', qty: '100' },
      ];
      await far.put(days[1], values);
      const { records } = await collected({ connector, far });
      const seen = records.filter(({ day }) => day === days[1]).map(({ id, customer, qty }) => ({ id, customer, qty: plain(qty) }));
      expect(seen.toSorted(byId)).toEqual(values.map(({ id, customer, qty }) => ({ id, customer, qty: plain(qty) })).toSorted(byId));
    },
  },
  {
    name: 'an empty source is empty, not an error',
    async keep({ connector, start }) {
      const far = await started(start);
      const { collection, records } = await collected({ connector, far });
      expect(collection.fault).toBeNull();
      expect(new Set(dispositions(collection.objects))).not.toContain('failed');
      expect(records).toEqual([]);
    },
  },
  {
    name: 'cut off at any byte, says transient and nothing lands; healed, it lands whole',
    async keep({ connector, start }) {
      const far = await started(start);
      await far.put(days[2], many(20_000));
      const proxy = await proxied(far);
      const folder = await tempFolder();
      const landing = createDiskLandingStore(folder);
      const settings = settingsOf(connector, far, { ...far.through(proxy.port), timeout_seconds: 1 });
      const cuts = [0, 1, 20_000, 100_000, 300_000].map((at) => [at, 'reset'] as const);
      for (const [at, how] of [...cuts, [100_000, 'silence'] as const]) {
        const io = ioOf(far);
        await closing(connector, settings, io, async () => {
          const newest = (await all(connector.list(settings, io))).at(-1)!;
          proxy.cutAfter(at, how);
          const fault = await faultOf(landing.put(connector.fetch(newest, settings, io), { byteCount: 1e9 }));
          expect(fault, `cut at ${at} by ${how}`).toMatchObject({ errorClass: 'transient' });
          expect(existsSync(join(folder, 'sha256'))).toBe(false);
          expect(await readdir(join(folder, 'incoming'))).toEqual([]);
          proxy.heal();
        });
      }
      const { records } = await collected({ connector, far, over: far.through(proxy.port) });
      expect(records).toHaveLength(20_000);
    },
  },
  {
    name: 'told to stop on a silent line, stops within two seconds and leaves nothing open',
    async keep({ connector, start }) {
      const far = await started(start);
      await far.put(days[2], many(20_000));
      const proxy = await proxied(far);
      const settings = settingsOf(connector, far, far.through(proxy.port));
      const stop = new AbortController();
      const io = ioOf(far, { signal: stop.signal });
      const newest = (await all(connector.list(settings, io))).at(-1)!;
      proxy.cutAfter(100_000, 'silence');
      const fetching = faultOf(bytesFrom(connector.fetch(newest, settings, io)));
      await until(() => proxy.open() > 0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const from = Date.now();
      stop.abort();
      expect(await fetching).toMatchObject({ errorClass: 'transient', told: { code: 'connect.cancelled' } });
      await connector.close?.(settings, io);
      await until(() => proxy.open() === 0);
      expect(Date.now() - from).toBeLessThan(2000);
    },
  },
  {
    name: 'fetching given up half-way does not disturb the next fetch',
    async keep({ connector, start }) {
      const far = await started(start);
      await far.put(days[2], many(5000));
      const settings = settingsOf(connector, far);
      const io = ioOf(far);
      await closing(connector, settings, io, async () => {
        const newest = (await all(connector.list(settings, io))).at(-1)!;
        const whole = sha256(await bytesFrom(connector.fetch(newest, settings, io)));
        for await (const _ of connector.fetch(newest, settings, io)) break;
        expect(sha256(await bytesFrom(connector.fetch(newest, settings, io)))).toBe(whole);
      });
    },
  },
  {
    name: 'more records than allowed land nowhere',
    async keep({ connector, start }) {
      const far = await filled(start);
      const { collection, folder } = await collected({ connector, far, over: far.feed({ max_rows: 1 }) });
      expect(new Set([...dispositions(collection.objects), collection.fault ? 'failed' : ''])).toContain('failed');
      expect(dispositions(collection.objects)).not.toContain('landed');
      expect(existsSync(join(folder, 'sha256'))).toBe(false);
    },
  },
  {
    name: 'stopped after any object, the next collection lands the rest and the end is the same',
    async keep({ connector, start }) {
      const far = await filled(start);
      const quiet = await collected({ connector, far });
      for (let taken = 0; taken < quiet.collection.objects.length; taken++) {
        const at = await collecting(connector, far);
        let count = 0;
        await at.collect(async () => {
          if (count++ === taken) throw new Error('killed before the ledger knew');
        });
        await at.collect();
        expect(await at.records()).toEqual(quiet.records);
      }
    },
  },
  {
    name: 'what changes inside the window comes again, deletions too; what stood still does not',
    async keep({ connector, start }) {
      const far = await filled(start);
      const at = await collecting(connector, far);
      await at.collect();
      expect(new Set(dispositions((await at.collect()).objects))).not.toContain('landed');
      await far.put(days[0], few.slice(1));
      await far.put(days[1], [...few, { id: '3', customer: '丙诊所', qty: '7' }]);
      expect(dispositions((await at.collect()).objects).filter((one) => one === 'landed')).toHaveLength(2);
      const ids = (day: string) => at.records().then((records) => records.filter((one) => one.day === day).map(({ id }) => id));
      expect(await ids(days[0])).toEqual(['2']);
      expect(await ids(days[1])).toEqual(['1', '2', '3']);
    },
  },
  {
    name: 'silent for ten days, it catches up every day',
    async keep({ connector, start }) {
      const far = await started(start);
      let clock = now;
      const at = await collecting(connector, far, () => clock, far.feed({ since: days[0] }));
      await at.collect();
      clock = new Date(now.getTime() + 10 * 86_400_000);
      const late = Array.from({ length: 10 }, (_, day) => `2026-03-${21 + day}`);
      for (const day of late) await far.put(day, few);
      await at.collect();
      expect([...new Set((await at.records()).map(({ day }) => day))]).toEqual(late);
    },
  },
  {
    name: 'what is remembered of the future does no harm, and a second collection finds nothing new',
    async keep({ connector, start }) {
      const far = await filled(start);
      const at = await collecting(connector, far);
      const future = new Date('2999-01-01');
      const [io, settings] = [ioOf(far), settingsOf(connector, far)];
      const listed = await closing(connector, settings, io, () => all(connector.list(settings, io)));
      const landed = { sha256: sha256(Buffer.from('x')), fingerprint: 'of the future', at: future };
      for (const { locator } of listed) at.observations.known.set(locator, { fingerprint: 'of the future', since: future, landed });
      expect(new Set(dispositions((await at.collect()).objects))).toEqual(new Set(['landed']));
      for (const one of dispositions((await at.collect()).objects)) expect(['same', 'known']).toContain(one);
    },
  },
  {
    name: 'acknowledging may be repeated',
    async keep({ connector, start }) {
      const far = await filled(start);
      const { collection } = await collected({ connector, far });
      const listed = collection.objects.map(({ observed }) => observed);
      for (const _ of [1, 2]) {
        const answers = await acknowledge({ connector, settings: settingsOf(connector, far), io: ioOf(far) }, listed);
        expect(answers.map(({ fault }) => fault)).toEqual(listed.map(() => null));
      }
    },
  },
  {
    name: 'no secret shows, whatever fails: not in a fault, an observation, what lands or a refusal of settings',
    async keep({ connector, start }) {
      const far = await filled(start);
      const shown: unknown[] = [];
      const canaries = Object.fromEntries(Object.keys(far.secrets).map((reference) => [reference, canary]));
      const tries: [Record<string, unknown>, Readonly<Record<string, string>>][] = [
        [{}, canaries],
        [{}, far.secrets],
        [far.wrongQuestion, far.secrets],
      ];
      if (far.port !== null) {
        tries.push(
          [far.through(await closedPort()), far.secrets],
          [{ ...far.through(await startMute()), timeout_seconds: 0.5 }, far.secrets],
        );
        const proxy = await proxied(far);
        proxy.cutAfter(10, 'reset');
        tries.push([far.through(proxy.port), far.secrets]);
      }
      for (const [over, secrets] of tries) {
        const settings = settingsOf(connector, far, over);
        const io = ioOf(far, { secrets });
        shown.push(await closing(connector, settings, io, () => faultOf(connector.check(settings, io))));
        const { collection, bytes } = await collected({ connector, far, over, secrets });
        shown.push(collection, bytes.toString());
      }
      for (const setting of connector.secrets) {
        const { error } = connector.settings.safeParse({ ...far.settings, [setting]: canary });
        expect(error, `${setting} takes a reference only`).toBeDefined();
        shown.push(error?.issues);
      }
      const text = inspect(shown, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null });
      expect(text).not.toContain(canary);
      for (const secret of Object.values(far.secrets)) expect(text).not.toContain(secret);
    },
  },
];

type Connector = Subject<FarRecords>['connector'];
type SeenRecord = FarRecord & { readonly day: string };

async function filled(start: () => Promise<FarRecords>): Promise<FarRecords> {
  const far = await started(start);
  for (const day of days) await far.put(day, few);
  return far;
}

function settingsOf(connector: Connector, far: FarRecords, over: Record<string, unknown> = {}): Record<string, unknown> {
  return connector.settings.parse({ ...far.settings, ...over });
}

function ioOf(far: FarRecords, over: Parameters<typeof usualIo>[1] = {}): SourceIo {
  return usualIo(far, { now: () => now, ...over });
}

async function closing<Result>(
  connector: Connector,
  settings: Record<string, unknown>,
  io: SourceIo,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } finally {
    await connector.close?.(settings, io);
  }
}

/** One source over several collections. `records` are those of the newest bytes of each object, in the order of day and id. */
async function collecting(
  connector: Connector,
  far: FarRecords,
  clock = () => now,
  over: Record<string, unknown> = {},
  secrets = far.secrets,
) {
  const folder = await tempFolder();
  const landing = createDiskLandingStore(folder);
  const observations = createObservationsInMemory();
  const newest = new Map<string, { sha256: string; name: string }>();
  return {
    folder,
    observations,
    async collect(before: () => Promise<void> = async () => undefined) {
      return collectSource({
        ...{
          connector,
          settings: settingsOf(connector, far, over),
          io: ioOf(far, { now: clock, secrets }),
          observations,
          landing,
          limits: { attempts: 1 },
        },
        async onLanded({ locator, name }, landed) {
          await before();
          newest.set(locator, { sha256: landed.sha256, name });
        },
      });
    },
    async bytes() {
      return Buffer.concat(await Promise.all([...newest.values()].map(async (landed) => readFile(await landing.path(landed.sha256)))));
    },
    async records() {
      const records: SeenRecord[] = [];
      for (const landed of newest.values()) records.push(...(await decoded(await landing.path(landed.sha256), landed.name)));
      return records.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : byId(a, b)));
    },
  };
}

async function collected(given: {
  connector: Connector;
  far: FarRecords;
  over?: Record<string, unknown>;
  secrets?: Readonly<Record<string, string>>;
}) {
  const at = await collecting(given.connector, given.far, () => now, given.over, given.secrets);
  return { collection: await at.collect(), records: await at.records(), bytes: await at.bytes(), folder: at.folder };
}

async function decoded(path: string, name: string): Promise<SeenRecord[]> {
  const records: SeenRecord[] = [];
  let header: readonly string[] | null = null;
  for await (const event of decode({ path, name }, {}, defaultDecodeLimits)) {
    if (event.type === 'part') header = null;
    if (event.type !== 'rows') continue;
    for (const { cells } of event.rows) {
      if (!header) header = cells;
      else records.push(Object.fromEntries(header.map((title, at) => [title, cells[at] ?? ''])) as unknown as SeenRecord);
    }
  }
  return records.map((record) => ({ ...record, day: record.day.slice(0, 10) }));
}

function many(count: number): FarRecord[] {
  return Array.from({ length: count }, (_, at) => ({ id: String(at), customer: `甲医院 ${at}`, qty: String(at) }));
}

function dispositions(objects: readonly CollectedObject[]): string[] {
  return objects.map(({ disposition }) => disposition);
}

/** A number without zeros that say nothing: `10.5000` is `10.5`. */
function plain(qty: string): string {
  return qty.includes('.') ? qty.replace(/\.?0+$/u, '') : qty;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
