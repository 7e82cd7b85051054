import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../../test/delivery-fixture.js';
import { createHubMatcher } from '../../../app/hub-matcher.js';
import type { LandingStore } from '../../../journey/land/landing-store.js';
import type { HubError } from '../../../model/hub-error.js';
import { renderMessage } from '../../../model/message.js';
import { textIn } from '../../text.js';
import { textWidth } from '../../text-width.js';
import { registerCustomerCommand } from './customer.js';

let own: TestDatabase;
let desk: DeliveryDesk;
let actor = 'wang';
let told: string[] = [];
let finished: number | null = null;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

const layout =
  'layout: terminals\ntitle: 终端\nkind: terminal\ndictionary: true\ncolumns: { code: [编码], name: [名称], type: [类型] }\nrequired: [code, name]\n';
beforeEach(async () => {
  actor = 'wang';
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
  const text = '编码,名称,类型,省份,城市\nT1,长沙市甲医院,医院,湖南省,长沙市\nT2,岳阳市乙医院,医院,湖南省,岳阳市\n';
  await desk.land({ name: '终端.csv', sentAt: '2026-03-21T01:00:00Z', text, sender: 'own' });
  await desk.load([layout]);
  desk.close();
});

/** Runs a command line and returns what it printed as JSON; without `json` what it printed is in `told`. */
async function run(words: readonly string[], json = true): Promise<never> {
  let printed: unknown;
  told = [];
  finished = null;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const matcher = createHubMatcher(own.database, { workers: 1 });
  registerCustomerCommand(program, {
    ...{ text: textIn('zh'), width: 80 },
    finish: (code: number) => {
      finished = code;
    },
    open: async () => ({
      ...{ database: own.database, landing: {} as LandingStore, matcher, language: 'zh', json, actor },
      print: (line: string) => void told.push(line),
      printJson: (value: unknown) => {
        printed = value;
      },
      close: () => matcher.close(),
    }),
  });
  await program.parseAsync(['node', 'huiliu', 'customer', ...words]);
  return printed as never;
}

test('a card shows each value with where it comes from, down to part and row, and fits the screen', async () => {
  await run(['show', 'T1'], false);
  const shown = told.join('\n');
  expect(shown).toContain('长沙市甲医院');
  expect(shown).toMatch(/own\/terminal\/T1\s+终端\.csv\s+\d+:2 {2,}\d{4}-\d\d-\d\d \d\d:\d\d/u);
  expect(shown).toMatch(/机构细类 type\s+医院\s+own\/terminal\/T1/u);
  expect(shown).not.toMatch(/own\/T1|经由/u);
  for (const line of told) expect(textWidth(line)).toBeLessThanOrEqual(80);
  expect(await run(['show', 'KH9999999']).catch((error: Error) => error.message)).toContain('KH9999999');
});

test('a search that leaves out records says so, and one that shows them all does not', async () => {
  await run(['find', '医院', '--limit', '1'], false);
  expect(told.join('\n')).toContain('只列出前 1 条，后面还有');
  expect([await run(['find', '医院', '--limit', '1']), told]).toMatchObject([[{ keys: 1 }], [expect.stringContaining('后面还有')]]);
  await run(['find', '医院', '--limit', '2'], false);
  expect(told.join('\n')).not.toContain('还有');
});

test('a merge is a preview until --yes, needs a reason, leads the old code on, and is undone', async () => {
  expect(await run(['merge', 'T1', '--into', 'T2'])).toMatchObject({ written: false, batchId: null, terminals: 1 });
  await run(['merge', 'T1', '--into', 'T2'], false);
  expect(told[0]).toMatch(/^KH\d{7} 长沙市甲医院 湖南省长沙市 并入 KH\d{7} 岳阳市乙医院 湖南省岳阳市$/u);
  expect(await run(['show', 'T1'])).toMatchObject({ redirectedFrom: null });
  await expect(run(['merge', 'T1', '--into', 'T2', '--yes'])).rejects.toThrow('--note');
  const { batchId } = (await run(['merge', 'T1', '--into', 'T2', '--yes', '--note', '同一家'])) as { batchId: string };
  const card = (await run(['show', 'T1'])) as { name: string; redirectedFrom: string };
  expect(card).toMatchObject({ name: '岳阳市乙医院', redirectedFrom: expect.stringMatching(/^KH\d{7}$/u) });
  expect(await run(['find', '甲医院'])).toMatchObject([{ status: 'merged', survivor: expect.stringMatching(/^KH/u) }]);
  await run(['show', 'T2'], false);
  expect(told.join('\n')).toMatch(/经由[\s\S]*own\/terminal\/T1\s+KH\d{7}/u);
  await run(['as-of', 'own/T1'], false);
  expect(told.at(-1)).toMatch(/^KH\d{7} 长沙市甲医院 已并入 KH\d{7} 岳阳市乙医院：指的是后者。$/u);
  const merged = new Date().toISOString();
  await run(['undo', batchId, '--yes'], false);
  expect(told.join('\n')).toContain('恢复独立');
  await run(['as-of', 'own/T1', '--known-at', merged], false);
  expect(told.slice(-2)).toEqual([
    expect.stringMatching(/^当时 KH\d{7} 长沙市甲医院 已并入 KH\d{7} 岳阳市乙医院：指的是后者。$/u),
    expect.stringMatching(/^own\/terminal\/T1 现在指 KH\d{7} 长沙市甲医院。$/u),
  ]);
  expect(await run(['show', 'T1'])).toMatchObject({ name: '长沙市甲医院', redirectedFrom: null });
});

test('a merge of two that differ says so in preview and answer, with the values side by side; the list of pairs too', async () => {
  await run(['override', 'T1', '--set', 'credit_code=91350100M000100Y43', '--note', 'x', '--yes']);
  await run(['override', 'T2', '--set', 'credit_code=12320000MB00000083', '--note', 'x', '--yes']);
  await run(['override', 'T2', '--set', 'type=药店', '--note', 'x', '--yes']);
  await run(['merge', 'T1', '--into', 'T2'], false);
  expect(told.slice(1, 5)).toEqual([
    expect.stringContaining('注意：两者有以下不同'),
    '  机构细类: 医院 | 药店',
    '  城市: 长沙市 | 岳阳市',
    '  统一社会信用代码: 91350100M000100Y43 | 12320000MB00000083',
  ]);
  expect(await run(['merge', 'T1', '--into', 'T2', '--note', 'x', '--yes'])).toMatchObject({
    differences: [{ field: 'type' }, { field: 'city', one: '长沙市', other: '岳阳市' }, { field: 'credit_code' }],
  });
});

test('whoever approves a merge or a closing sees what whoever does it without a request sees, one by one and among many', async () => {
  for (const [record, set] of ['T2 type=药店', 'T1 phone=0731-84300000', 'T2 phone=0730-84300001'].map((one) => one.split(' ')))
    await run(['override', record!, '--set', set!, '--note', 'x', '--yes']);
  await own.database.raw(`
    insert into matching.batch (kind, actor, by_person) values ('decide', 'wang', true);
    insert into master.distributor (code, name) values ('D7', '七医药');
    insert into matching.raw_name (id, distributor_id, code, name, address, region) select 901, id, '', '甲院门诊', '', '' from master.distributor where code = 'D7';
    insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id)
      select 901, 'auto', id, true, 'wang', (select max(id) from matching.batch) from master.terminal where code = 'T1';
    insert into matching.link (raw_name_id, verdict, terminal_id, decision_id, by_person) select raw_name_id, verdict, terminal_id, id, true from matching.decision`);
  desk = await openDeliveryDesk(own.database);
  await desk.land({
    name: '合同.csv',
    sentAt: '2026-03-22T01:00:00Z',
    text: '合同编号,合同名称,客户编号\nHT-1,年度协议,T1\n',
    sender: 'own',
  });
  expect(await desk.load(['layout: contracts\ntitle: x\nkind: contract\ndictionary: true\n'])).toEqual([]);
  desk.close();
  const asked = async (...words: string[]) => ((await run(['request', ...words, '--note', 'x'])) as { request: string }).request;
  const merge = await asked('merge', '--record', 'T1', '--set', 'into=T2');
  const closing = await asked('close', '--record', 'T1');

  await run(['merge', 'T1', '--into', 'T2'], false);
  const direct = told.filter((line) => !line.includes('--yes'));
  expect(direct.join('\n')).toMatch(
    /城市: 长沙市 \| 岳阳市\n其他不同的值[^\n]*\n {2}电话: 0731-84300000 \| 0730-84300001\n随之转到保留的记录：流向中的写法 1 个、合同 1\n/u,
  );
  // The asker may look, and approves nothing.
  await run(['requests', merge], false);
  for (const line of direct) expect(told.map((one) => one.trimStart())).toContain(line.trimStart());
  expect(told.join('\n')).toMatch(/合并 {2}KH\d+ 长沙市甲医院 {2}待批准/u);
  const [detail] = (await run(['requests', merge])) as [{ approval: object }];
  const sight = {
    pair: { from: { name: '长沙市甲医院' }, into: { name: '岳阳市乙医院' }, differences: [{ field: 'type' }, { field: 'city' }] },
    behind: { names: 1, lines: 0, related: [{ entity: 'contract', records: 1 }] },
  };
  expect(detail.approval).toMatchObject({ told: null, ...sight, impact: { terminals: 1, names: 1 } });
  await run(['requests', closing], false);
  expect(told.join('\n')).toContain('这条记录名下还有：流向中的写法 1 个、合同 1');

  actor = 'chen';
  await run(['approve', merge], false);
  for (const line of direct) expect(told).toContain(line);
  expect(await run(['approve', merge])).toMatchObject({ written: false, ...sight });
  await run(['approve', merge, closing], false);
  expect(told.join('\n')).toMatch(/合并与关闭：请先看\n\d+\n {4}KH\d+ 长沙市甲医院 湖南省长沙市 并入 KH\d+ 岳阳市乙医院/u);
  expect(told.join('\n')).toMatch(/关闭 {2}KH\d+ 长沙市甲医院\n {4}这条记录名下还有：/u);
  expect(await run(['approve', merge, closing, '--yes'])).toMatchObject({
    ...{ written: true, done: 2, terminals: 1, names: 1, outcomes: [sight, { behind: { names: 1 } }] },
  });
  expect(await run(['requests', merge])).toMatchObject([{ state: 'approved', approval: null }]);
  await run(['requests', closing, '--all'], false);
  expect(told[0]).toMatch(/关闭 {2}KH\d+ 岳阳市乙医院 （提出时是 KH\d+，后来合并） {2}已批准$/u);
  expect((detail.approval as { impact: object }).impact).not.toHaveProperty('batchId');
  await expect(run(['requests', '999'])).rejects.toThrow('999');
});

test('an alias that both merged customers had stands once in the card, with both origins', async () => {
  await own.database.raw(`
    insert into matching.batch (kind, actor, by_person) values ('decide', 'wang', true);
    insert into master.distributor (code, name) values ('D7', '七医药'), ('D8', '八医药');
    insert into matching.raw_name (id, distributor_id, code, name, address, region)
      select 900 + row_number() over (order by d.code), d.id, '', '甲院门诊', '', '' from master.distributor d where d.code in ('D7', 'D8');
    insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id)
      select n.id, 'auto', t.id, true, 'wang', (select max(id) from matching.batch) from matching.raw_name n
        join master.terminal t on t.code = case n.id when 901 then 'T1' else 'T2' end;
    insert into matching.link (raw_name_id, verdict, terminal_id, decision_id, by_person) select raw_name_id, verdict, terminal_id, id, true from matching.decision`);
  await run(['merge', 'T1', '--into', 'T2', '--note', 'x', '--yes']);
  expect(await run(['show', 'T2'])).toMatchObject({
    aliases: {
      names: 1,
      first: [
        {
          name: '甲院门诊',
          origins: [
            { distributor: 'D7', through: expect.stringMatching(/^KH/u) },
            { distributor: 'D8', through: null },
          ],
        },
      ],
    },
  });
  await run(['show', 'T2'], false);
  expect(told.join('\n')).toMatch(/客户名称 name.*合并保留方[\s\S]*× 长沙市甲医院.*属被并入方/u);
  const lines = told.filter((line) => line.includes('甲院门诊'));
  expect(lines).toEqual([expect.stringMatching(/甲院门诊 {2}D7（.*经由 KH\d+）、D8/u)]);
});

test('a customer is found by a spelling of the flow, the one that it was merged into; who finds nothing learns where else to look', async () => {
  await own.database.raw(`
    insert into matching.batch (kind, actor, by_person) values ('decide', 'wang', true);
    insert into master.distributor (code, name) values ('D7', '七医药');
    insert into matching.raw_name (id, distributor_id, code, name, address, region) select 901, id, '', '甲院门诊', '', '' from master.distributor where code = 'D7';
    insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id)
      select 901, 'auto', id, true, 'wang', (select max(id) from matching.batch) from master.terminal where code = 'T1';
    insert into matching.link (raw_name_id, verdict, terminal_id, decision_id, by_person) select raw_name_id, verdict, terminal_id, id, true from matching.decision`);
  expect(await run(['find', '甲院门'])).toMatchObject([{ name: '长沙市甲医院', aliases: ['甲院门诊'] }]);
  await run(['merge', 'T1', '--into', 'T2', '--note', 'x', '--yes']);
  expect(await run(['find', '甲院门诊'])).toMatchObject([{ name: '岳阳市乙医院', aliases: ['甲院门诊'] }]);
  await run(['find', '甲院门诊'], false);
  expect(told.join('\n')).toMatch(/流向写法[\s\S]*甲院门诊/u);
  expect(await run(['find', '乙医院'])).toMatchObject([{ aliases: [] }]);
  await run(['find', '丙院'], false);
  expect(told.join('\n')).toContain('huiliu names show');
});

test('what is wrong with a value of a request is told without the words of a load, in one language, with one full stop', async () => {
  const ask = ['request', 'new', '--set', 'name=株洲市戊药店', 'credit_code=123', 'phone=abc', '--note', 'x'];
  const fault = (await run(ask).catch((error: HubError) => error)) as unknown as HubError;
  expect(renderMessage(fault.told, 'zh')).toMatch(
    /^申请中的值有误：“统一社会信用代码 credit_code”的值“123”有 3 位.*18 位；“电话 phone”.*。没有提交；改正后再提。$/u,
  );
  expect(renderMessage(fault.told, 'zh')).not.toMatch(/。。|已按原样导入/u);
  expect(renderMessage(fault.told, 'en')).toMatch(/has 18; "电话 phone" is "abc", which is no telephone/u);
});

test('link, split, override and relate answer with what changes; as-of with what was meant', async () => {
  expect(await run(['override', 'T1', '--set', 'phone=0731-84300000', '--note', 'x', '--yes'])).toMatchObject({
    changes: [{ values: [{ attribute: 'phone', before: null, after: '0731-84300000' }] }],
  });
  expect(await run(['override', 'T1', '--set', '电话=0731-84300001'])).toMatchObject({ changes: [{ values: [{ attribute: 'phone' }] }] });
  expect(await run(['link', 'own/T2', '--to', 'T1', '--since', '2026-06-01', '--note', 'x', '--yes'])).toMatchObject({ written: true });
  expect(await run(['as-of', 'own/T2', '--as-of', '2026-01-01'])).not.toEqual(await run(['as-of', 'own/T2', '--as-of', '2026-07-01']));
  await run(['as-of', 'own/T2', '--as-of', '2026-07-01', '--known-at', '2026-01-01'], false);
  expect(told.join()).toContain('不指任何记录');
  expect(await run(['split', 'own/T2', '--since', 'always', '--note', 'x', '--yes'])).toMatchObject({ written: true });
  await expect(run(['relate', 'T1', '--to', 'T1', '--as', 'branch', '--note', 'x', '--yes'])).rejects.toMatchObject({
    told: { code: 'golden.one-already' },
  });
  await run(['relate', 'own/T2', '--to', 'T1', '--as', 'branch'], false);
  expect(told[0]).toMatch(/^KH\d+ 岳阳市乙医院 {2}院区，属于 {2}KH\d+ 长沙市甲医院$/u);
  expect(await run(['relate', 'own/T2', '--to', 'T1', '--as', 'branch', '--note', 'x', '--yes'])).toMatchObject({ written: true });
  expect(await run(['show', 'T1'])).toMatchObject({ family: [{ side: 'child', kind: 'branch' }] });
  await expect(run(['link', 'own/T2', '--to', 'T1', '--note', 'x'])).rejects.toThrow('--since');
});

test('an override with an end is shown with the day it was given', async () => {
  await run(['override', 'T1', '--set', 'phone=0731-84300000', '--until', '2100-01-01', '--note', 'x', '--yes']);
  told.length = 0;
  await run(['show', 'T1'], false);
  expect(told.join('\n')).toContain('到 2100-01-01');
});

test('a value that a load would remark on is remarked on before and after a person sets it, and may be set', async () => {
  const doubtful = {
    phone: ['电话', 'abc'],
    email: ['电子邮箱', 'x@'],
    first_contact_on: ['首次接触日期', '2026-13-40'],
    credit_code: ['信用代码', '123'],
  };
  for (const [field, [title, value]] of Object.entries(doubtful)) {
    const set = ['override', 'T1', '--set', `${field}=${value}`, '--note', 'x'];
    await run(set, false);
    expect(told.join('\n')).toMatch(new RegExp(`请核对：“[^”]*${title}”的值“${value}”`, 'u'));
    expect(await run([...set, '--yes'])).toMatchObject({ written: true, remarks: [expect.stringContaining(value!)] });
  }
  for (const set of ['phone=0731-84300000', 'phone=', 'level=三级'])
    expect(await run(['override', 'T1', '--set', set, '--note', 'x'])).toMatchObject({ remarks: [] });
});

test('a name or credit code of another customer is not given to one by an override, unless said to be right', async () => {
  const set = (value: string, ...more: string[]) => run(['override', 'T2', '--set', value, '--note', 'x', ...more]);
  await expect(set('name=长沙市甲医院')).rejects.toThrow('长沙市甲医院');
  await expect(set('name=长沙市甲医院', '--yes')).rejects.toThrow('--anyway');
  expect(await set('name=长沙市甲医院', '--anyway')).toMatchObject({ written: false });
  expect(await set('phone=0731-84300001')).toMatchObject({ written: false });
});

test('a customer that is there already is not asked for again; one that is new is made when another person approves', async () => {
  const ask = ['request', 'new', '--set', 'name=长沙市甲医院', 'province=湖南省', '--note', '新客户'];
  await expect(run(ask)).rejects.toThrow('长沙市甲医院');
  const fresh = ['request', 'new', '--set', 'name=株洲市丙药店', 'province=湖南省', '--note', '新客户'];
  const { request } = (await run(fresh)) as { request: string };
  await run(['requests'], false);
  expect(told.join('\n')).toContain('株洲市丙药店');
  await expect(run(['approve', request, '--yes'])).rejects.toThrow('somebody else');
  actor = 'chen';
  expect(await run(['approve', request, '--yes'])).toMatchObject({
    written: true,
    changes: [{ name: '株洲市丙药店', kinds: ['created'] }],
  });
  expect(await run(['requests'])).toEqual([]);
});

test('many requests are approved or refused by number and by filter, after a preview that bounds what is meant', async () => {
  const ask = async (name: string) =>
    ((await run(['request', 'rename', '--record', 'T1', '--set', `name=${name}`, '--anyway', '--note', 'x'])) as { request: string })
      .request;
  const numbers = [await ask('长沙市第一医院'), await ask('长沙市第二医院')];
  const closing = ((await run(['request', 'close', '--record', 'T2', '--note', '停业'])) as { request: string }).request;
  actor = 'chen';
  await expect(run(['approve', '--yes'])).rejects.toMatchObject({ told: { code: 'golden.no-requests-meant' } });
  await run(['approve', `${numbers[0]}-${closing}`, '--by', 'wang'], false);
  const shown = told.join('\n');
  expect(shown).toContain('将批准 2 项，1 项不能处理');
  expect(shown).toMatch(/更名 {2}客户名称 +1\n关闭 {2}状态 +1/u);
  expect(shown).toMatch(/客户名称: 长沙市甲医院 →/u);
  expect(shown).toContain(`与同一次处理的申请 ${numbers[0]} 改的是同一处`);
  expect(shown).toContain(`huiliu customer approve ${numbers[0]}-${closing} --by wang --up-to ${closing} --yes`);
  for (const line of told.filter((one) => !one.includes('huiliu customer'))) expect(textWidth(line)).toBeLessThanOrEqual(80);
  expect(finished).toBe(3);
  const rejected = (await run(['reject', '--kind', 'rename', '--note', '两个名字', '--yes'])) as { batchId: string };
  expect(rejected).toMatchObject({ written: true, done: 2, refused: 0 });
  await expect(run(['reject', closing, '--yes'])).rejects.toThrow('--note');
  expect(await run(['reject', closing, '--note', 'x'])).toMatchObject({ written: false });
  expect(await run(['requests', '--kind', 'close', 'rename'])).toMatchObject([{ kind: 'close' }]);
  await run(['undo', rejected.batchId, '--yes']);
  expect(await run(['requests'])).toHaveLength(3);
  await run(['requests'], false);
  expect(told[0]).toBe('待批准 3 项：更名 2、关闭 1');
  await run(['request', 'close', '--record', 'T1', '--note', '\u001b[2J停业']);
  await run(['requests'], false);
  expect(told.join('\n')).not.toContain('\u001b');
  actor = 'wang';
  await run(['request', 'move', '--record', 'T2', '--set', 'address=新街1号', '--note', 'x']);
  await run(['approve', '1-99'], false);
  expect(told.join('\n')).toMatch(/自己提出的[^\n]*\n {4}另有 3 项同样原因：2、3、5\n/u);
  expect(await run(['approve', ...numbers, closing, '--yes'])).toMatchObject({
    written: false,
    done: 0,
    refused: 3,
    outcomes: [{ code: 'golden.same-person' }, {}, {}],
  });
  expect(finished).toBe(2);
});

test('quality counts by source, and a rebuild of a sound master changes nothing', async () => {
  expect(await run(['quality'])).toMatchObject({ sources: [{ system: 'own', records: 2, consistency: 1 }] });
  await run(['quality'], false);
  expect(told.join('\n')).toContain('own');
  expect(await run(['rebuild'])).toMatchObject({ chosen: 2, changed: 0, policies: [] });
});

test('customers that may be one are listed pair by pair; merged or said to be different they are not asked for again', async () => {
  const list = '客户编号,客户名称,客户类别,省份,城市,统一社会信用代码';
  const rows = [
    'C1,长沙普济堂大药房有限公司,药店,湖南省,长沙市,',
    'C2,长沙市普济堂大药房,药店,湖南省,长沙市,',
    'C3,衡阳市中医医院,医院,湖南省,衡阳市,91350100M000100Y43',
    'C4,衡阳中医院,医院,湖南省,,91350100M000100Y43',
    'C5,某供应商,供应商,湖南省,长沙市,',
    'C6,长沙市 甲医院,医院,湖南省,,',
  ];
  desk = await openDeliveryDesk(own.database);
  await desk.land({ name: '客户.csv', sentAt: '2026-03-22T01:00:00Z', text: `${[list, ...rows].join('\n')}\n`, sender: 'D1' });
  expect(await desk.load(['layout: customers\ntitle: x\nkind: customer\ndictionary: true\n'])).toEqual([]);
  desk.close();
  interface Listed {
    readonly total: number;
    readonly lookedAt: string | null;
    readonly notLooked: number;
    readonly pairs: { p: number; why: string; one: { no: string; name: string }; other: { no: string; name: string } }[];
  }
  const names = (listed: Listed) => listed.pairs.map(({ why, one, other }) => [why, one.name, other.name]);
  const quick = (await run(['duplicates'])) as Listed;
  expect([quick.lookedAt, quick.notLooked, names(quick)]).toEqual([null, 6, [['credit-code', '衡阳市中医医院', '衡阳中医院']]]);
  const full = (await run(['duplicates', '--look'])) as Listed;
  expect([full.lookedAt, full.notLooked]).toEqual([expect.any(String), 0]);
  expect(names(full)).toContainEqual(['matcher', '长沙普济堂大药房有限公司', '长沙市普济堂大药房']);
  expect(names(full).flat()).not.toContain('某供应商');
  await run(['duplicates'], false);
  for (const line of told) expect(textWidth(line)).toBeLessThanOrEqual(80);
  expect(told.join('\n')).toMatch(/匹配器 {2}\+\d/u);

  const pair = full.pairs.find(({ one }) => one.name.includes('普济堂'))!;
  const apart = ['apart', pair.one.no, pair.other.no];
  expect(await run(apart)).toMatchObject({ written: false });
  const { batchId } = (await run([...apart, '--note', '两家店', '--yes'])) as { batchId: string };
  const matched = (listed: Listed) => names(listed).filter(([, name]) => name!.includes('普济堂'));
  expect(matched((await run(['duplicates', '--look'])) as Listed)).toEqual([]);
  await run(['undo', batchId, '--yes']);
  expect(matched((await run(['duplicates'])) as Listed)).toHaveLength(1);
  const merged = quick.pairs[0]!;
  const { batchId: merging } = (await run(['merge', merged.other.no, '--into', merged.one.no, '--note', 'x', '--yes'])) as {
    batchId: string;
  };
  expect(names((await run(['duplicates'])) as Listed).map(([why]) => why)).not.toContain('credit-code');
  await run(['undo', merging, '--yes']);
  expect(names((await run(['duplicates'])) as Listed).map(([why]) => why)).toContain('credit-code');
  await expect(run(['apart', pair.one.no, pair.one.no, '--note', 'x', '--yes'])).rejects.toThrow(pair.one.no);
});

test('an override whose source moved is listed with what it said and says, until it is said again or left', async () => {
  const say = async (sentAt: string, name: string) => {
    desk = await openDeliveryDesk(own.database);
    await desk.land({
      name: '终端.csv',
      sentAt,
      text: `编码,名称,类型,省份,城市\nT1,${name},医院,湖南省,长沙市\nT2,岳阳市乙医院,医院,湖南省,岳阳市\n`,
      sender: 'own',
    });
    expect(await desk.load([layout])).toEqual([]);
    desk.close();
  };
  await run(['override', 'T1', '--set', 'name=长沙市甲院', '--note', '公章', '--yes']);
  expect(await run(['overrides'])).toEqual([]);
  await say('2026-03-23T01:00:00Z', '长沙市甲甲医院');
  const [ended] = (await run(['overrides'])) as { id: string }[];
  expect(ended).toMatchObject({
    ...{
      state: 'moved',
      attribute: 'name',
      value: '长沙市甲院',
      source: 'own/terminal/T1',
      role: 'terminal',
      saidThen: '长沙市甲医院',
      saidNow: '长沙市甲甲医院',
    },
    golden: '长沙市甲甲医院',
  });
  await run(['show', 'T1'], false);
  expect(told.join('\n')).toMatch(/own\/terminal\/T1 于 \d{4}-\d\d-\d\d.*由“长沙市甲医院”改为“长沙市甲甲医院”/u);
  await run(['overrides'], false);
  expect(told.join('\n')).toContain('人工值随之失效');
  const settle = ['overrides', '--settle', ended!.id];
  expect(await run(settle)).toMatchObject({ written: false });
  const { batchId } = (await run([...settle, '--note', '新名正确', '--yes'])) as { batchId: string };
  expect(await run(['overrides'])).toEqual([]);
  await run(['undo', batchId, '--yes']);
  expect(await run(['overrides'])).toHaveLength(1);
  await run(['override', 'T1', '--set', 'name=长沙市甲院', '--note', '仍以公章为准', '--yes']);
  expect(await run(['overrides'])).toEqual([]);
  await expect(run(['overrides', '--settle', '999', '--note', 'x', '--yes'])).rejects.toThrow('999');
});

test('a contract, invoice or receivable leads to its customer by its number, and the card says its days and amounts', async () => {
  desk = await openDeliveryDesk(own.database);
  const files: [string, string, string][] = [
    ['customer', '客户编号,客户名称', 'C1,长沙市丙医药有限公司\nC2,岳阳市丁医药有限公司'],
    ['contract', '合同编号,合同名称,客户编号,签订日期,结束日期,合同金额', 'HT-2026-7,年度购销协议,C1,2026-01-10,2026-12-31,1234567.50'],
    [
      'invoice',
      '发票号码,行号,开票日期,客户编号,价税合计',
      '90017,1,2026-02-03,C1,98.00\n90017,2,2026-02-03,C1,2.00\n900170,1,2026-02-03,C2,5.00',
    ],
    ['receivable', '单据编号,行号,单据日期,到期日,客户编号,应收金额', 'ys-81,1,2026-02-03,2026-04-04,C2,5.00'],
  ];
  for (const [at, [kind, head, rows]] of files.entries()) {
    await desk.land({ name: `${kind}.csv`, sentAt: `2026-03-22T0${at}:00:00Z`, text: `${head}\n${rows}\n`, sender: 'D1' });
    expect(await desk.load([`layout: x-${kind}\ntitle: x\nkind: ${kind}\ndictionary: true\n`])).toEqual([]);
  }
  desk.close();
  interface Hit {
    readonly entity: string;
    readonly name: string;
    readonly documents: readonly object[];
  }
  const customers = async (asked: string) =>
    ((await run(['find', asked])) as Hit[]).filter(({ entity }) => entity === 'customer').map(({ name, documents }) => [name, documents]);
  expect(await customers('HT-2026-7')).toEqual([['长沙市丙医药有限公司', [{ entity: 'contract', number: 'HT-2026-7' }]]]);
  expect(await customers('９００１７')).toEqual([['长沙市丙医药有限公司', [{ entity: 'invoice', number: '90017' }]]]);
  expect(await customers('YS-81')).toEqual([['岳阳市丁医药有限公司', [{ entity: 'receivable', number: 'YS-81' }]]]);
  expect(await customers('9001')).toEqual([]);
  expect(await customers("90017' or 1=1 --")).toEqual([]);
  await run(['find', '90017'], false);
  expect(told.join('\n')).toMatch(/长沙市丙医药有限公司.*发票 90017/u);
  for (const line of told) expect(textWidth(line)).toBeLessThanOrEqual(80);

  await run(['merge', 'C1', '--into', 'C2', '--yes', '--note', '同一家']);
  expect(await customers('HT-2026-7')).toEqual([['岳阳市丁医药有限公司', [{ entity: 'contract', number: 'HT-2026-7' }]]]);
  await run(['show', 'C2'], false);
  const shown = told.join('\n').replace(/\s+/gu, ' ');
  expect(shown).toMatch(/HT-2026-7 年度购销协议 · 签订日期 2026-01-10 · 结束日期 2026-12-31 · 合同金额 1,234,567\.5/u);
  expect(shown).toMatch(/ys-81 · 单据日期 2026-02-03 · 到期日 2026-04-04 · 应收金额 5/iu);
  for (const line of told) expect(textWidth(line)).toBeLessThanOrEqual(80);
});
