import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    expect.stringMatching(/\[0\]\.code.*\n.*\[0\]\.settings\.url.*\n.*\[0\]\.settings\.secret.*\n.*\[1\]\.settings\.folder/u),
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
  expect((await json('replay', 'crm', '--after', '1')).value).toMatchObject({ replayed: false });
  expect((await json('replay', 'crm', '--after', '0', '--yes')).value).toMatchObject({ replayed: true });
  for (const args of [
    ['crm', '--after', '9'],
    ['bi', '--after', '1'],
    ['bi', '--dead', '--yes'],
    ['oa', '--after', '1'],
  ])
    expect([args, (await huiliu(['share', 'replay', ...args], environment)).code]).toEqual([args, 2]);
  expect((await huiliu(['share', 'replay', 'nobody', '--after', '1'], environment)).code).toBe(2);
  expect((await json('dead')).value).toEqual({ dead: [] });
  for (const lang of ['zh', 'en']) {
    const shown = await huiliu(['share', 'list', '--lang', lang], environment);
    expect(shown.stdout).toContain(lang === 'zh' ? 'Webhook' : 'webhook');
    expect(shown.stdout).not.toMatch(/\{\w+\}/u);
  }
});

test('a copy with one wrong field is told with the record and the field, on its day, until it agrees again', async () => {
  const folder = join(home, 'bi');
  const [day] = readdirSync(folder);
  const path = join(folder, day!, 'customer.csv');
  const whole = readFileSync(path, 'utf8');
  const copy = join(home, 'theirs.csv');
  writeFileSync(copy, whole.replace('第2医院', '第二医院'));
  const wrong = await json('parity', 'oa', '--copy', copy, '--seq', '3');
  expect(wrong).toMatchObject({
    code: 3,
    value: {
      agrees: false,
      differing: 1,
      differences: [
        { no: 'KH0000002', entity: 'customer', what: 'other', fields: [{ field: 'name', theirs: '第二医院', ours: '第2医院' }] },
      ],
    },
  });
  const days = async () => (await json('days', 'oa')).value.days[0];
  expect(await days()).toMatchObject({ subscriber: 'oa', state: 'differs', lastSeq: 3, differing: 1, ourCount: 3, theirCount: 3 });
  for (const [lang, said] of [
    ['zh', 'KH0000002 customer 内容不同: name 对方“第二医院”，我方“第2医院”'],
    ['en', 'KH0000002 customer other values: name: theirs "第二医院", ours "第2医院"'],
  ] as const) {
    for (const args of [['list'], ['parity', 'oa', '--copy', copy, '--seq', '3']]) {
      const { code, stdout } = await huiliu(['share', ...args, '--lang', lang], environment);
      expect([code, stdout.replaceAll(/\s+/gu, ' ')]).toEqual([3, expect.stringContaining(said)]);
    }
  }
  // A snapshot that came whole is compared as it is: its folder says after which change it was taken.
  expect(await json('parity', 'oa', '--copy', join(folder, day!))).toMatchObject({
    code: 0,
    value: { seq: 3, agrees: true, differing: 0 },
  });
  expect(await days()).toMatchObject({ state: 'proven', paritySeq: 3 });
  // What comes later is proven of nobody yet; who did not agree by then differs all the same.
  await writeChange(own.database, 'customer', 4, { name: '第4医院' });
  expect(await days()).toMatchObject({ state: 'unproven', lastSeq: 4, paritySeq: 3 });
  await json('parity', 'oa', '--copy', copy, '--seq', '3');
  expect(await days()).toMatchObject({ state: 'differs', lastSeq: 4, paritySeq: 3, differing: 1 });
  await json('parity', 'oa', '--copy', join(folder, day!));
  await json('send', 'bi');
  for (const args of [
    ['parity', 'oa', '--copy', copy],
    ['parity', '--copy', copy],
    ['parity', 'oa', '--copy', join(home, 'none.csv')],
    ['parity', 'oa', '--copy', file, '--seq', '3'],
    ['parity', 'oa', '--copy', copy, '--seq', '9'],
    ['days', 'nobody'],
  ])
    expect([args, (await huiliu(['share', ...args], environment)).code]).toEqual([args, 2]);
  const shown = await huiliu(['share', 'days'], environment);
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringMatching(/bi .*已证实[\s\S]*crm .*未核对[\s\S]*oa .*未核对/u)]);
});
