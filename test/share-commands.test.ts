import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { writeChange } from './master-changes.js';
import { huiliuHere as huiliu } from './run-in-process.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-share-commands-'));
const file = join(home, 'subscribers.yaml');
const environment: NodeJS.ProcessEnv = { HUILIU_HOME: join(home, 'hub') };
let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  environment['DATABASE_URL'] = own.url;
  for (const id of [1, 2, 3]) await writeChange(own.database, 'customer', id, { name: `第${id}医院` });
});
afterAll(async () => {
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

const json = async (...args: string[]) => {
  const { code, stdout } = await huiliu(['share', ...args, '--json'], environment);
  return { code, value: JSON.parse(stdout) };
};

test('subscribers are saved together or not at all, and every mistake is named', async () => {
  writeFileSync(
    file,
    'subscribers:\n  - { code: BAD, kind: webhook, settings: { url: ftp://x, secret: plain } }\n  - { code: bi, kind: snapshot, settings: {} }\n',
  );
  const refused = await huiliu(['share', 'import', file, '--lang', 'en'], environment);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/0\.code.*\n.*0\.settings\.url.*\n.*0\.settings\.secret.*\n.*1\.settings\.folder/u),
  ]);
  expect((await json('list')).value.subscribers).toEqual([]);
});

test('the list says who is behind, who fails and who agrees; sending, replaying and comparing are commands', async () => {
  const folder = join(home, 'bi');
  writeFileSync(
    file,
    `subscribers:
  - { code: bi, kind: snapshot, settings: { folder: ${folder} } }
  - { code: crm, kind: webhook, settings: { url: "https://127.0.0.1:1/x", secret: "env:NO_SUCH_SECRET" } }
  - { code: oa, kind: pull, settings: { key: oa } }
`,
  );
  expect((await json('import', file)).value).toEqual({ saved: ['bi', 'crm', 'oa'] });
  const sent = await json('send');
  expect([sent.code, sent.value]).toMatchObject([3, { changes: 0, files: [{ files: [{ file: 'customer.csv', rows: 3 }] }] }]);
  expect(readdirSync(folder)).toHaveLength(1);
  const listed = await json('list');
  expect([listed.code, listed.value.subscribers]).toMatchObject([
    3,
    [
      { subscriber: 'bi', lag: 0, parity: { agrees: true, ourCount: 3 } },
      { subscriber: 'crm', lag: 3, told: { code: 'hub.gone-secret' } },
      { subscriber: 'oa', lag: 3, parity: null },
    ],
  ]);
  const { ours } = (await json('parity', 'oa')).value;
  expect((await json('parity', 'oa', '--theirs', `3:3:${ours.hash}`)).value).toMatchObject({ agrees: true });
  expect(await json('parity', 'oa', '--theirs', '3:2:0000000000000000')).toMatchObject({ code: 3, value: { agrees: false } });
  expect((await huiliu(['share', 'parity', 'oa', '--theirs', 'x'], environment)).code).toBe(2);
  expect(await json('parity')).toMatchObject({ code: 0, value: { agrees: true, master: { count: 3 } } });
  expect((await json('replay', 'bi', '--after', '1')).value).toMatchObject({ replayed: false });
  expect((await json('replay', 'bi', '--after', '1', '--yes')).value).toMatchObject({ replayed: true });
  expect((await huiliu(['share', 'replay', 'bi', '--after', '9'], environment)).code).toBe(2);
  expect((await huiliu(['share', 'replay', 'nobody', '--after', '1'], environment)).code).toBe(2);
  expect((await json('dead')).value).toEqual({ dead: [] });
  for (const lang of ['zh', 'en']) {
    const shown = await huiliu(['share', 'list', '--lang', lang], environment);
    expect(shown.stdout).toContain(lang === 'zh' ? 'Webhook' : 'webhook');
    expect(shown.stdout).not.toMatch(/\{\w+\}/u);
  }
});
