import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { matcherOf } from '../../../test/matcher-of.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { answerRequest } from './answer-requests.js';
import { askForChange, listChanges } from './change-requests.js';
import { goldenDigest } from './golden-digest.js';
import { matchReferences } from './match-references.js';
import { mergeRecords } from './merge-records.js';
import { answerName, listWaitingNames } from './waiting-names.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
  minute = 0;
  await load(
    'customer',
    [
      '客户编号,客户名称,客户类别,省份,城市,区县',
      'C1,长沙市岳麓区咸嘉湖街道社区卫生服务中心,医院,湖南省,长沙市,岳麓区',
      'C2,长沙普济堂大药房有限公司,药店,湖南省,长沙市,',
      'C3,衡阳市中医医院,医院,湖南省,衡阳市,',
      'C4,某供应商,供应商,湖南省,长沙市,',
    ].join('\n'),
  );
});
afterEach(() => desk.close());

let minute = 0;
const layout = (kind: string): string => `layout: ${kind.replaceAll('_', '-')}\ntitle: x\nkind: ${kind}\ndictionary: true\n`;
async function load(kind: string, text: string): Promise<void> {
  minute += 1;
  await desk.land({
    name: `${kind}${minute}.csv`,
    sentAt: `2026-03-01T01:${String(minute).padStart(2, '0')}:00Z`,
    text: `${text}\n`,
    sender: 'D1',
  });
  expect(await desk.load([layout(kind)])).toEqual([]);
}
const ask = () => matchReferences(own.database, () => matcherOf(own.database), { actor: 'matcher' });
const contacts = '客户编号,客户名称,姓名,手机\n,衡阳市中医院,张三,13800000000\n,某某药店,李四,13900000000\n,普济堂,王五,13700000000';
const references = async () =>
  (
    await own.database.raw(
      `select k.entity, c.fields->>'name' as name, f.how, t.key as means from master.reference f join master.source_record c on c.id = f.source_record_id and c.is_current
         join master.source_key k on k.id = c.key_id join master.source_key t on t.record_id = f.record_id and t.system = 'D1' order by 1, 2, 4`,
    )
  ).rows as object[];
const waiting = async () =>
  (await listWaitingNames(own.database, 10)).names.map(({ name, waiting: rows, verdict }) => [name, rows, verdict]);

test('a name that the matcher is sure of links the rows that wait for it; the others wait with its candidates', async () => {
  await load('contact', contacts);
  expect(await waiting()).toEqual([
    ['普济堂', 1, null],
    ['某某药店', 1, null],
    ['衡阳市中医院', 1, null],
  ]);
  expect(await ask()).toBe(1);
  expect(await references()).toEqual([{ entity: 'contact', name: '张三', how: 'matcher', means: 'C3' }]);
  const { names } = await listWaitingNames(own.database, 10);
  expect(names.map(({ name }) => name)).toEqual(['普济堂', '某某药店']);
  expect(names[0]!.verdict).not.toBe('auto');
  expect(names[0]!.candidates[0]).toMatchObject({
    name: '长沙普济堂大药房有限公司',
    why: expect.arrayContaining([{ reason: expect.any(String), bits: expect.any(Number) }]),
  });
  const [answer] = await own.database('master.reference_answer');
  expect(answer).toMatchObject({ by_person: false, system: 'D1', name: '衡阳市中医院' });
  expect(answer.p).toBeGreaterThan(0.9);
  // Nothing has changed since: nobody is asked again, and nothing is written.
  const batches = await own.database('matching.batch').count();
  expect(await ask()).toBe(0);
  expect(await own.database('matching.batch').count()).toEqual(batches);
});

test('taking the answer back makes the rows wait again exactly as before, and it is not given again by itself; the undo of that brings them in', async () => {
  await load('contact', contacts);
  const before = await goldenDigest(own.database);
  await ask();
  const after = [await goldenDigest(own.database), await references()];
  const { id } = await own.database('matching.batch').where({ kind: 'refer' }).first('id');
  const { batchId } = await undoDecisions(own.database, id, 'li');
  expect([await goldenDigest(own.database), await references(), (await waiting()).length]).toEqual([before, [], 3]);
  await own.database('master.asked_name').del();
  expect(await ask()).toBe(0);
  await undoDecisions(own.database, batchId!, 'li');
  expect([await goldenDigest(own.database), await references()]).toEqual(after);
});

test('a person takes a candidate: rows come in, later rows of that system too, until it is taken back', async () => {
  await load('contact', contacts);
  await ask();
  const take = (isPreview: boolean) =>
    answerName(own.database, { name: '普 济堂', to: 'C2', because: '电话确认' }, { actor: 'wang', isPreview });
  expect((await take(true)).cameIn).toBe(1);
  expect((await waiting()).map(([name]) => name)).toContain('普济堂');
  const { batchId } = await take(false);
  expect(await references()).toMatchObject([{ name: '张三' }, { name: '王五', how: 'person', means: 'C2' }]);
  await load('contract', '合同编号,签约单位,合同金额\nHT1,普济堂,100');
  expect(await references()).toMatchObject([{}, {}, { entity: 'contract', how: 'person', means: 'C2' }]);
  await undoDecisions(own.database, batchId, 'wang');
  expect(await references()).toMatchObject([{ name: '张三' }]);
  expect((await listWaitingNames(own.database, 10)).names.find(({ name }) => name === '普济堂')).toMatchObject({ waiting: 1, loose: 1 });

  await expect(
    answerName(own.database, { name: '没人等', to: 'C2', because: 'x' }, { actor: 'w', isPreview: false }),
  ).rejects.toMatchObject({
    told: { code: 'golden.nobody-waits' },
  });
  await expect(
    answerName(own.database, { name: '普济堂', to: 'C4', because: 'x' }, { actor: 'w', isPreview: false }),
  ).rejects.toMatchObject({
    told: { code: 'golden.supplier-apart' },
  });
});

test('a customer of exactly that name that arrives later goes before what the matcher thought, but not before a person', async () => {
  await load('contact', contacts);
  await ask();
  await answerName(own.database, { name: '普济堂', to: 'C2', because: 'x' }, { actor: 'wang', isPreview: false });
  await load('customer', '客户编号,客户名称,客户类别,省份\nC8,衡阳市中医院,医院,湖南省\nC9,普济堂,药店,湖南省');
  expect(await references()).toEqual([
    { entity: 'contact', name: '张三', how: 'name', means: 'C8' },
    { entity: 'contact', name: '王五', how: 'person', means: 'C2' },
  ]);
});

test('a merge moves what answers mean to the survivor', async () => {
  await load('contact', contacts);
  await answerName(own.database, { name: '某某药店', to: 'C1', because: 'x' }, { actor: 'wang', isPreview: false });
  await own.database.raw(`update master.record set survivor_id = (select record_id from master.source_key where key = 'C2'), merged_into = (select record_id from master.source_key where key = 'C2'),
    status = 'merged' where id = (select record_id from master.source_key where key = 'C1')`);
  const [meaning] = await own
    .database('master.reference_meaning as m')
    .join('master.source_key as k', 'k.record_id', 'm.record_id')
    .pluck('k.key');
  expect(meaning).toBe('C2');
});

const toC3 = '客户编号,客户名称,姓名,手机\n,衡阳市 中医医院,张三,13800000000\n';
const approve = async (id: string) =>
  (await answerRequest(own.database, id, { decision: 'approve', actor: 'li', reason: 'x', isPreview: false })).batchId;
const rename = async (record: string, name: string) =>
  approve((await askForChange(own.database, { kind: 'rename', record, fields: { name }, reason: 'x', seen: [] }, 'wang')).id);

test('after a rename the old name goes on meaning the customer, whether rows come before or after, through a merge, and taken back', async () => {
  const batchId = await rename('C3', '衡阳市第一中医医院');
  await load('contact', toC3);
  await load('contract', '合同编号,签约单位,合同金额\nHT1,衡阳市第一中医医院,100\nHT2,衡阳市中医医院,100');
  const three = [
    { entity: 'contact', name: '张三', how: 'name', means: 'C3' },
    { entity: 'contract', name: null, how: 'name', means: 'C3' },
    { entity: 'contract', name: null, how: 'name', means: 'C3' },
  ];
  expect([await references(), await waiting()]).toEqual([three, []]);
  const { batchId: merged } = await mergeRecords(
    own.database,
    { loser: 'C3', survivor: 'C1', reason: 'x' },
    { actor: 'li', isPreview: false },
  );
  await load('contact', '客户编号,客户名称,姓名,手机\n,衡阳市中医医院,李四,13800000001\n,衡阳市第一中医医院,王五,13800000002');
  expect(await waiting()).toEqual([]);
  const { rows } = await own.database.raw(
    `select distinct coalesce(r.survivor_id, r.id) = (select record_id from master.source_key where key = 'C1') as same from master.reference f join master.record r on r.id = f.record_id`,
  );
  expect(rows).toEqual([{ same: true }]);
  await undoDecisions(own.database, merged, 'li');
  await undoDecisions(own.database, batchId, 'li');
  await load('contract', '合同编号,签约单位,合同金额\nHT3,衡阳市中医医院,100\nHT4,衡阳市第一中医医院,100');
  expect((await waiting()).map(([name]) => name)).toEqual(['衡阳市第一中医医院']);
});

test('rows that wait for a former name come in when the rename is approved or a list says 曾用名, and wait again when that is taken back', async () => {
  await load('contact', '客户编号,客户名称,姓名,手机\n,衡阳市第一中医医院,张三,13800000000\n,老药号,李四,13900000000');
  expect((await waiting()).length).toBe(2);
  const batchId = await rename('C3', '衡阳市第一中医医院');
  expect(await references()).toMatchObject([{ name: '张三', how: 'name', means: 'C3' }]);
  await load(
    'customer',
    '客户编号,客户名称,客户类别,省份,城市,曾用名\nC2,长沙普济堂大药房有限公司,药店,湖南省,长沙市,普济药行；原名：老 药号',
  );
  expect(await references()).toMatchObject([{ name: '张三' }, { name: '李四', how: 'name', means: 'C2' }]);
  await undoDecisions(own.database, batchId, 'li');
  expect(await references()).toMatchObject([{ name: '李四' }]);
  expect(await listChanges(own.database)).toMatchObject([{ state: 'open' }]);
});

test('a name that one customer has and another had means neither: it waits with both as candidates', async () => {
  await rename('C3', '衡阳市第一中医医院');
  await load('customer', '客户编号,客户名称,客户类别,省份,城市,区县\nC9,衡阳市中医医院,医院,湖南省,衡阳市,');
  await load('contact', toC3);
  expect(await ask()).toBe(0);
  const { names } = await listWaitingNames(own.database, 10);
  expect(names.map(({ name }) => name)).toEqual(['衡阳市 中医医院']);
  expect(
    names[0]!.candidates
      .map(({ name }) => name)
      .slice(0, 2)
      .toSorted(),
  ).toEqual(['衡阳市中医医院', '衡阳市第一中医医院']);
});
