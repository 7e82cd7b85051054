import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { openKeyFile } from './key-ring.js';
import { createSecretStore, type SecretStore } from './secret-store.js';

let own: TestDatabase;
let folder: string;
let store: SecretStore;
const keyFile = () => join(folder, 'keys', 'secrets.key');
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(async () => {
  await own.drop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await own.database('access.secret').delete();
  folder = await mkdtemp(join(tmpdir(), 'huiliu-keys-'));
  store = createSecretStore(own.database, openKeyFile(keyFile()));
});

test('a secret is read back by the hub, and the database holds nothing of it', async () => {
  await store.set('d01', '密码 pässword', 'wang');
  expect(await store.read('d01')).toBe('密码 pässword');
  expect(await store.read('d02')).toBeNull();
  const stored = JSON.stringify(await own.database('access.secret')) + JSON.stringify(await own.database('ledger.event'));
  for (const clear of ['密码', 'pässword', Buffer.from('密码 pässword').toString('hex')]) expect(stored).not.toContain(clear);
  expect(JSON.stringify(await store.list())).not.toContain('sealed');
});

test('the key file is readable by its owner only, and nothing opens without it', async () => {
  await store.set('d01', 'x', 'wang');
  expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  await rm(keyFile());
  await expect(store.read('d01')).rejects.toMatchObject({ told: { code: 'hub.key-missing' } });
});

test('a sealed value moved to another name, or changed by one bit, does not open', async () => {
  await store.set('d01', 'x', 'wang');
  await store.set('d02', 'y', 'wang');
  const { sealed, sealed_key, key_id } = await own.database('access.secret').where({ name: 'd01' }).first();
  await own.database('access.secret').where({ name: 'd02' }).update({ sealed, sealed_key, key_id });
  await expect(store.read('d02')).rejects.toMatchObject({ told: { code: 'hub.secret-damaged' } });
  sealed[sealed.length - 1] ^= 1;
  await own.database('access.secret').where({ name: 'd01' }).update({ sealed });
  await expect(store.read('d01')).rejects.toMatchObject({ told: { code: 'hub.secret-damaged' } });
});

test('rotation gives every secret a new outer key and forgets the old ones; interrupted, it can be repeated', async () => {
  await store.set('d01', 'x', 'wang');
  await store.set('d02', 'y', 'wang');
  const before = await readFile(keyFile(), 'utf8');
  await openKeyFile(keyFile()).addKey(); // what a rotation that was killed leaves behind
  const { resealed, keyId } = await store.rotate('wang');
  expect(resealed).toBe(2);
  const after = await readFile(keyFile(), 'utf8');
  expect(after.trim().split('\n')).toHaveLength(1);
  expect(after).not.toContain(before.split(' ')[1]!.trim());
  expect((await store.list()).map((one) => one.keyId)).toEqual([keyId, keyId]);
  expect([await store.read('d01'), await store.read('d02')]).toEqual(['x', 'y']);
});

test('a damaged key file and a bad name are told', async () => {
  await store.set('d01', 'x', 'wang');
  await writeFile(keyFile(), 'k1 short\n');
  await expect(store.read('d01')).rejects.toMatchObject({ told: { code: 'hub.key-file-unreadable' } });
  await expect(store.set('../x', 'x', 'wang')).rejects.toMatchObject({ told: { code: 'hub.secret-name' } });
});
