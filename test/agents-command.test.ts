import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliuHere } from './run-in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-agents-'));
let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(async () => {
  await own.drop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => huiliuHere(args, { HUILIU_HOME: join(folder, 'hub'), DATABASE_URL: own.url, HUILIU_LANG: 'en' });
const sql = 'select d as 销售日期 from t where d >= :from and d < :to';
const written = (name: string, value: unknown) => {
  writeFileSync(join(folder, name), JSON.stringify(value));
  return join(folder, name);
};

test('an agent is invited, looked at, configured, paused, asked and revoked, each with a preview where it matters', {
  timeout: 120_000,
}, async () => {
  expect(await run('agents', 'list')).toMatchObject({ code: 0, stdout: expect.stringContaining('no agents yet') });
  await own.database('master.distributor').insert({ code: 'D1', name: 'D1' });
  const settings = { tasks: [{ name: 'sale', kind: 'sale', sql }] };
  const source = { code: 'd1', sender: 'D1', connector: 'agent', settings, layouts: ['agent'] };
  const bad = { ...settings, tasks: [{ ...settings.tasks[0], sql: 'delete from t where :from < :to' }] };
  expect((await run('sources', 'import', written('bad.yaml', { sources: [{ ...source, settings: bad }] }))).code).toBe(2);
  expect((await run('sources', 'import', written('source.yaml', { sources: [source] }))).code).toBe(0);
  expect((await run('sources', 'test', 'd1')).code).toBe(0);
  expect(await run('agents', 'invite', 'nobody')).toMatchObject({ code: 2, stderr: expect.stringContaining('nobody') });
  const invited = await run('agents', 'invite', 'd1', '--json');
  const { code } = JSON.parse(invited.stdout) as { code: string };
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/u);
  expect(await run('agents', 'list')).toMatchObject({ code: 3, stdout: expect.stringContaining('not enrolled') });
  expect(await run('agents', 'show', 'd1')).toMatchObject({ code: 3, stdout: expect.stringContaining('invited until') });

  const changed = written('tasks.yaml', { ...settings, limits: { rows_per_second: 7 } });
  expect(await run('agents', 'configure', 'd1', '--file', changed)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/limits.rows_per_second: 5000 → 7[\s\S]*nothing is saved/u),
  });
  expect((await run('agents', 'configure', 'd1', '--file', changed, '--yes')).stdout).toContain('is saved');
  expect((await run('agents', 'configure', 'd1', '--file', changed)).stdout).toContain('is the same');
  expect((await run('agents', 'configure', 'd1', '--file', written('worse.yaml', bad))).code).toBe(2);

  expect((await run('agents', 'pause', 'd1', '--why', 'stocktaking')).code).toBe(0);
  expect(JSON.parse((await run('agents', 'show', 'd1', '--json')).stdout)).toMatchObject({ pausedAt: expect.any(String) });
  expect((await run('agents', 'resume', 'd1')).code).toBe(0);
  expect((await run('agents', 'log', 'd1', '--ask')).stdout).toContain('There is no log yet');
  expect((await run('agents', 'rotate', 'd1')).code).toBe(2);
  expect((await run('agents', 'revoke', 'd1')).stdout).toContain('Add --yes');
  expect((await run('agents', 'revoke', 'd1', '--yes')).stdout).toContain('are revoked');
  expect((await run('agents', 'revoke', 'd1', '--yes')).code).toBe(2);
});
