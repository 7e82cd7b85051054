import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { matchAll, matcherOf } from '../../../test/matcher-of.js';
import { nameKey, productKey } from '../../journey/match/name-key.js';
import { linkNewProducts } from '../link-products.js';
import { decideNames } from './decide-names.js';
import { countNamesByDecision } from './match-counts.js';
import type { NameEdit } from './name-decision.js';

let test_: TestDatabase;
beforeAll(async () => {
  test_ = await createTestDatabase();
});
afterAll(() => test_.drop());
beforeEach(async () => {
  await test_.database.raw(
    'truncate master.distributor, master.terminal, master.product, matching.batch, matching.decision, matching.link restart identity cascade',
  );
  await test_.database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
});

const terminal = (code: string, name: string, more: object = {}) =>
  test_.database('master.terminal').insert({ code, name, name_key: nameKey(name), province: '湖南省', ...more });
const rawName = (id: number, name: string, more: object = {}) =>
  test_.database('matching.raw_name').insert({ id, distributor_id: 1, code: '', name, address: '', region: '', ...more });
const decide = (over: Partial<NameEdit>) =>
  decideNames(
    test_.database,
    [{ row: 1, rawNameId: '1', seenName: null, seenDecisionId: null, verdict: 'link', terminalCode: '', note: '', ...over }],
    'wang',
  );
const run = () => matchAll(test_.database);
const links = () => test_.database('matching.link').select('raw_name_id', 'verdict', 'terminal_id', 'by_person').orderBy('raw_name_id');

test('certain names are linked, the rest waits with reasons, and a second run decides nothing', async () => {
  await terminal('T1', '青禾市人民医院', { city: '长沙市' });
  await terminal('T2', '长沙市双名诊所', { city: '长沙市' });
  await terminal('T3', '长沙市双名诊所', { city: '长沙市' });
  await terminal('T4', '长沙市新名医院', { former_names: '长沙市旧名医院；长沙更旧医院', city: '长沙市' });
  await rawName(1, '青禾市 人民医院', { region: '湖南省/长沙市/' });
  await rawName(2, '长沙市双名诊所');
  await rawName(3, '株洲市荷塘区无此诊所');
  await rawName(4, '长沙市旧名医院', { region: '湖南省/长沙市/' });
  await rawName(5, '零散客户');

  const first = await run();
  expect(first).toMatchObject({ auto: 2, noise: 1, again: 0 });
  expect(first.suggest + first.review + first.new).toBe(2);
  expect(await run()).toMatchObject({ auto: 0, suggest: 0, review: 0, new: 0, noise: 0 });
  expect(await links()).toMatchObject([
    { raw_name_id: '1', verdict: 'auto', terminal_id: '1', by_person: false },
    { raw_name_id: '2', terminal_id: null },
    { raw_name_id: '3', terminal_id: null },
    { raw_name_id: '4', verdict: 'auto', terminal_id: '4' },
    { raw_name_id: '5', verdict: 'noise', terminal_id: null },
  ]);
  expect(await countNamesByDecision(test_.database)).toMatchObject({ auto: 2, noise: 1, person: 0, undecided: 0 });
  const [decision] = await test_.database('matching.decision').where({ raw_name_id: 2 });
  expect(decision).toMatchObject({ scope: 'name', by_person: false, actor: 'matcher' });
  expect(
    decision.evidence.candidates
      .slice(0, 2)
      .map(({ id }: { id: string }) => id)
      .toSorted(),
  ).toEqual(['2', '3']);
  expect(Object.values(decision.evidence.candidates[0].bits)).not.toEqual([]);
  expect(decision.evidence.whyNotAuto).toContain('two terminals equally likely');
  const [batch] = await test_.database('matching.batch');
  expect(Object.keys(batch.versions).toSorted()).toEqual(['gazetteer', 'index', 'model']);
});

test('only what a new terminal may touch is looked at again', async () => {
  await terminal('T1', '长沙市第一医院', { city: '长沙市' });
  for (let id = 1; id <= 30; id += 1)
    await rawName(id, `长沙市${'甲乙丙丁戊己庚辛壬癸'[id % 10]}${'东西南'[id % 3]}堂药房`, { region: '湖南省/长沙市/' });
  await rawName(100, '长沙市济仁医院', { region: '湖南省/长沙市/' });
  await rawName(101, '衡阳市济仁医院', { region: '湖南省/衡阳市/' });
  await run();
  expect(await links()).toHaveLength(32);

  await terminal('T2', '长沙市济仁医院', { city: '长沙市' });
  let asked = 0;
  const counting = async () => {
    const { masterSeq, names } = await matcherOf(test_.database);
    return {
      masterSeq,
      names: {
        ...names,
        versions: names.versions,
        matchBatch: (...given: Parameters<typeof names.matchBatch>) => {
          asked += given[0].length;
          return names.matchBatch(...given);
        },
      },
    };
  };
  expect(await matchAll(test_.database, { matcher: counting })).toMatchObject({ auto: 1, again: 1 });
  expect(asked).toBeLessThanOrEqual(2);
  expect((await links()).find(({ raw_name_id }) => raw_name_id === '100')).toMatchObject({ verdict: 'auto', terminal_id: '2' });
  asked = 0;
  expect(await matchAll(test_.database, { matcher: counting })).toMatchObject({ auto: 0, again: 0 });
  expect(asked).toBe(0);
});

test('what a person decided stays, and the same spelling follows where code and address allow it', async () => {
  await terminal('T1', '甲医院');
  await terminal('T2', '乙医院');
  await rawName(1, '甲医院', { address: '一路' });
  await rawName(2, ' 甲医院', { address: '' });
  await rawName(3, '甲医院', { address: '别处' });
  await decide({ rawNameId: '1', terminalCode: 'T2' });

  await run();
  expect(await links()).toMatchObject([
    { terminal_id: '2', by_person: true },
    { terminal_id: '2', by_person: false, verdict: 'auto' },
    { terminal_id: null },
  ]);
  const [follower] = await test_.database('matching.decision').where({ raw_name_id: 2 });
  expect(follower).toMatchObject({ actor: 'alias', evidence: { rule: 'alias' } });
  expect(follower.stands_on).not.toBeNull();
});

test('two runs at once decide each name once', async () => {
  for (let id = 1; id <= 50; id += 1) await rawName(id, `诊所${id}`);
  await Promise.all([run(), run()]);
  expect(await test_.database('matching.decision').count()).toEqual([{ count: '50' }]);
});

test('a later terminal challenges the link of a person, and changes nothing', async () => {
  await terminal('T1', '长沙市甲医院', { city: '长沙市' });
  await rawName(1, '长沙市普济堂中医医院', { region: '湖南省/长沙市/' });
  await decide({ rawNameId: '1', terminalCode: 'T1' });
  await run();
  await terminal('T2', '长沙市普济堂中医医院', { city: '长沙市' });
  expect(await run()).toMatchObject({ challenged: 1, auto: 0 });
  expect(await links()).toMatchObject([{ terminal_id: '1', by_person: true }]);
  expect(await test_.database('matching.challenge').select('reason', 'terminal_id')).toEqual([{ reason: 'disagrees', terminal_id: '2' }]);
  await test_.database('master.terminal').where({ code: 'T1' }).update({ status: 'closed' });
  expect(await run()).toMatchObject({ challenged: 1 });
});

test('a name never goes back to a terminal that a person ruled out, on any later night', async () => {
  await terminal('T1', '长沙市普济堂中医医院', { city: '长沙市' });
  await rawName(1, '长沙市普济堂中医医院', { region: '湖南省/长沙市/' });
  expect(await run()).toMatchObject({ auto: 1 });
  await decide({ rawNameId: '1', verdict: 'not', terminalCode: 'T1' });
  expect(await links()).toEqual([]);
  await run();
  await test_.database('master.terminal').update({ address: '新址' });
  await run();
  expect(await links()).toMatchObject([{ terminal_id: null }]);
});

test('a product is linked by name and specification, by its maker among several, and otherwise waits', async () => {
  const product = (code: string, generic_name: string, spec: string, more: object = {}) =>
    test_.database('master.product').insert({ code, generic_name, spec, name_key: productKey(generic_name, spec), ...more });
  await product('P1', '甲片', '0.5g*24片', { trade_name: '甲宁' });
  await product('P2', '乙片', '1g*10片', { maker: '东厂' });
  await product('P3', '乙片', '1g*10片', { maker: '西厂' });
  const raw = (id: number, name: string, spec: string, maker = '') =>
    test_.database('matching.raw_product').insert({ id, distributor_id: 1, code: '', name, spec, maker });
  await raw(1, '甲片', '0.5G×24片');
  await raw(2, '甲宁', '0.5g*24片');
  await raw(3, '乙片', '1g*10片', '西厂');
  await raw(4, '乙片', '1g*10片');
  await raw(5, '甲片', '0.25g*24片');
  // No specification of its own: it stands behind the name.
  await raw(6, '甲片 0.5g×24片', '');
  await raw(7, '乙片1g*10片', '', '东厂');
  await raw(8, '甲片 0.5g*24片', '0.5g*24片');
  await raw(9, '甲片 05g24片', '');

  expect(await linkNewProducts(test_.database)).toEqual({ linked: 5, waiting: 4 });
  expect(await linkNewProducts(test_.database)).toEqual({ linked: 0, waiting: 4 });
  expect(await test_.database('matching.product_link').select('raw_product_id', 'product_id').orderBy('raw_product_id')).toEqual([
    { raw_product_id: '1', product_id: '1' },
    { raw_product_id: '2', product_id: '1' },
    { raw_product_id: '3', product_id: '3' },
    { raw_product_id: '6', product_id: '1' },
    { raw_product_id: '7', product_id: '2' },
  ]);
});
