import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import excel from 'exceljs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { createHubMatcher } from '../app/hub-matcher.js';
import type { LandingStore } from '../journey/land/landing-store.js';
import { registerNamesCommand } from './names-command.js';
import { textIn } from './text.js';

let own: TestDatabase;
let ended: number;
let json = true;
let told: string[] = [];
let folder: string;
beforeAll(async () => {
  own = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'huiliu-names-'));
});
afterAll(async () => {
  await own.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  ended = 0;
  json = true;
  await emptyDatabase(own.database);
  await own.database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
  await own.database('master.terminal').insert({ code: '007', name: '甲医院', name_key: '甲医院' });
  await own.database('matching.raw_name').insert([
    { id: '9007199254740993', distributor_id: 1, code: '012345678901234567', name: '=cmd|甲', address: '', region: '' },
    { id: 5, distributor_id: 1, code: '', name: ' 乙院', address: '', region: '' },
  ]);
});

/** Runs a command line and returns what it printed as JSON. */
async function run(...words: string[]) {
  let printed: unknown;
  told = [];
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
  registerNamesCommand(program, { text: textIn('zh'), width: 80, open, finish });
  await program.parseAsync(['names', ...words], { from: 'user' });
  return printed as Record<string, unknown>;
}

/** Sets cells of the exported workbook by title and raw name id, and turns the order of the columns round. */
async function edit(file: string, values: Record<string, Record<string, string>>): Promise<void> {
  const book = new excel.Workbook();
  await book.xlsx.readFile(file);
  const sheet = book.getWorksheet('配对表')!;
  const rows = sheet
    .getSheetValues()
    .slice(1)
    .map((row) => (row as string[]).slice(1));
  const titles = rows[0]!;
  const turned = new excel.Workbook();
  const target = turned.addWorksheet('配对表');
  for (const row of rows) {
    const given = values[row[titles.indexOf('原始名称编号')]!];
    target.addRow(titles.map((title, index) => given?.[title] ?? row[index] ?? '').toReversed());
  }
  await turned.xlsx.writeFile(file);
}

test('a workbook goes out, is edited in any column order, is previewed, written and undone', async () => {
  const file = join(folder, 'a.xlsx');
  expect(await run('export', file)).toMatchObject({ names: 2 });
  await edit(file, { '9007199254740993': { 终端编码: '007' }, '5': { 裁决: '非终端' } });

  expect(await run('import', file)).toMatchObject({ names: 2, problems: [], batchId: null });
  expect(await own.database('matching.decision')).toEqual([]);
  const { batchId } = await run('import', file, '--yes');
  const { names } = await run('list');
  expect(names).toMatchObject({ person: 1, noise: 1, undecided: 0 });
  expect(await run('undo', String(batchId), '--yes')).toMatchObject({ restored: 2 });
  expect(await own.database('matching.link')).toEqual([]);
});

test('a wrong workbook writes nothing, even with --yes, and every mistake names its row', async () => {
  const file = join(folder, 'b.xlsx');
  await run('export', file);
  await edit(file, { '9007199254740993': { 终端编码: '008' }, '5': { 裁决: '也许' } });
  const { problems } = await run('import', file, '--yes');
  expect((problems as { code: string }[]).map(({ code }) => code).toSorted()).toEqual(['match.unknown-terminal', 'match.unknown-verdict']);
  expect(ended).toBe(2);
  expect(await own.database('matching.decision')).toEqual([]);
});

test('no cell of the workbook can be taken for a formula, and long codes stay text', async () => {
  const file = join(folder, 'c.xlsx');
  await run('export', file);
  const book = new excel.Workbook();
  await book.xlsx.readFile(file);
  const cells = (book.getWorksheet('配对表')!.getSheetValues() as unknown[][]).flat();
  expect(cells).toContain("'=cmd|甲");
  expect(cells).toContain('012345678901234567');
});

test('a workbook with mistakes is told as refused once, a right one as a preview with the command that writes it', async () => {
  const file = join(folder, 'd.xlsx');
  await run('export', file);
  await edit(file, { '9007199254740993': { 终端编码: '008' }, '5': { 裁决: '搁置' } });
  json = false;
  await run('import', file);
  expect(told.join('\n')).toContain('终端编码 008 不存在');
  expect(told.join('\n')).not.toMatch(/本行|预览/u);
  expect(told.at(-1)).toBe('共 1 处错误，整个工作簿未导入。请改正后再导入一次。');
  await run('export', join(folder, 'e.xlsx'));
  await edit(join(folder, 'e.xlsx'), { '5': { 裁决: '搁置' } });
  await run('import', join(folder, 'e.xlsx'));
  expect(told.find((line) => line.startsWith('待配对'))).toMatch(/搁置/u);
  expect(told.at(-1)).toContain('--yes');
});

test('an export leaves a file alone that is there', async () => {
  const file = join(folder, 'f.xlsx');
  await run('export', file);
  await expect(run('export', file)).rejects.toMatchObject({ key: 'desk.file-exists' });
  expect(await run('export', file, '--force')).toMatchObject({ names: 2 });
});
