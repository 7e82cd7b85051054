import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentDigest } from '../src/db/content-digest.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { salesText } from './delivery-desk.js';
import { huiliuHere as huiliu } from './run-in-process.js';
import { startProgram } from './run-program.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-retention-test-'));
const mappings = join(home, 'mappings');
const environment: NodeJS.ProcessEnv = { HUILIU_HOME: join(home, 'hub'), HUILIU_MAPPINGS: mappings, HUILIU_LANG: 'en' };
let own: TestDatabase;

beforeAll(async () => {
  await ensureBuilt();
  own = await createTestDatabase();
  environment['DATABASE_URL'] = own.url;
  mkdirSync(mappings);
  writeFileSync(join(mappings, 'd.yaml'), 'layout: d\ntitle: 销售\nkind: sale\ndictionary: true\n');
  const lists = join(home, '商业公司.csv');
  writeFileSync(lists, '商业编码,商业公司名称\nD1,某某医药\nD2,别家医药\n');
  const source = (code: string) =>
    `  - { code: ${code.toLowerCase()}, sender: ${code}, connector: folder, settings: { folder: ${home} }, layouts: [d] }\n`;
  writeFileSync(join(home, 'sources.yaml'), `sources:\n${source('D1')}${source('D2')}`);
  await huiliu(['init'], environment);
  await huiliu(['import', lists, '--source', 'own-lists'], environment);
  expect((await huiliu(['sources', 'import', join(home, 'sources.yaml')], environment)).stderr).toBe('');
}, 300_000);
afterAll(async () => {
  await own.drop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const send = async (source: string, quantity: number, sentAt: string) => {
  const path = join(home, '销售.csv');
  writeFileSync(path, salesText([['2026-03-20', '甲医院', quantity]]));
  utimesSync(path, new Date(sentAt), new Date(sentAt));
  expect((await huiliu(['import', path, '--source', source], environment)).stderr).not.toContain('error');
};
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await huiliu([...args, '--json'], environment);
  return { code, stderr, value: stdout ? JSON.parse(stdout) : null };
};
const retired = async () =>
  (await own.database('ledger.generation').whereNotNull('retired_at').orderBy('sender').pluck('sender')) as string[];
const digest = () => contentDigest(own.database);
const seen = async () => (await own.database('pub_v1.flow_line').orderBy('quantity').pluck('quantity')) as string[];

test('retention shows, deletes when told, survives a kill, and a file sent again comes back from its bytes', {
  timeout: 600_000,
}, async () => {
  for (const source of ['d1', 'd2']) {
    await send(source, 10, '2026-03-21T08:00:00Z');
    await send(source, 20, '2026-03-21T09:00:00Z');
  }
  await own.database('ledger.generation').update({ state_since: '2024-01-01' });
  const before = await digest();

  const preview = await json('retention');
  expect([preview.code, preview.value.deleted]).toEqual([0, null]);
  expect(preview.value.items.find(({ what }: { what: string }) => what === 'lines')).toMatchObject({ days: 400, generations: 2, rows: 2 });
  expect(preview.value.items.find(({ what }: { what: string }) => what === 'raw')).toMatchObject({ days: null });
  for (const lang of ['zh', 'en'])
    expect((await huiliu(['retention', '--lang', lang], environment)).stdout).toContain('huiliu retention --yes');
  expect(await retired()).toEqual([]);

  await killInTheSecondBatch();
  expect([await retired(), await digest()]).toEqual([['D1'], before]);
  expect((await json('check')).code).toBe(0);

  expect((await json('retention', '--yes')).value.deleted).toMatchObject({ generations: 1, lines: 1 });
  expect([await retired(), await digest(), (await json('check')).code]).toEqual([['D1', 'D2'], before, 0]);
  expect((await json('retention', '--yes')).value.deleted).toMatchObject({ generations: 0, lines: 0 });

  await send('d1', 10, '2026-03-22T08:00:00Z');
  expect([await seen(), (await json('check')).code]).toEqual([['10', '20'], 0]);
  const [again] = await own.database('ledger.delivery').where({ sender: 'D1' }).orderBy('id').pluck('id');
  expect((await json('trace', 'file', String(again))).value).toMatchObject({ agrees: true });
  const [gone] = await own.database('ledger.delivery').where({ sender: 'D2' }).orderBy('id').pluck('id');
  expect((await huiliu(['trace', 'file', String(gone)], environment)).stdout).toContain('deleted by retention');
});

test('old raw files go to the archive when there is one; they are traced, checked and loaded again from there', {
  timeout: 300_000,
}, async () => {
  environment['HUILIU_RAW_ARCHIVE'] = join(home, 'slow');
  const raw = async () => (await json('retention')).value.items.find(({ what }: { what: string }) => what === 'raw');
  expect(await raw()).toMatchObject({ days: 400, rows: 0 });
  await own.database('ledger.raw_object').update({ stored_at: '2024-01-01' });
  const before = await digest();
  const { rows } = await raw();
  expect(rows).toBe(3);
  expect((await json('retention', '--yes')).value.archived).toMatchObject({ files: rows });
  expect([(await json('retention', '--yes')).value.archived.files, await digest()]).toEqual([0, before]);
  expect((await json('check', '--raw')).code).toBe(0);
  const [first] = await own.database('ledger.delivery').where({ sender: 'D1' }).orderBy('id').pluck('id');
  expect((await json('trace', 'file', String(first))).value).toMatchObject({ agrees: true });
  await send('d2', 10, '2026-03-23T08:00:00Z');
  expect(await seen()).toEqual(['10', '10']);
});

/** Stops the job by a lock on the line it deletes second, and kills it there. */
async function killInTheSecondBatch(): Promise<void> {
  const trx = await own.database.transaction();
  try {
    await trx.raw(
      `select 1 from flow.line l join ledger.generation g on g.id = l.generation_id where g.sender = 'D2' and g.state = 'superseded' for update of l`,
    );
    const job = startProgram('src/main.js', ['retention', '--yes'], environment);
    // Not asked in that transaction: it would see the same activity for ever.
    const isStuck = async () => {
      const { rows } = await own.database.raw(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%flow.line%'`,
      );
      return rows.length > 0;
    };
    for (let tries = 0; !(await isStuck()); tries++) {
      expect(tries).toBeLessThan(300);
      await sleep(100);
    }
    job.kill('SIGKILL');
    await job.ended;
  } finally {
    await trx.rollback();
  }
  for (let left = 1; left > 0; await sleep(50)) {
    const { rows } = await own.database.raw(
      `select count(*)::int as left from pg_stat_activity where datname = current_database() and query like '%flow.line%' and state <> 'idle' and pid <> pg_backend_pid()`,
    );
    left = rows[0].left;
  }
}
