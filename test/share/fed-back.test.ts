import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as xlsx from 'xlsx';
import { lastSeq } from '../../src/db/share/read-changes.js';
import { shanghaiDay } from '../../src/model/shanghai-day.js';
import { ensureBuilt } from '../built.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { huiliuHere } from '../run-in-process.js';

// What goes out to OA comes back with its next feed: that must change nothing, or the two would write to each other for ever.

const home = mkdtempSync(join(tmpdir(), 'huiliu-fed-back-'));
let own: TestDatabase;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  await ensureBuilt();
  own = await createTestDatabase();
  environment = { HUILIU_HOME: home, DATABASE_URL: own.url };
}, 300_000);
afterAll(async () => {
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await huiliuHere([...args, '--json'], environment);
  expect([args.join(' '), code === 0 || code === 3, stderr]).toEqual([args.join(' '), true, expect.anything()]);
  return JSON.parse(stdout);
};
const titles = { code: '客户编号', name: '客户名称', credit_code: '统一社会信用代码', phone: '电话', email: '邮箱', note: '备注' } as const;
type Row = Record<keyof typeof titles, string>;

async function feed(system: string, rows: readonly Row[]): Promise<void> {
  mkdirSync(join(home, 'in'), { recursive: true });
  const file = join(home, 'in', '客户.xlsx');
  const columns = Object.keys(titles) as (keyof Row)[];
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(
    book,
    xlsx.utils.aoa_to_sheet([Object.values(titles), ...rows.map((row) => columns.map((one) => row[one]))]),
    '客户',
  );
  writeFileSync(file, xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
  const preview = await run('history', 'preview', file, '--system', system);
  await run('history', 'commit', String(preview.import), '--yes');
}

test('what is written back and comes back with the next feed changes nothing, and then nothing differs', { timeout: 120_000 }, async () => {
  const oa: Row[] = [
    { code: 'C1', name: '甲市人民医院', credit_code: '91350100M000100Y43', phone: '025-83106666', email: 'old@a.cn', note: '' },
    { code: 'C2', name: '乙市中医院', credit_code: '', phone: '', email: '', note: '重点' },
  ];
  await feed('oa', oa);
  await feed('finance', [
    { code: '0001', name: '甲市人民医院', credit_code: '91350100M000100Y43', phone: '025-83107777', email: 'new@a.cn', note: '' },
  ]);
  writeFileSync(
    join(home, 's.yaml'),
    `subscribers: [{ code: back, kind: writeback, settings: { folder: ${join(home, 'back')}, system: oa } }]\n`,
  );
  await run('share', 'import', join(home, 's.yaml'));
  const differences = async () => {
    await run('share', 'send', 'back');
    const text = readFileSync(join(home, 'back', shanghaiDay(new Date()), 'differences.csv'), 'utf8');
    return parse(text, { bom: true, columns: true }) as { key: string; attribute: keyof Row; theirs: string; ours: string }[];
  };
  const told = await differences();
  expect(told.length).toBeGreaterThan(0);

  for (const { key, attribute, theirs, ours } of told) {
    const row = oa.find(({ code }) => code === key)!;
    expect(row[attribute]).toBe(theirs);
    row[attribute] = ours;
  }
  const before = await lastSeq(own.database);
  const golden = () => own.database('master.golden').select('record_id', 'fields').orderBy('record_id');
  const held = await golden();
  await feed('oa', oa);
  expect([await lastSeq(own.database), await golden(), await differences()]).toEqual([before, held, []]);
});
