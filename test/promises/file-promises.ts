import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import iconv from 'iconv-lite';
import { expect } from 'vitest';
import { acknowledge, type CollectedObject, collectSource } from '../../src/journey/collect/collect-source.js';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import { createObservationsInMemory } from '../../src/journey/collect/observations-in-memory.js';
import { createDiskLandingStore } from '../../src/journey/land/disk-landing-store.js';
import type { HubError } from '../../src/model/hub-error.js';
import { faultOf } from '../fault-of.js';
import type { Promised, Subject } from './promise.js';
import { all, bytesFrom, closedPort, ioOf, proxied, sha256, started, startMute, tempFolder, until } from './try-connector.js';

const hourAgo = new Date(Math.floor((Date.now() - 3_600_000) / 1000) * 1000);
const minutesAgo = (minutes: number) => new Date(hourAgo.getTime() - minutes * 60_000);

/** What every connector that fetches files keeps. */
export const filePromises: readonly Promised<FarSide>[] = [
  {
    name: 'is named after its folder and refuses empty settings, naming each missing one',
    async keep({ kind, connector, start }) {
      const { settings } = await started(start);
      expect(connector.name).toBe(kind);
      expect(connector.settings.safeParse(settings).success).toBe(true);
      const needed = Object.keys(settings).filter((key) => !connector.settings.safeParse({ ...settings, [key]: undefined }).success);
      const named = connector.settings.safeParse({}).error?.issues.flatMap((issue) => issue.path.map(String)) ?? [];
      expect(needed.length).toBeGreaterThan(0);
      expect(named).toEqual(expect.arrayContaining(needed.filter((key) => key !== 'private_key')));
      expect(connector.settings.safeParse({ ...settings, nonsense: 1 }).success).toBe(false);
    },
  },
  {
    name: 'passes check',
    async keep({ connector, start }) {
      const farSide = await started(start);
      await connector.check(settingsOf(connector, farSide), ioOf(farSide));
    },
  },
  {
    name: 'says auth to wrong credentials',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const io = ioOf(farSide, { secrets: farSide.wrongSecrets });
      expect(await faultOf(connector.check(settingsOf(connector, farSide), io))).toMatchObject({ errorClass: 'auth' });
    },
  },
  {
    name: 'says transient when nobody answers',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const mute = await startMute();
      for (const port of [mute, await closedPort()]) {
        const settings = settingsOf(connector, farSide, { port, timeout_seconds: 0.5 });
        expect(await faultOf(connector.check(settings, ioOf(farSide)))).toMatchObject({ errorClass: 'transient' });
      }
    },
  },
  {
    name: 'says config to a wrong folder',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const wrong = 'folder' in farSide.settings ? { folder: '/no/such/folder' } : { mailbox: 'No such mailbox' };
      const settings = settingsOf(connector, farSide, wrong);
      expect(await faultOf(connector.check(settings, ioOf(farSide)))).toMatchObject({ errorClass: 'config' });
      expect(await faultOf(all(connector.list(settings, ioOf(farSide))))).toMatchObject({ errorClass: 'config' });
    },
  },
  {
    name: 'lists oldest first, the same twice, and fetches the same bytes twice',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const files = [2, 9, 5].map((minutes) => ({
        name: `销售 ${minutes}.csv`,
        bytes: randomBytes(50_000 + minutes),
        at: minutesAgo(minutes),
      }));
      for (const { name, bytes, at } of files) await farSide.put(name, bytes, at);
      const settings = settingsOf(connector, farSide);
      const io = ioOf(farSide);
      const first = await all(connector.list(settings, io));
      expect(first.map((observed) => observed.name)).toEqual(['销售 9.csv', '销售 5.csv', '销售 2.csv']);
      expect(first.map((observed) => observed.sentAt)).toEqual([9, 5, 2].map(minutesAgo));
      expect(await all(connector.list(settings, ioOf(farSide)))).toEqual(first);
      for (const observed of [...first, ...first]) {
        const bytes = files.find((file) => file.name === observed.name)!.bytes;
        expect(sha256(await bytesFrom(connector.fetch(observed, settings, io)))).toBe(sha256(bytes));
      }
    },
  },
  {
    name: 'delivers an empty file and every byte value',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const every = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
      await farSide.put('empty.csv', Buffer.alloc(0), minutesAgo(2));
      await farSide.put('every.bin', Buffer.concat([every, Buffer.from('\r\n\n\r.\r\n')]), minutesAgo(1));
      const settings = settingsOf(connector, farSide);
      const io = ioOf(farSide);
      const [empty, full] = await all(connector.list(settings, io));
      expect(await bytesFrom(connector.fetch(empty!, settings, io))).toEqual(Buffer.alloc(0));
      expect(await bytesFrom(connector.fetch(full!, settings, io))).toEqual(Buffer.concat([every, Buffer.from('\r\n\n\r.\r\n')]));
    },
  },
  {
    name: 'cut off at any byte, says transient and nothing lands',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const bytes = randomBytes(300_000);
      await farSide.put('a.csv', bytes, hourAgo);
      const proxy = await proxied(farSide);
      const folder = await tempFolder();
      const landing = createDiskLandingStore(folder);
      const settings = settingsOf(connector, farSide, { port: proxy.port, timeout_seconds: 1 });
      const io = ioOf(farSide);
      const [observed] = await all(connector.list(settings, io));
      const cuts = [0, 1, 75_000, 150_000, 270_000].map((at) => [at, 'reset'] as const);
      for (const [at, how] of [...cuts, [150_000, 'silence'] as const]) {
        proxy.cutAfter(at, how);
        const fault = await faultOf(landing.put(connector.fetch(observed!, settings, io), { byteCount: 1e9 }));
        expect(fault, `cut at ${at} by ${how}`).toMatchObject({ errorClass: 'transient' });
        expect(existsSync(join(folder, 'sha256'))).toBe(false);
        expect(await readdir(join(folder, 'incoming'))).toEqual([]);
        proxy.heal();
      }
      const landed = await landing.put(connector.fetch(observed!, settings, io), { byteCount: 1e9 });
      expect(landed.sha256).toBe(sha256(bytes));
      await connector.close?.(settings, io);
    },
  },
  {
    name: 'told to stop on a silent line, stops within two seconds and leaves nothing open',
    async keep({ connector, start }) {
      const farSide = await started(start);
      await farSide.put('a.csv', randomBytes(300_000), hourAgo);
      const proxy = await proxied(farSide);
      const settings = settingsOf(connector, farSide, { port: proxy.port });
      const stop = new AbortController();
      const io = ioOf(farSide, { signal: stop.signal });
      const [observed] = await all(connector.list(settings, io));
      proxy.cutAfter(100_000, 'silence');
      const fetching = faultOf(bytesFrom(connector.fetch(observed!, settings, io)));
      await until(() => proxy.open() > 0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const from = Date.now();
      stop.abort();
      expect(await fetching).toMatchObject({ errorClass: 'transient', told: { code: 'connect.cancelled' } });
      expect(await faultOf(all(connector.list(settings, io)))).toMatchObject({ told: { code: 'connect.cancelled' } });
      await connector.close?.(settings, io);
      await until(() => proxy.open() === 0);
      expect(Date.now() - from).toBeLessThan(2000);
    },
  },
  {
    name: 'fetching given up half-way does not disturb the next fetch',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const bytes = randomBytes(2_000_000);
      await farSide.put('a.csv', bytes, hourAgo);
      const settings = settingsOf(connector, farSide);
      const io = ioOf(farSide);
      const [observed] = await all(connector.list(settings, io));
      for await (const _ of connector.fetch(observed!, settings, io)) break;
      expect(sha256(await bytesFrom(connector.fetch(observed!, settings, io)))).toBe(sha256(bytes));
    },
  },
  {
    name: 'leaves a file alone while it grows',
    async keep({ connector, start }) {
      const farSide = await started(start);
      let now = Date.now();
      const collect = await collecting(connector, farSide, () => new Date(now));
      await farSide.put('a.csv', Buffer.from('one\n'), new Date(now));
      expect(dispositions(await collect())).toEqual(['waiting']);
      now += 61_000;
      await farSide.put('a.csv', Buffer.from('one\ntwo\n'), new Date(now));
      expect(dispositions(await collect())).toEqual(['waiting']);
      now += 30_000;
      expect(dispositions(await collect())).toEqual(['waiting']);
      now += 31_000;
      expect(dispositions(await collect())).toEqual(['landed']);
    },
  },
  {
    name: 'notices a file replaced between listing and fetching',
    async keep({ connector, start }) {
      const farSide = await started(start);
      await farSide.put('a.csv', Buffer.from('old content'), minutesAgo(5));
      const settings = settingsOf(connector, farSide);
      const io = ioOf(farSide);
      const [observed] = await all(connector.list(settings, io));
      await farSide.put('a.csv', Buffer.from('new content, longer'), minutesAgo(2));
      expect(await faultOf(bytesFrom(connector.fetch(observed!, settings, io)))).toMatchObject({ errorClass: 'transient' });
      await farSide.put('a.csv', Buffer.from('xxx content'), minutesAgo(1));
      expect(await faultOf(bytesFrom(connector.fetch(observed!, settings, io)))).toMatchObject({ errorClass: 'transient' });
    },
  },
  {
    name: 'reads GBK names',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const name = '华东销售流向（堠㐂）|2026年11月.csv';
      const raw = iconv.encode(name, 'gb18030');
      await farSide.put(raw, Buffer.from('gbk'), hourAgo);
      const settings = settingsOf(connector, farSide);
      const io = ioOf(farSide);
      const [observed] = await all(connector.list(settings, io));
      expect(observed).toMatchObject({ name, ready: true });
      expect((await bytesFrom(connector.fetch(observed!, settings, io))).toString()).toBe('gbk');
    },
  },
  {
    name: 'lists two thousand files, or five hundred mails',
    async keep({ connector, start }) {
      const farSide = await started(start);
      const count = 'folder' in farSide.settings ? 2000 : 500; // delivering mails is what takes the time
      for (let number = 0; number < count; number++)
        await farSide.put(`日报-${number}.csv`, Buffer.from(String(number)), minutesAgo(number % 100));
      const listed = await all(connector.list(settingsOf(connector, farSide), ioOf(farSide)));
      expect(new Set(listed.map((observed) => observed.name)).size).toBe(count);
    },
  },
  {
    name: 'a server whose clock is wrong only delays',
    async keep({ connector, start }) {
      const farSide = await started(start);
      let now = Date.now();
      await farSide.put('tomorrow.csv', Buffer.from('a'), new Date(now + 10 * 3_600_000));
      await farSide.put('yesterday.csv', Buffer.from('b'), new Date(now - 20 * 3_600_000));
      const collect = await collecting(connector, farSide, () => new Date(now));
      expect(dispositions(await collect())).toContain('landed');
      now += 61_000;
      await collect();
      now += 61_000;
      expect(new Set(dispositions(await collect()))).not.toContain('waiting');
    },
  },
  {
    name: 'what is remembered of the future does no harm, and a second collection finds nothing new',
    async keep({ connector, start }) {
      const farSide = await started(start);
      await farSide.put('a.csv', Buffer.from('a'), hourAgo);
      const collect = await collecting(connector, farSide, () => new Date());
      const [observed] = await all(connector.list(settingsOf(connector, farSide), ioOf(farSide)));
      const future = new Date('2999-01-01');
      const landed = { sha256: sha256(Buffer.from('x')), fingerprint: 'of the future', at: future };
      collect.observations.known.set(observed!.locator, { fingerprint: 'of the future', since: future, landed });
      expect(dispositions(await collect())).toEqual(['landed']);
      expect(['same', 'known']).toContain(dispositions(await collect())[0]);
    },
  },
  {
    name: 'acknowledging may be repeated',
    async keep({ connector, start }) {
      const farSide = await started(start);
      await farSide.put('a.csv', Buffer.from('a'), hourAgo);
      const settings = settingsOf(connector, farSide, 'folder' in farSide.settings ? { move_to: 'done' } : { ack: 'seen' });
      const given = { connector, settings, io: ioOf(farSide) };
      const observed = await all(connector.list(settings, given.io));
      for (const _ of [1, 2]) expect(await acknowledge(given, observed)).toEqual([{ observed: observed[0], fault: null }]);
      if ('folder' in farSide.settings) expect(await all(connector.list(settings, ioOf(farSide)))).toEqual([]);
      else expect(await all(connector.list(settings, ioOf(farSide)))).toEqual(observed);
    },
  },
  {
    name: 'acknowledges only what it took',
    async keep({ connector, start }) {
      const farSide = await started(start);
      await farSide.put('a.csv', Buffer.from('first'), minutesAgo(9));
      const settings = settingsOf(connector, farSide, { move_to: 'done' });
      const given = { connector, settings, io: ioOf(farSide) };
      const first = await all(connector.list(settings, given.io));
      await farSide.put('a.csv', Buffer.from('second, other'), minutesAgo(3));
      await acknowledge(given, first);
      const second = await all(connector.list(settings, given.io));
      expect(second.map((observed) => observed.name)).toEqual(['a.csv']);
      await acknowledge(given, second);
      await farSide.put('a.csv', Buffer.from('third, yet another'), minutesAgo(1));
      await acknowledge(given, await all(connector.list(settings, given.io)));
      expect(await all(connector.list({ ...settings, folder: `${String(settings['folder'])}/done` }, ioOf(farSide)))).toHaveLength(2);
    },
  },
  {
    name: 'no secret shows in a fault, an observation or a refusal of settings',
    async keep({ connector, start }) {
      const farSide = await started(start);
      await farSide.put('a.csv', Buffer.from('a'), hourAgo);
      const canaries = Object.fromEntries(Object.keys(farSide.secrets).map((reference) => [reference, 'CANARY-9f3b']));
      const shown: unknown[] = [];
      const settings = settingsOf(connector, farSide);
      const io = ioOf(farSide, { secrets: canaries });
      shown.push(await faultOf(connector.check(settings, io)), await faultOf(all(connector.list(settings, io))));
      shown.push(connector.settings.safeParse({ ...farSide.settings, password: 'CANARY-9f3b' }).error?.issues);
      shown.push(await all(connector.list(settings, ioOf(farSide))));
      const text = inspect(shown, { depth: 12, showHidden: true });
      expect(text).not.toContain('CANARY-9f3b');
      for (const secret of Object.values(farSide.secrets)) expect(text).not.toContain(secret);
    },
  },
];

type Connector = Subject<FarSide>['connector'];

function settingsOf(connector: Connector, farSide: FarSide, over: Record<string, unknown> = {}): Record<string, unknown> {
  return connector.settings.parse({ ...farSide.settings, ...over });
}

async function collecting(connector: Connector, farSide: FarSide, now: () => Date) {
  const observations = createObservationsInMemory();
  const landing = createDiskLandingStore(await tempFolder());
  const collect = () =>
    collectSource({
      connector,
      settings: settingsOf(connector, farSide),
      io: ioOf(farSide, { now }),
      observations,
      landing,
      onLanded: async () => undefined,
    });
  return Object.assign(collect, { observations });
}

function dispositions({ objects, fault }: { objects: readonly CollectedObject[]; fault: HubError | null }): string[] {
  if (fault) throw fault;
  return objects.map((object) => object.disposition);
}
