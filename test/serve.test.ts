import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliu, startProgram } from './run-program.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-serve-'));
let own: TestDatabase;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  await ensureBuilt();
  own = await createTestDatabase();
  environment = { HUILIU_HOME: home, DATABASE_URL: own.url };
}, 120_000);
afterAll(async () => {
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

test('keys are made, listed without themselves, and revoked after a preview', { timeout: 180_000 }, async () => {
  const added = await huiliu(['keys', 'add', 'erp', '--right', 'read', '--right', 'reconcile', '--json'], environment);
  const { key } = JSON.parse(added.stdout) as { key: string };
  expect([added.code, key.length]).toEqual([0, 46]);
  expect((await huiliu(['keys', 'add', 'erp', '--right', 'read'], environment)).code).toBe(2);
  const wrong = await huiliu(['keys', 'add', 'x', '--right', 'all', '--lang', 'en'], environment);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Wrong value "all" for --right')]);
  const preview = await huiliu(['keys', 'revoke', 'erp', '--lang', 'en'], environment);
  expect([preview.code, preview.stdout]).toEqual([
    0,
    expect.stringContaining('Would revoke the key erp (read, reconcile), last used: never'),
  ]);
  expect((await huiliu(['keys', 'revoke', 'erp', '--yes'], environment)).code).toBe(0);
  expect((await huiliu(['keys', 'revoke', 'erp', '--yes'], environment)).code).toBe(2);
  const { stdout } = await huiliu(['keys', 'list', '--json'], environment);
  expect(stdout).not.toContain(key);
  expect(JSON.parse(stdout)).toMatchObject({ keys: [{ name: 'erp', rights: ['read', 'reconcile'], revokedAt: expect.any(String) }] });
});

test('the server says where it is, answers, and ends within seconds of a SIGTERM', { timeout: 120_000 }, async () => {
  const server = startProgram('src/main.js', ['serve', '--port', '0', '--json'], environment);
  const { url } = await new Promise<{ url: string }>((said) => server.stdout!.once('data', (text: string) => said(JSON.parse(text))));
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  const toldAt = performance.now();
  server.kill('SIGTERM');
  const { code } = await server.ended;
  expect([code, performance.now() - toldAt < 5000]).toEqual([130, true]);
});
