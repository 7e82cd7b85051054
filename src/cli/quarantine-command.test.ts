import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import excel from 'exceljs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase, insertDelivery } from '../../test/delivery-fixture.js';
import { createHubMatcher } from '../app/hub-matcher.js';
import type { MapQuarantined } from '../db/replay-quarantine.js';
import type { LandingStore } from '../journey/land/landing-store.js';
import type { RowFate } from '../journey/map/map-outcome.js';
import { message } from '../model/message.js';
import { registerQuarantineCommand } from './quarantine-command.js';
import { textIn } from './text.js';
import { textWidth } from './text-width.js';

let own: TestDatabase;
let ended: number;
let json = true;
let told: string[] = [];
let folder: string;
let seen: string[][] = [];
beforeAll(async () => {
  own = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'huiliu-quarantine-'));
});
afterAll(async () => {
  await own.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  ended = 0;
  json = true;
  told = [];
  seen = [];
  await emptyDatabase(own.database);
  await insertDelivery(own.database, { loaded: 0, quarantined: 2, titles: ['客户', '数量', '数量', ''] });
  const issues = [{ rule: 'validate.required', column: '数量', value: '', told: message('validate.required', { column: '数量' }) }];
  for (const row_no of [2, 3]) {
    await own.database('ledger.quarantine').insert({
      ...{ delivery_id: 1, part_id: 100, row_no, cells: JSON.stringify([`=甲${row_no}`, '', '-7', 'x']), issues: JSON.stringify(issues) },
    });
  }
});

/** Drops every row, so that what a replay was given can be seen without facts. */
const mapRows: MapQuarantined = async (_part, rows) => {
  seen.push(...rows.map(({ cells }) => [...cells]));
  return new Map(rows.map(({ rowNo }): [number, RowFate] => [rowNo, { fate: 'dropped', rule: 'note' }]));
};

async function run(...words: string[]) {
  let printed: unknown;
  const program = new Command().exitOverride();
  const open = async () => ({
    ...{
      database: own.database,
      landing: {} as LandingStore,
      matcher: createHubMatcher(own.database),
      language: 'zh' as const,
      json,
      actor: 'wang',
    },
    print: (line: string) => void told.push(line),
    printJson: (value: unknown) => {
      printed = value;
    },
    close: async () => {},
  });
  const finish = (code: number) => {
    ended = code;
  };
  registerQuarantineCommand(program, { text: textIn('zh'), width: 80, open, finish }, async () => mapRows);
  await program.parseAsync(['quarantine', ...words], { from: 'user' });
  return printed as Record<string, unknown>;
}

async function setCells(file: string, cells: Record<string, string>): Promise<void> {
  const book = new excel.Workbook();
  await book.xlsx.readFile(file);
  for (const [address, value] of Object.entries(cells)) book.getWorksheet('隔离1')!.getCell(address).value = value;
  await book.xlsx.writeFile(file);
}

test('the list counts by source and rule and shows the rows', async () => {
  const { counts, rows } = await run('list', '--delivery', '1');
  expect(counts).toEqual([{ source: 'qinghe', rule: 'validate.required', rows: 2, deliveries: 1 }]);
  expect(rows).toHaveLength(2);
});

test('corrected cells come back under equal titles and without any; only rows that were changed are replayed', async () => {
  const file = join(folder, 'a.xlsx');
  expect(await run('export', file)).toMatchObject({ rows: 2 });
  await setCells(file, { I2: '5', K2: 'y' });
  expect(await run('replay', file)).toMatchObject({ corrected: 1, dropped: 1 });
  expect(seen).toEqual([['=甲2', '5', '-7', 'y']]);
  expect(await own.database('ledger.quarantine').orderBy('id').select('state', 'patch')).toEqual([
    { state: 'dismissed', patch: { '1': '5', '3': 'y' } },
    { state: 'open', patch: null },
  ]);
});

test('an unknown or repeated key refuses the whole workbook, naming each row', async () => {
  const file = join(folder, 'b.xlsx');
  await run('export', file);
  await setCells(file, { A2: '999', I3: '5' });
  const { problems } = await run('replay', file);
  expect(problems).toMatchObject([{ code: 'desk.quarantine-unknown', values: { row: 2, value: '999' } }]);
  expect(ended).toBe(2);
  expect(seen).toEqual([]);
});

test('the workbook shows the sender’s titles, the reason in Chinese and no formula', async () => {
  const file = join(folder, 'c.xlsx');
  await run('export', file);
  const book = new excel.Workbook();
  await book.xlsx.readFile(file);
  const [, titles, first] = book.getWorksheet('隔离1')!.getSheetValues() as string[][];
  expect(titles?.slice(-4)).toEqual(['客户', '数量', '数量', '列4']);
  expect(first).toEqual(expect.arrayContaining(["'=甲2", '-7', expect.stringContaining('必填')]));
});

test('a person reads the rule by its code and its name, a line per reason that fits the terminal', async () => {
  json = false;
  await run('list');
  expect(told.find((line) => line.includes('validate.required'))).toMatch(/必填为空 +2 +1$/u);
  expect(told.filter((line) => line.includes('销售.csv'))).toHaveLength(2);
  for (const line of told) expect(textWidth(line)).toBeLessThanOrEqual(80);
});

test('a workbook that nobody changed says so', async () => {
  const file = join(folder, 'd.xlsx');
  await run('export', file);
  json = false;
  await run('replay', file);
  expect(told).toEqual(['工作簿中没有改动过的单元格，未重放任何行。']);
});
