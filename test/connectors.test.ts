import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { FarGround, FarRecords } from '../src/journey/collect/far-records.js';
import type { FarSide } from '../src/journey/collect/far-side.js';
import { testServerUrl } from './database-server.js';
import { filePromises } from './promises/file-promises.js';
import type { Promised, Subject } from './promises/promise.js';
import { recordPromises } from './promises/record-promises.js';
import { settingsObject } from './promises/settings-object.js';
import { all, cleanups, ioOf } from './promises/try-connector.js';
import { realServers } from './servers/real-servers.js';

const root = new URL('..', import.meta.url).pathname;
const kinds = readdirSync(join(root, 'connectors'), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const exceptions = z
  .array(z.strictObject({ kind: z.string(), server: z.string().optional(), promise: z.string(), reason: z.string().min(10) }))
  .parse(parse(readFileSync(join(root, 'connectors/exceptions.yaml'), 'utf8')));

/** What `connectors/<kind>/fake.ts` offers: the far side of a connector that fetches files, or of one that asks for records. */
interface Fake {
  readonly startFake?: () => Promise<FarSide>;
  readonly startFakeRecords?: (ground: FarGround) => Promise<FarRecords>;
  /** Nothing is fetched: files are handed in. */
  readonly isHandedIn?: boolean;
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

for (const kind of kinds) {
  const { default: connector } = (await import(`../connectors/${kind}/connector.ts`)) as { default: Subject<FarSide>['connector'] };
  const { startFake, startFakeRecords, isHandedIn } = (await import(`../connectors/${kind}/fake.ts`)) as Fake;

  test(`${kind}: its README says what it is, how to get access, its settings and its oddities`, () => {
    const readme = readFileSync(join(root, 'connectors', kind, 'README.md'), 'utf8');
    const headings = [...readme.matchAll(/^## (.*)$/gm)].map((found) => found[1]);
    const wanted = ['What it is', 'How to get access', 'Settings', 'Known oddities'];
    expect(headings.filter((heading) => wanted.includes(heading!))).toEqual(wanted);
    for (const setting of Object.keys(settingsObject(connector.settings).shape))
      expect(readme, `setting ${setting}`).toContain(`\`${setting}\``);
  });

  test(`${kind}: what sounds like a secret is one, and takes a reference only`, () => {
    const secretive = Object.entries(settingsObject(connector.settings).shape).filter(([name]) =>
      /^(password|passwd|secret|token|api_?key|private_key|passphrase|client_secret)$/u.test(name),
    );
    for (const [name, schema] of secretive) {
      expect(connector.secrets).toContain(name);
      expect((schema as z.ZodType).safeParse('plain text').success, name).toBe(false);
    }
  });

  test(`${kind}: its fake offers a far side of files or of records, or says that files are handed in`, () =>
    expect(startFake ?? startFakeRecords ?? isHandedIn).toBeDefined());

  if (isHandedIn)
    test(`${kind}: collecting finds nothing, which is no fault`, async () => {
      const io = ioOf({ secrets: {} });
      const settings = connector.settings.parse({});
      await connector.check(settings, io);
      expect([connector.name, await all(connector.list(settings, io))]).toEqual([kind, []]);
    });

  if (startFake)
    describe(`${kind} against its fake`, () => keepsPromises(filePromises, { kind, server: 'fake', connector, start: startFake }));
  if (startFakeRecords) {
    const start = async () => startFakeRecords({ postgresUrl: await testServerUrl() });
    describe(`${kind} against its fake`, () => keepsPromises(recordPromises, { kind, server: 'fake', connector, start }));
  }

  for (const server of realServers.filter((one) => one.kind === kind)) {
    const isThere = server.isInstalled();
    if (!isThere && process.env['HUILIU_REQUIRE_REAL_SERVERS'] !== '1') {
      test.skip(`${kind} against ${server.name}: real server not installed: skipped`, () => undefined);
      continue;
    }
    describe(`${kind} against ${server.name}`, () => {
      test('is installed', () => expect(isThere).toBe(true));
      if (!isThere) return;
      if ('start' in server) return keepsPromises(filePromises, { kind, server: server.name, connector, start: server.start });
      afterAll(() => server.end());
      keepsPromises(recordPromises, { kind, server: server.name, connector, start: server.startRecords });
    });
  }
}

test('every exception is about a promise and a connector that exist', () => {
  for (const { kind, promise } of exceptions) {
    expect(kinds).toContain(kind);
    expect([...filePromises, ...recordPromises].map(({ name }) => name)).toContain(promise);
  }
});

function keepsPromises<Far extends FarSide | FarRecords>(promises: readonly Promised<Far>[], subject: Subject<Far>): void {
  for (const promised of promises) {
    const exception = exceptions.find(
      ({ kind, server, promise }) => kind === subject.kind && promise === promised.name && (server ?? subject.server) === subject.server,
    );
    if (!exception) test(promised.name, () => promised.keep(subject));
    else test(`${promised.name} (not: ${exception.reason})`, () => expect(promised.keep(subject)).rejects.toThrow());
  }
}
