import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { nameKey, productKey } from '../journey/match/name-key.js';
import { linkNewProducts } from './link-products.js';
import { countNamesByDecision, matchNewNames } from './match-store.js';

let test_: TestDatabase;
beforeAll(async () => {
  test_ = await createTestDatabase();
});
afterAll(() => test_.drop());
beforeEach(async () => {
  await test_.database.raw('truncate master.distributor, master.terminal, master.product restart identity cascade');
  await test_.database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
});

const terminal = (code: string, name: string, more: object = {}) =>
  test_.database('master.terminal').insert({ code, name, name_key: nameKey(name), province: '湖南省', ...more });
const rawName = (id: number, name: string, more: object = {}) =>
  test_.database('matching.raw_name').insert({ id, distributor_id: 1, code: '', name, address: '', region: '', ...more });
const run = () => matchNewNames(test_.database, { actor: 'test' });
const links = () => test_.database('matching.link').select('raw_name_id', 'verdict', 'terminal_id', 'by_person').orderBy('raw_name_id');

test('certain names are linked, the rest waits, and a second run decides nothing', async () => {
  await terminal('T1', '青禾市人民医院');
  await terminal('T2', '双名诊所');
  await terminal('T3', '双名诊所');
  await terminal('T4', '新名医院', { former_names: '旧名医院；更旧医院' });
  await rawName(1, '青禾市 人民医院');
  await rawName(2, '双名诊所');
  await rawName(3, '无此诊所');
  await rawName(4, '旧名医院');

  expect(await run()).toMatchObject({ auto: 2, review: 2 });
  expect(await run()).toMatchObject({ auto: 0, review: 0 });
  expect(await links()).toEqual([
    { raw_name_id: '1', verdict: 'auto', terminal_id: '1', by_person: false },
    { raw_name_id: '2', verdict: 'review', terminal_id: null, by_person: false },
    { raw_name_id: '3', verdict: 'review', terminal_id: null, by_person: false },
    { raw_name_id: '4', verdict: 'auto', terminal_id: '4', by_person: false },
  ]);
  expect(await countNamesByDecision(test_.database)).toMatchObject({ auto: 2, review: 2, person: 0, undecided: 0 });
});

test('a waiting name is linked as soon as the master knows it', async () => {
  await rawName(1, '后来医院');
  expect(await run()).toMatchObject({ review: 1 });
  await terminal('T1', '后来医院');
  expect(await run()).toMatchObject({ auto: 1, review: 0 });
  expect(await test_.database('matching.decision').count()).toEqual([{ count: '2' }]);
});

test('what a person decided stays, and another spelling of it follows', async () => {
  await terminal('T1', '甲医院');
  await terminal('T2', '乙医院');
  await rawName(1, '甲医院');
  await rawName(2, '甲医院', { address: '别处' });
  const [decision] = await test_
    .database('matching.decision')
    .insert({ raw_name_id: 1, verdict: 'auto', terminal_id: 2, by_person: true, actor: 'w' }, ['id']);
  await test_
    .database('matching.link')
    .insert({ raw_name_id: 1, decision_id: decision?.id, verdict: 'auto', terminal_id: 2, by_person: true });

  expect(await run()).toMatchObject({ auto: 1 });
  expect((await links()).map(({ terminal_id }) => terminal_id)).toEqual(['2', '2']);
});

test('two runs at once decide each name once', async () => {
  for (let id = 1; id <= 50; id += 1) await rawName(id, `诊所${id}`);
  const [first, second] = await Promise.all([run(), run()]);
  expect(first.review + second.review).toBe(50);
  expect(await test_.database('matching.decision').count()).toEqual([{ count: '50' }]);
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

  expect(await linkNewProducts(test_.database)).toEqual({ linked: 3, waiting: 2 });
  expect(await linkNewProducts(test_.database)).toEqual({ linked: 0, waiting: 2 });
  expect(await test_.database('matching.product_link').select('raw_product_id', 'product_id').orderBy('raw_product_id')).toEqual([
    { raw_product_id: '1', product_id: '1' },
    { raw_product_id: '2', product_id: '1' },
    { raw_product_id: '3', product_id: '3' },
  ]);
});
