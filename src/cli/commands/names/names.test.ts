import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import excel from 'exceljs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.js';
import { emptyDatabase } from '../../../../test/delivery-fixture.js';
import { createHubMatcher } from '../../../app/hub-matcher.js';
import type { LandingStore } from '../../../journey/land/landing-store.js';
import { textIn } from '../../text.js';
import { textWidth } from '../../text-width.js';
import { registerNamesCommand } from './names.js';

let own: TestDatabase;
let ended: number;
let json = true;
let width = 80;
let language: 'zh' | 'en' = 'zh';
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
  width = 80;
  language = 'zh';
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
  const matcher = createHubMatcher(own.database, { workers: 1 });
  const open = async () => ({
    ...{ database: own.database, landing: {} as LandingStore, matcher, language, json, actor: 'wang' },
    print: (line: string) => void told.push(line),
    printJson: (value: unknown) => {
      printed = value;
    },
    close: () => matcher.close(),
  });
  const finish = (code: number) => {
    ended = code;
  };
  registerNamesCommand(program, { text: textIn(language), width, open, finish });
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

test('a name is found in the queue, explained, decided, and the decision taken back', async () => {
  await own
    .database('master.terminal')
    .insert({ code: '008', name: '长沙市济仁医院', name_key: '长沙市济仁医院', province: '湖南省', city: '长沙市' });
  await own
    .database('matching.raw_name')
    .insert({ id: 7, distributor_id: 1, code: '', name: '济仁院', address: '', region: '湖南省/长沙市/' });
  const { items, total } = (await run('queue')) as { items: { name: string }[]; total: { names: number } };
  expect(items.map(({ name }) => name)).toContain('济仁院');
  expect(total.names).toBe(3);
  expect(await run('why', '济仁院')).toMatchObject({ rawNameId: '7', codes: expect.anything(), answer: { candidates: expect.anything() } });
  expect(await run('why-not', '7', '008')).toMatchObject({ terminal: '008', reasons: expect.anything() });

  expect(await run('decide', '7', '--to', '008')).toMatchObject({ names: 1, batchId: null });
  const { batchId } = await run('decide', '7', '--to', '008', '--note', '电话核实', '--yes');
  expect(await run('show', '济仁院')).toMatchObject({
    names: [
      {
        id: '7',
        links: [{ state: 'person', terminal: '008' }],
        decisions: [{ note: '电话核实', inForce: true }],
        scopes: [{ names: 1 }, {}, {}],
      },
    ],
  });
  const { batchId: undoing } = await run('undo', String(batchId), '--yes');
  expect(await run('show', '7')).toMatchObject({ names: [{ links: [], decisions: [{ isUndone: true }] }] });
  await run('undo', String(undoing), '--yes');
  expect(await run('show', '7')).toMatchObject({ names: [{ links: [{ terminal: '008' }] }] });
  await expect(run('show', '没有这家')).rejects.toMatchObject({ told: { code: 'match.no-such-name' } });
});

test('a new terminal like one that is there is refused with it, unless a person says why it is another', async () => {
  await own
    .database('master.terminal')
    .insert({ code: '008', name: '长沙市济仁医院', name_key: '长沙市济仁医院', province: '湖南省', city: '长沙市' });
  await own
    .database('matching.raw_name')
    .insert({ id: 7, distributor_id: 1, code: '', name: '长沙市济仁医院', address: '', region: '湖南省/长沙市/' });
  await expect(run('decide', '7', '--to', 'new', '--yes')).rejects.toMatchObject({ told: { code: 'match.terminal-alike' } });
  await expect(run('decide', '7', '--to', 'new', '--anyway', '--yes')).rejects.toMatchObject({ told: { code: 'match.reason-missing' } });
  await run('decide', '7', '--to', 'new', '--anyway', '--note', '城东另一家', '--yes');
  const { requests } = (await run('requests')) as { requests: { id: string; seen: { code: string }[] }[] };
  expect(requests).toMatchObject([{ names: 1, seen: [{ code: '008' }] }]);
  expect(await run('approve', requests[0]!.id, '--anyway', '--note', '同上', '--yes')).toMatchObject({
    names: 1,
    code: expect.stringMatching(/^H\d{6}$/),
  });
  expect(await run('merge', '008', '--into', '007')).toMatchObject({ written: false, survivor: '007' });
});

test.each([80, 120])('in a terminal of %i columns no line is wider than it, in both languages', async (columns) => {
  await own
    .database('master.terminal')
    .insert({ code: '008', name: '长沙市济仁医院', name_key: '长沙市济仁医院', province: '湖南省', city: '长沙市' });
  await own
    .database('matching.raw_name')
    .insert({ id: 7, distributor_id: 1, code: '', name: '长沙济仁医院', address: '', region: '湖南省/长沙市/' });
  json = false;
  width = columns;
  for (const words of [
    ['queue'],
    ['show', '7'],
    ['why', '7'],
    ['why-not', '7', '007'],
    ['decide', '7', '--to', '008', '--scope', 'everywhere'],
    ['list'],
  ]) {
    for (const spoken of ['zh', 'en'] as const) {
      language = spoken;
      await run(...words);
      const wide = told.filter((line) => textWidth(line) > columns && !line.includes('huiliu names'));
      expect(wide).toEqual([]);
      expect(told.join('\n')).not.toMatch(/\{\w+\}/u);
    }
  }
});
