import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import excel from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goldenDigest } from '../src/db/master/golden-digest.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { huiliuHere as huiliu } from './run-in-process.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-history-test-'));
const environment: NodeJS.ProcessEnv = { HUILIU_HOME: join(home, 'hub') };
let own: TestDatabase;

beforeAll(async () => {
  await ensureBuilt();
  own = await createTestDatabase();
  environment['DATABASE_URL'] = own.url;
  await huiliu(['init'], environment);
}, 300_000);
afterAll(async () => {
  await own.drop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const run = (...args: string[]) => huiliu(['history', ...args], environment);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args, '--json');
  if (!stdout) throw new Error(stderr);
  return { code, value: JSON.parse(stdout) };
};

const customer = async (...args: string[]) => ({ value: JSON.parse((await huiliu(['customer', ...args, '--json'], environment)).stdout) });

/** A workbook of the given sheets, sent at an hour of one day. */
async function workbook(name: string, hour: number, sheets: Record<string, readonly (readonly string[])[]>): Promise<string> {
  const book = new excel.Workbook();
  for (const [sheet, rows] of Object.entries(sheets))
    for (const row of [book.addWorksheet(sheet)]) row.addRows(rows.map((cells) => [...cells]));
  const path = join(home, name);
  await book.xlsx.writeFile(path);
  const at = new Date(`2026-11-20T0${hour}:00:00Z`);
  utimesSync(path, at, at);
  return path;
}

const customers = [
  ['客户编码', '客户全称', '客户性质', '统一社会信用代码', '联系电话', '省'],
  ['C1', '甲市人民医院', '医院', '91350100M000100Y43', '025-83106666', '江苏省'],
  ['C2', '乙大药房', '药店', '91350100M000100Y44', '无此号', '江苏省'],
  ['C2', '乙大药房连锁', '药店', '', '', '江苏省'],
  ['C3', '=HYPERLINK("http://example.com")', '其他', '', '', ''],
  ['', '', '', '', '', ''],
  ['C4', '', '医院', '', '', ''],
];
const contacts = [
  ['客户编码', '客户', '姓名', '手机号码', '生日'],
  ['C1', '甲市人民医院', '张三', '13800000000', '1965-03-01'],
  ['', '乙大药房连锁', '李四', '13900000000', '不详'],
  ['', '查无此院', '王五', '13700000000', ''],
];

test('a workbook of two entities is previewed, checked, compared, loaded, told row by row and taken back', {
  timeout: 300_000,
}, async () => {
  const file = await workbook('老系统.xlsx', 1, { 客户档案: customers, 联系人: contacts });
  const preview = await json('preview', file, '--system', 'crm2008');
  expect(preview.value).toMatchObject({ import: '1', files: [{ findings: [], parts: [{ kind: 'customer' }, { kind: 'contact' }] }] });
  const told = await run('preview', file, '--system', 'crm2008');
  expect(told.stdout).toContain('客户全称 → 客户名称');
  expect(told.stdout).toContain('huiliu history check 2');

  const before = await goldenDigest(own.database);
  const checked = await json('check', '1');
  expect([checked.code, checked.value.error]).toEqual([3, undefined]);
  expect(checked.value.entities).toEqual([
    { entity: 'customer', rows: 5, new: 3, changed: 0, same: 0, duplicate: 1, waiting: 0, refused: 1, remarked: 1 },
    { entity: 'contact', rows: 3, new: 1, changed: 0, same: 0, duplicate: 0, waiting: 1, refused: 1, remarked: 0 },
  ]);
  const rules = checked.value.rules.map((one: { rule: string }) => one.rule);
  expect(rules).toEqual(
    expect.arrayContaining([
      'validate.required',
      'validate.date',
      'master.unresolved-reference',
      'master.credit-code-checksum',
      'master.phone',
    ]),
  );
  const words = (await run('check', '1')).stdout.replaceAll(/\s+/gu, '');
  expect(words).toContain('校验位不符');
  expect(words).toContain('查无此院');
  expect(await goldenDigest(own.database)).toBe(before);
  expect(await own.database('ledger.delivery')).toEqual([]);

  expect((await json('commit', '1')).value).toMatchObject({ committed: false });
  const committed = await json('commit', '1', '--yes');
  expect(committed.value).toMatchObject({ committed: true, entities: checked.value.entities });
  const after = await goldenDigest(own.database);
  expect(after).not.toBe(before);

  // Every row says what it became, from the place that the golden record names.
  const { value: card } = await customer('show', 'crm2008/C1');
  const { partId } = card.sources[0];
  const contactPart = String(
    await own
      .database('ledger.part')
      .where({ kind: 'contact' })
      .first('id')
      .then((part) => part.id),
  );
  const trace = async (row: number, part = partId) => (await huiliu(['trace', 'row', part, String(row)], environment)).stdout;
  const became = [await trace(2), await trace(3), await trace(1), await trace(7), await trace(4, contactPart)];
  expect(became[0]).toMatch(
    new RegExp(`去向  已导入（新增）\\n  客户  ${card.no}  甲市人民医院  \\(C1\\)\\n.*huiliu customer show ${card.no}`, 'u'),
  );
  expect(became[1]).toMatch(/去向 {2}重复（以后面的行为准）\n {2}客户 {2}KH\d+ {2}乙大药房连锁/u);
  expect(became[2]).toMatch(/去向 {2}略去 · /u);
  expect(became[4]).toMatch(/去向 {2}等待关联资料\n {2}“客户”的值“查无此院”/u);
  expect(became[3]).toMatch(/去向 {2}隔离\n {2}“客户全称”为空/u);

  writeFileSync(join(home, 'a-file'), '');
  expect((await run('result', '1', '--out', join(home, 'a-file'))).code).toBe(2);
  const { value: result } = await json('result', '1', '--out', join(home, 'out', '结果'));
  expect(result.files[0].counts).toEqual({ new: 4, duplicate: 1, refused: 2, waiting: 1 });
  const book = await new excel.Workbook().xlsx.readFile(result.files[0].file);
  const sheet = book.getWorksheet('客户档案')!;
  const row = (at: number) => (sheet.getRow(at).values as unknown[]).slice(1);
  expect(row(1).slice(-2)).toEqual(['导入状态', '原因']);
  expect(row(2)[6]).toBe('已导入（新增）');
  expect(row(3)[6]).toBe('重复（以后面的行为准）');
  expect(row(5)).toMatchObject({ 1: `'=HYPERLINK("http://example.com")`, 6: '已导入（新增）' });
  expect(row(7)).toMatchObject({ 6: '未导入', 7: expect.stringContaining('此列必填') });

  // The missing hospital comes with a later file, and its contact with it.
  const later = await workbook('补充.xlsx', 2, {
    客户资料: [
      customers[0]!,
      ['C9', '查无此院', '医院', '', '', ''],
      ['C1', '甲市第一人民医院', '医院', '', '', ''],
      ['Ｃ２', '乙大药房连锁', '药店', '', '', '江苏省'],
    ],
  });
  const second = (await json('preview', later, '--system', 'crm2008')).value.import as string;
  const { value: diff } = await json('diff', second);
  expect(diff).toMatchObject({ replayed: 1, entities: [{ new: 1, changed: 1 }] });
  expect(diff.changes).toContainEqual({
    entity: 'customer',
    key: 'C1',
    name: '甲市第一人民医院',
    field: 'name',
    before: '甲市人民医院',
    after: '甲市第一人民医院',
  });
  expect((await json('commit', second, '--yes')).value).toMatchObject({ replayed: 1 });
  const laterPart = (await customer('show', 'crm2008/C9')).value.sources[0].partId;
  expect(await trace(3, laterPart)).toContain('去向  已导入（更新）\n');
  expect(await trace(4, laterPart)).toMatch(/去向 {2}无变化\n {2}客户 {2}KH\d+ {2}乙大药房连锁 {2}\(C2\)\n/u);
  expect(await trace(4, contactPart)).toMatch(/去向 {2}已导入（新增）\n {2}联系人 {2}\S+ {2}王五.*\n.*\n {2}曾在隔离区，后来已导入/u);
  const foreseen = await run('undo', second);
  expect(foreseen.stdout).toMatch(/有 1 行因所指的资料不在了而等待/u);
  expect(foreseen.stdout).toMatch(/联系人 {2}1 行\n {4}· 王五（crm2008 老系统.xlsx 第 4 行）缺 查无此院/u);
  const { value: expectedEffect } = await json('undo', second);
  expect((await json('undo', second, '--yes')).value.waiting).toEqual(expectedEffect.waiting);
  expect(await trace(4, laterPart)).toContain('去向  导入已撤销');
  expect(await trace(4, contactPart)).toContain('去向  等待关联资料');
  const files = await huiliu(
    [
      'trace',
      'file',
      await own
        .database('ledger.part')
        .where({ id: contactPart })
        .first('delivery_id')
        .then((part) => part.delivery_id),
    ],
    environment,
  );
  expect([files.code, files.stdout]).toEqual([0, expect.stringContaining('✓')]);
  expect(await goldenDigest(own.database)).toBe(after);
  await json('undo', '1', '--yes');
  expect(await goldenDigest(own.database)).toBe(before);

  // Committing again what was taken back gives the same master; nothing of it twice.
  await json('commit', '1', '--yes');
  expect(await goldenDigest(own.database)).toBe(after);
  expect((await json('undo', '1')).value).toMatchObject({ state: 'committed', undone: false });
  expect((await run('show', second)).stdout).toContain('以下是撤销前的情况');
  expect((await run('list')).stdout).toContain('已撤销');
  expect((await run('show', '1')).stdout).toContain('老系统.xlsx');
});

test('a name written otherwise is linked by the matcher after loading; where it is not sure a person takes a candidate, and takes it back', {
  timeout: 120_000,
}, async () => {
  const file = await workbook('另一老系统.xlsx', 5, {
    客户档案: [
      ['客户编码', '客户全称', '客户性质', '省', '市'],
      ['K1', '衡阳市中医医院', '医院', '湖南省', '衡阳市'],
      ['K2', '长沙普济堂大药房有限公司', '药店', '湖南省', '长沙市'],
    ],
    联系人: [
      ['客户编码', '客户', '姓名', '手机号码'],
      ['', '衡阳市中医院', '周一', '13800000001'],
      ['', '普济堂', '吴二', '13800000002'],
    ],
  });
  const { import: id } = (await json('preview', file, '--system', 'crm2015')).value;
  const { value: committed } = await json('commit', id, '--yes');
  expect(committed.entities).toMatchObject([
    { entity: 'customer', new: 2 },
    { entity: 'contact', rows: 2, new: 1, waiting: 1 },
  ]);
  const list = await run('waiting');
  expect(list.stdout).toContain('普济堂  （crm2015；客户联系人；等待 1 行');
  expect(list.stdout).toMatch(/\d% {2}KH\d{7} {2}长沙普济堂大药房有限公司/u);
  const { value: names } = await json('waiting');
  const one = names.names.find(({ name }: { name: string }) => name === '普济堂');
  const { no } = one.candidates[0];
  const preview = await run('take', '普济堂', '--as', no);
  expect([preview.code, preview.stdout]).toEqual([0, expect.stringContaining('1 行等待的资料会导入')]);
  expect((await run('take', '普济堂', '--as', no, '--yes')).code).toBe(2);
  const { value: taken } = await json('take', '普济堂', '--as', no, '--system', 'crm2015', '--note', '电话确认', '--yes');
  expect(taken).toMatchObject({ written: true, cameIn: 1 });
  expect((await json('show', id)).value.entities).toMatchObject([{}, { new: 2, waiting: 0 }]);
  expect((await huiliu(['customer', 'undo', taken.batchId, '--yes'], environment)).code).toBe(0);
  expect((await json('show', id)).value.entities).toMatchObject([{}, { new: 1, waiting: 1 }]);
  await json('undo', id, '--yes');
});

test('a sheet that nobody knows is told with what to do, and keeps its file out', { timeout: 120_000 }, async () => {
  const file = await workbook('别的.xlsx', 3, {
    随便: [
      ['甲', '乙'],
      ['1', '2'],
    ],
  });
  const { code, stdout } = await run('preview', file);
  expect(code).toBe(3);
  expect(stdout).toContain('未能识别');
  expect(stdout).toContain('huiliu layout suggest');
  expect(stdout.replaceAll(/\s+/gu, '')).toContain('从工作表名看不出这是哪一类资料');
  expect(stdout).not.toMatch(/kind\.patterns|销售、采购/u);
  const bad = /history check (\d+)/u.exec(stdout)![1]!;
  const alone = (await run('check', bad)).stdout;
  expect(alone).toContain('没有可以导入的文件：别的.xlsx');
  expect(alone).not.toContain(`history diff ${bad}`);
  const good = await workbook('好的.xlsx', 3, { 客户资料: [['客户名称'], ['某好院']] });
  const { value: both } = await json('preview', good, file);
  for (const command of ['check', 'diff', 'commit']) {
    const told = (await run(command, both.import)).stdout;
    expect(told.replaceAll(/\s+/gu, '')).toContain('不能导入的文件：别的.xlsx。commit只导入其余1个文件');
    expect(told).toMatch(/下一步：|写入：/u);
  }
  expect(alone).not.toContain('没有发现问题');
  const committed = await run('commit', bad, '--yes');
  expect(committed.stdout).not.toContain('取回结果');
  expect(committed.stdout.replaceAll(/\s+/gu, '')).toContain('此文件没有导入。改好它');
  expect(committed.stdout).not.toContain('deliveries release');
});

test('records without a sheet of their own are known by the name of their file, also when the same bytes were imported under another name', {
  timeout: 120_000,
}, async () => {
  const named = (name: string) => {
    const path = join(home, name);
    writeFileSync(path, '客户编码,客户名称\nF1,文件名医院\n');
    return path;
  };
  const before = await run('preview', named('导出.csv'), '--system', 'files');
  expect([before.code, before.stdout.replaceAll(/\s+/gu, '')]).toEqual([3, expect.stringContaining('请把文件改名')]);
  const bad = /history check (\d+)/u.exec(before.stdout)![1]!;
  const dry = await run('commit', bad);
  expect([dry.code, dry.stdout]).toEqual([3, expect.stringContaining('没有可以导入的文件：导出.csv')]);
  expect((await run('commit', bad, '--yes')).code).toBe(3);

  const { code, value } = await json('preview', named('客户2008.csv'), '--system', 'files');
  expect([code, value.files[0].parts[0].kind]).toEqual([0, 'customer']);
  const committed = await json('commit', value.import, '--yes');
  expect([committed.code, committed.value.entities]).toMatchObject([0, [{ entity: 'customer', rows: 1, new: 1 }]]);
  // Under a third name it is the same list.
  const third = (await json('preview', named('客户档案.csv'), '--system', 'files')).value.import;
  const again = await json('commit', third, '--yes');
  expect([again.code, again.value.entities]).toMatchObject([0, [{ entity: 'customer', rows: 1 }]]);
  const { value: result } = await json('result', third, '--out', join(home, 'out-files'));
  expect(Object.values(result.files[0].counts)).toEqual([1]);

  const book = await workbook('联系人通讯录.xlsx', 3, {
    Sheet1: [
      ['客户名称', '姓名', '手机'],
      ['文件名医院', '赵六', '13600000000'],
    ],
  });
  const contact = await json('preview', book, '--system', 'files');
  expect([contact.code, contact.value.files[0].parts[0].kind]).toEqual([0, 'contact']);
});

test('a sheet that nobody wants is left out for this system, and a commit that leaves rows behind says so', {
  timeout: 120_000,
}, async () => {
  const file = await workbook('带草稿.xlsx', 3, {
    客户资料: [
      ['客户编号', '客户名称'],
      ['S1', '草稿旁的医院'],
      ['S2', '#N/A'],
    ],
    草稿: [['随手记'], ['明天打电话']],
  });
  expect((await run('preview', file, '--system', 'sketch')).code).toBe(3);
  const { stdout } = await run('preview', file, '--system', 'sketch', '--skip-sheet', '草*');
  expect(stdout).toContain('草稿  按要求跳过');
  const { code, value } = await json('preview', file, '--system', 'sketch');
  expect(code).toBe(0);
  const committed = await json('commit', value.import, '--yes');
  expect([committed.code, committed.value.entities]).toMatchObject([3, [{ entity: 'customer', new: 1, refused: 1 }]]);
});

test('rows whose parents are taken back wait again, whichever came first, also while a later import still speaks of some of them', {
  timeout: 300_000,
}, async () => {
  const people = await workbook('人.xlsx', 1, {
    联系人: [
      ['客户编号', '姓名'],
      ['U1', '赵一'],
      ['U2', '钱二'],
      ['U3', '孙三'],
    ],
  });
  const parents = (name: string, hour: number, codes: readonly string[], phone: string) =>
    workbook(name, hour, { 客户资料: [['客户编号', '客户名称', '电话'], ...codes.map((code) => [code, `撤销医院${code}`, phone])] });
  const imports: string[] = [];
  for (const file of [
    people,
    await parents('主.xlsx', 2, ['U1', 'U2', 'U3'], '025-83106666'),
    await parents('改.xlsx', 3, ['U1'], '025-83100000'),
  ])
    imports.push((await json('preview', file, '--system', 'undone')).value.import);
  const [contact, main, change] = imports as [string, string, string];
  const waiting = async () => (await json('show', contact)).value.entities.map((one: { waiting: number }) => one.waiting);

  await json('commit', contact, '--yes');
  const alone = await goldenDigest(own.database);
  await json('commit', main, '--yes');
  await json('commit', change, '--yes');
  const all = await goldenDigest(own.database);
  await run('undo', main, '--yes');
  expect(await waiting()).toEqual([2]);
  await run('undo', change, '--yes');
  expect([await waiting(), await goldenDigest(own.database)]).toEqual([[3], alone]);

  // The parents first now, so that the row comes in with its own load.
  await run('undo', contact, '--yes');
  for (const one of [main, change, contact]) await json('commit', one, '--yes');
  expect([await waiting(), await goldenDigest(own.database)]).toEqual([[0], all]);
  const { value } = await json('undo', main, '--yes');
  expect(value.again).toEqual({ deliveries: 1, waiting: 2 });
  await run('undo', change, '--yes');
  expect([await waiting(), await goldenDigest(own.database)]).toEqual([[3], alone]);
});

test('before an import is taken back it is said whose rows of others would wait, and so it comes', { timeout: 300_000 }, async () => {
  const lists: readonly (readonly [name: string, system: string, sheets: Parameters<typeof workbook>[2]])[] = [
    [
      '链客户.xlsx',
      'chain',
      {
        客户资料: [
          ['客户编号', '客户名称'],
          ['L1', '链上第一医院'],
          ['L2', '链上第二医院'],
          ['L3', '链上第三医院'],
        ],
      },
    ],
    [
      '链反馈人.xlsx',
      'chain',
      {
        反馈人: [
          ['反馈人编号', '客户编号', '姓名'],
          ['P1', 'L1', '甲一'],
          ['P2', 'L2', '乙二'],
        ],
      },
    ],
    [
      '链反馈.xlsx',
      'chain',
      {
        反馈: [
          ['反馈编号', '反馈人编号', '反馈人', '客户名称', '反馈内容', '反馈日期'],
          ['R1', 'P1', '甲一', '链上第一医院', '问用法', '2016-05-01'],
          ['R2', 'P2', '乙二', '链上第二医院', '问用法', '2016-05-02'],
        ],
      },
    ],
    // By name only; the third hospital is known to this system, too, and takes its contact over.
    [
      '另客户.xlsx',
      'other',
      {
        客户资料: [
          ['客户编号', '客户名称'],
          ['O3', '链上第三医院'],
        ],
      },
    ],
    [
      '另联系人.xlsx',
      'other',
      {
        联系人: [
          ['客户', '姓名'],
          ['链上第一医院', '丙三'],
          ['链上第三医院', '丁四'],
          ['从来没有的医院', '戊五'],
        ],
      },
    ],
  ];
  const imports: string[] = [];
  for (const [at, [name, system, sheets]] of lists.entries()) {
    const { value } = await json('preview', await workbook(name, 1 + at, sheets), '--system', system);
    imports.push(value.import);
    await json('commit', value.import, '--yes');
  }
  const before = await goldenDigest(own.database);
  const [first] = imports as [string];
  const { value: foreseen } = await json('undo', first);
  const rows = (list: { entity: string; rows: number }[]) => Object.fromEntries(list.map((one) => [one.entity, one.rows]));
  expect(await goldenDigest(own.database)).toBe(before);
  const { value: undone } = await json('undo', first, '--yes');
  expect([undone.waiting, undone.again?.deliveries]).toEqual([foreseen.waiting, foreseen.reloads]);
  expect(rows(foreseen.waiting)).toEqual({ feedback_person: 2, feedback: 2, contact: 1 });
  const contact = foreseen.waiting.find((one: { entity: string }) => one.entity === 'contact');
  expect(contact.examples).toEqual([{ name: '丙三', system: 'other', file: '另联系人.xlsx', rowNo: 2, lacks: '链上第一医院' }]);
  expect((await run('undo', first)).code).not.toBe(0);

  await json('commit', first, '--yes');
  expect(await goldenDigest(own.database)).toBe(before);
  const { stdout } = await run('undo', imports.at(-1)!);
  expect(stdout).toContain('没有因此等待的');
});

test('two hundred sheets of one kind are told in two lines, and two tables on one sheet row by row', { timeout: 120_000 }, async () => {
  const titles = ['客户编号', '客户名称', '电话'];
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`客户${at + 1}`, [titles, [`MS${at}`, `多表医院${at}`, '']]]));
  const told = (await run('preview', await workbook('两百张.xlsx', 4, many), '--system', 'sheets')).stdout;
  expect(told).toContain('客户1 … 客户200（200 张表）  客户资料  200 行，其中 0 行有误');
  expect(told.split('\n').length).toBeLessThan(12);

  const stacked = await workbook('上下两张.xlsx', 4, {
    客户资料: [
      titles,
      ['V1', '上医院', ''],
      ['联系人', '手机', '客户名称'],
      ['张三', '13800000000', '上医院'],
      titles,
      ['V2', '下医院', ''],
    ],
  });
  const { value } = await json('preview', stacked, '--system', 'stacked');
  const committed = await json('commit', value.import, '--yes');
  expect([committed.code, committed.value.entities]).toMatchObject([3, [{ entity: 'customer', rows: 4, new: 2, refused: 2 }]]);
  expect((await run('show', value.import)).stdout.replaceAll(/\s+/gu, '')).toContain('第3行是另一张表的表头（联系人、手机、客户名称）');
});

test('what cannot be done is told, not done', { timeout: 120_000 }, async () => {
  expect((await run('check', '999')).stderr).toContain('没有导入 999');
  expect((await run('check', 'x; drop')).stderr).toContain('没有导入');
  const made = await json('template', '合同', '联系人', '--out', join(home, '两类.xlsx'));
  expect(made.value.sheets).toMatchObject([{ entity: 'contact' }, { entity: 'contract' }]);
  expect((await run('template', '没有的')).stderr).toMatch(/应为：.*客户资料、.*合同资料/u);
  expect((await run('preview', join(home, 'gone.xlsx'))).stderr).toContain('gone.xlsx');
  const file = await workbook('一个.xlsx', 4, { 客户资料: [['客户名称'], ['某院']] });
  expect((await run('preview', file, '--system', '../x')).stderr).toContain('系统代号');
  const { value } = await json('preview', file);
  expect((await run('result', value.import)).stderr).toContain('尚未写入');
  expect((await run('undo', value.import, '--yes')).stderr).toContain('没有可撤销的内容');
  await run('commit', value.import, '--yes');
  for (const command of [['check'], ['diff'], ['commit'], ['commit', '--yes']])
    expect((await run(command[0]!, value.import, ...command.slice(1))).stderr).toContain('已经写入主数据');
});
