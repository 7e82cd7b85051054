import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFake } from '../connectors/sftp/fake.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliu } from './run-program.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-secrets-'));
const password = 'kept-by-the-hub-密';
let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(async () => {
  await own.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('a secret is kept from standard input, used by a source, rotated and removed, and shown by no command', async () => {
  const environment = { HUILIU_HOME: join(folder, 'hub'), DATABASE_URL: own.url, HUILIU_LANG: 'en' };
  const far = await startFake({ password });
  const said: string[] = [];
  const run = async (args: string[], input?: string) => {
    const { code, stdout, stderr } = await huiliu(args, environment, input);
    said.push(stdout, stderr);
    return [code, stdout, stderr] as const;
  };
  try {
    await own.database('master.distributor').insert({ code: 'D1', name: 'D1' });
    const settings = { ...far.settings, password: 'secret:d1' };
    writeFileSync(
      join(folder, 'source.yaml'),
      JSON.stringify({ sources: [{ code: 'd1', sender: 'D1', connector: 'sftp', settings, layouts: ['demo-files'] }] }),
    );
    expect((await run(['sources', 'import', join(folder, 'source.yaml')]))[0]).toBe(0);
    const [missing, why] = await run(['sources', 'test', 'd1']);
    expect([missing, why]).toEqual([2, expect.stringContaining('secret:d1')]);
    expect(await run(['secrets', 'set', 'd1'], '')).toEqual([2, '', expect.stringContaining('Nothing was given')]);
    expect((await run(['secrets', 'set', 'd1'], `${password}\n`))[0]).toBe(0);
    expect((await run(['sources', 'test', 'd1']))[0]).toBe(0);
    const key = readFileSync(join(folder, 'hub/keys/secrets.key'), 'utf8');
    expect(statSync(join(folder, 'hub/keys/secrets.key')).mode & 0o777).toBe(0o600);
    expect((await run(['secrets', 'rotate']))[0]).toBe(0);
    expect(readFileSync(join(folder, 'hub/keys/secrets.key'), 'utf8')).not.toBe(key);
    expect((await run(['sources', 'test', 'd1']))[0]).toBe(0);
    expect((await run(['secrets', 'list']))[1]).toContain('d1');
    expect((await run(['secrets', 'remove', 'd1']))[1]).toContain('Still used by: d1');
    expect((await run(['secrets', 'remove', 'd1', '--yes']))[0]).toBe(0);
    expect((await run(['sources', 'test', 'd1']))[0]).toBe(2);
    expect(said.join('')).not.toContain(password);
  } finally {
    await far.stop();
  }
}, 60_000);
