import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Observed, SourceIo } from '../../src/journey/collect/connector.js';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import { selfSignedCertificate } from '../../test/servers/run-server.js';
import ftp from './connector.js';
import { startFake } from './fake.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test('explicit TLS with the pinned certificate passes, without it or with another it is a wrong setting', async () => {
  const [own, other] = [await certificate(), await certificate()];
  const farSide = await started({ tls: own });
  await farSide.put('a.csv', Buffer.from('secret'), new Date(0));
  expect(await contents(farSide)).toEqual({ 'a.csv': 'secret' });
  for (const ca of [undefined, other.cert]) {
    await expect(contents(farSide, { ca })).rejects.toMatchObject({ errorClass: 'config', told: { code: 'connect.certificate-refused' } });
  }
  await expect(contents(farSide, { ca: 'env:NOT_PEM' })).rejects.toMatchObject({ told: { code: 'connect.secret-missing' } });
});

test('TLS asked of a server without it is a wrong setting, nothing is sent in the clear', async () => {
  const farSide = await started({});
  await expect(contents(farSide, { tls: 'explicit' })).rejects.toMatchObject({
    errorClass: 'config',
    told: { code: 'connect.tls-failed' },
  });
});

test('a PASV answer that names another host is not followed there', async () => {
  const farSide = await started({ pasvHost: '192.0.2.1' });
  await farSide.put('a.csv', Buffer.from('a'), new Date(0));
  expect(await contents(farSide)).toEqual({ 'a.csv': 'a' });
});

test('subfolders are looked into as deep as told, and names from the server lead nowhere else', async () => {
  const farSide = await started({});
  for (const name of ['top.csv', '子/one.csv', '子/deeper/two.csv']) await farSide.put(name, Buffer.from(name), new Date(0));
  expect(Object.keys(await contents(farSide))).toEqual(['top.csv']);
  expect(Object.values(await contents(farSide, { depth: 1 })).toSorted()).toEqual(['top.csv', '子/one.csv']);
  expect(Object.keys(await contents(farSide, { depth: 2, pattern: '**/two.csv' }))).toEqual(['two.csv']);
});

async function started(options: Parameters<typeof startFake>[0]): Promise<FarSide> {
  const farSide = await startFake(options);
  cleanups.push(() => farSide.stop());
  return farSide;
}

async function contents(farSide: FarSide, over: Record<string, unknown> = {}): Promise<Record<string, string>> {
  const settings = ftp.settings.parse({ ...farSide.settings, ...over });
  const io: SourceIo = {
    source: 'test-source',
    secret: async (reference) => farSide.secrets[reference] ?? '',
    now: () => new Date(),
    signal: new AbortController().signal,
    session: new Map(),
  };
  const listed: Observed[] = [];
  try {
    for await (const observed of ftp.list(settings, io)) listed.push(observed);
    const found: Record<string, string> = {};
    for (const observed of listed) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of ftp.fetch(observed, settings, io)) chunks.push(chunk);
      found[observed.name] = Buffer.concat(chunks).toString();
    }
    return found;
  } finally {
    await ftp.close?.(settings, io);
  }
}

async function certificate(): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'huiliu-certificate-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const files = selfSignedCertificate(folder);
  return { key: await readFile(files.key, 'utf8'), cert: await readFile(files.cert, 'utf8') };
}
