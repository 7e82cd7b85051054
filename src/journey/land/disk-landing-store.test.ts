import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDiskLandingStore } from './disk-landing-store.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'landing-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const limit = { byteCount: 1000 };
const shaOf = (text: string) => createHash('sha256').update(text).digest('hex');

async function* chunks(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

test('bytes are found under their hash, read-only, and no temp file stays', async () => {
  const store = createDiskLandingStore(root);
  const landed = await store.put(chunks('hello ', 'world'), limit);
  expect(landed).toEqual({ sha256: shaOf('hello world'), byteCount: 11, isNew: true });
  const path = await store.path(landed.sha256);
  expect(await readFile(path, 'utf8')).toBe('hello world');
  expect((await stat(path)).mode & 0o777).toBe(0o444);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});

test('the same bytes again are not new, also when eight writers race', async () => {
  const store = createDiskLandingStore(root);
  const landed = await Promise.all(Array.from({ length: 8 }, () => store.put(chunks('a', 'b'), limit)));
  expect(landed.filter((one) => one.isNew)).toHaveLength(1);
  expect(await store.put(chunks('ab'), limit)).toMatchObject({ isNew: false });
});

test('a stream that breaks or grows past the limit leaves nothing behind', async () => {
  const store = createDiskLandingStore(root);
  await expect(store.put(chunks('part', new Error('cut')), limit)).rejects.toThrow('cut');
  await expect(store.put(chunks('x'.repeat(600), 'x'.repeat(600)), limit)).rejects.toMatchObject({ errorClass: 'source-data' });
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
  expect(await readdir(root)).toEqual(['incoming']);
});

test('an archived object is read from the archive, is not new when it comes again, and leaves its place only once it is safe there', async () => {
  const archive = join(root, 'slow');
  const store = createDiskLandingStore(root, archive);
  const { sha256 } = await store.put(chunks('old'), limit);
  const here = await store.path(sha256);
  await store.archive(sha256);
  await store.archive(sha256);
  expect(await stat(here).catch(() => null)).toBeNull();
  expect(await store.path(sha256)).toContain(archive);
  expect(await store.verify(sha256)).toBe(true);
  expect(await readdir(join(archive, 'incoming'))).toEqual([]);
  expect(await store.put(chunks('old'), limit)).toMatchObject({ isNew: false });
  await rm(archive, { recursive: true });
  await expect(store.path(sha256)).rejects.toMatchObject({ told: { code: 'land.missing-archived' } });
  await writeFile(archive, 'a file where the folder should be');
  await store.put(chunks('old'), limit);
  await expect(store.archive(sha256)).rejects.toMatchObject({ errorClass: 'transient', told: { code: 'land.archive-closed' } });
  expect(await readFile(here, 'utf8')).toBe('old');
  await expect(createDiskLandingStore(root).archive(sha256)).rejects.toMatchObject({ told: { code: 'land.no-archive' } });
});

test('bytes that have changed are not archived', async () => {
  const store = createDiskLandingStore(root, join(root, 'slow'));
  const { sha256 } = await store.put(chunks('true'), limit);
  const here = await store.path(sha256);
  await chmod(here, 0o644);
  await writeFile(here, 'fals');
  await expect(store.archive(sha256)).rejects.toMatchObject({ told: { code: 'land.changed' } });
  expect(await readFile(here, 'utf8')).toBe('fals');
});

test('an empty file is a delivery like any other', async () => {
  const store = createDiskLandingStore(root);
  const landed = await store.put(chunks(), limit);
  expect(landed).toEqual({ sha256: shaOf(''), byteCount: 0, isNew: true });
  expect(await store.verify(landed.sha256)).toBe(true);
});

test('bytes changed on disk no longer verify, and a shortened file is healed by landing it again', async () => {
  const store = createDiskLandingStore(root);
  const { sha256 } = await store.put(chunks('hello'), limit);
  const path = await store.path(sha256);
  await chmod(path, 0o644);
  await truncate(path, 3);
  expect(await store.verify(sha256)).toBe(false);
  expect(await store.put(chunks('hello'), limit)).toMatchObject({ isNew: true });
  expect(await store.verify(sha256)).toBe(true);
});

test('an unknown hash and a hash that is none are refused', async () => {
  const store = createDiskLandingStore(root);
  await expect(store.path(shaOf('x'))).rejects.toMatchObject({ errorClass: 'bug' });
  await expect(store.path('../../etc/passwd')).rejects.toMatchObject({ errorClass: 'bug' });
});

test('sweeping removes orphans of a killed writer and leaves a fresh temp file', async () => {
  const store = createDiskLandingStore(root);
  await store.put(chunks('x'), limit);
  await writeFile(join(root, 'incoming', 'orphan'), 'half');
  await writeFile(join(root, 'incoming', 'busy'), 'half');
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  await utimes(join(root, 'incoming', 'orphan'), longAgo, longAgo);
  expect(await store.sweep()).toBe(1);
  expect(await readdir(join(root, 'incoming'))).toEqual(['busy']);
});

test('a journal that cannot be written says that the raw store cannot, as the bytes themselves would', async () => {
  await writeFile(join(root, 'journal'), 'in the way');
  const store = createDiskLandingStore(root);
  const landing = { sha256: shaOf('x'), byteCount: 1, locator: 'x', name: 'x', sentAt: null, at: '', about: {} };
  await expect(store.note('d1', landing)).rejects.toMatchObject({ errorClass: 'transient', told: { code: 'land.no-room' } });
});
