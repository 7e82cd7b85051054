import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goldenOf, type Override, type SourceVersion } from './golden-of.js';
import { type Policy, plainPolicy } from './policy.js';

const policy: Policy = {
  version: '1',
  systems: ['finance', 'own'],
  attributes: {
    credit_code: { check: 'credit_code' },
    phone: { check: 'phone', systems: ['own', 'finance'] },
    former_names: { union: true },
  },
  groups: [
    ['province', 'city', 'address'],
    ['name', 'credit_code'],
  ],
  complete: ['name', 'province', 'phone'],
};
const said = (system: string, fields: Record<string, string>, over: Partial<SourceVersion> = {}): SourceVersion => ({
  ...{ role: 'terminal', system, key: 'K', fields, changedAt: null, isVoid: false, isMergedIn: false },
  ...over,
});
const valid = '91350100M000100Y43';

test('the trusted system wins, field by field its own order, and the loser keeps the rung that beat it', () => {
  const { fields, why } = goldenOf(
    [said('own', { phone: '0731-84300000', level: '三级' }), said('finance', { phone: '0731-84300001', level: '二级' })],
    policy,
  );
  expect(fields).toEqual({ level: '二级', phone: '0731-84300000' });
  expect(why['level']).toEqual({
    from: ['terminal', 'finance', 'K'],
    by: 'priority',
    lost: [{ value: '三级', from: ['terminal', 'own', 'K'], by: 'priority' }],
  });
});

test('a group comes from one source, whatever the others have', () => {
  const golden = goldenOf([said('own', { province: '湖南省', city: '长沙市' }), said('finance', { province: '湖北省' })], policy);
  expect(golden.fields).toEqual({ province: '湖北省' });
  expect(golden.why['city']?.lost).toEqual([{ value: '长沙市', from: ['terminal', 'own', 'K'], by: 'group' }]);
});

const filling: Policy = { ...policy, version: '2', fillsGroups: true };

test('what the winner of a group leaves blank comes from the next source that agrees with it, and says so', () => {
  const own = said('own', { province: '江苏', city: '南京市' });
  const golden = goldenOf(
    [own, said('finance', { province: '江苏省' }), said('oa', { province: '江苏省', city: '徐州市', address: '中山路1号' })],
    filling,
  );
  expect(golden.fields).toEqual({ province: '江苏省', city: '南京市' });
  expect(golden.why['province']?.from).toEqual(['terminal', 'finance', 'K']);
  expect(golden.why['city']).toEqual({
    from: ['terminal', 'own', 'K'],
    by: 'filled',
    lost: [{ value: '徐州市', from: ['terminal', 'oa', 'K'], by: 'priority' }],
  });
  expect(golden.why['address']?.lost).toEqual([{ value: '中山路1号', from: ['terminal', 'oa', 'K'], by: 'group' }]);
});

test('nothing is filled in from a source that disagrees, is void, fails a check, or says nothing where the winner speaks', () => {
  const winner = said('finance', { province: '江苏省', address: '中山路1号' });
  for (const other of [
    said('own', { province: '浙江省', city: '杭州市', address: '中山路1号' }),
    said('own', { province: '江苏省', city: '南京市' }),
    said('own', { province: '江苏省', city: '南京市', address: '中山路１号' }, { isVoid: true }),
  ])
    expect(goldenOf([winner, other], filling).fields).toEqual({ province: '江苏省', address: '中山路1号' });
  expect(goldenOf([said('finance', { name: '甲医院' }), said('own', { name: '甲医院', credit_code: '123' })], filling).fields).toEqual({
    name: '甲医院',
  });
  expect(goldenOf([winner, said('own', { province: '江苏省', city: '南京市', address: '中山路１号' })], filling).fields['city']).toBe(
    '南京市',
  );
});

test('a proven credit code carries its name; one that fails goes to the floor, whoever says it', () => {
  const { fields, why } = goldenOf(
    [said('own', { name: '甲医院', credit_code: valid }), said('finance', { name: '乙', credit_code: '123' })],
    policy,
  );
  expect(fields).toEqual({ credit_code: valid, name: '甲医院' });
  expect(why['name']?.by).toBe('verified');
  expect(goldenOf([said('own', { phone: 'x' }), said('finance', { phone: '0731-84300001' })], policy).why['phone']?.by).toBe('validity');
});

test('a void source counts last but is not forgotten; when all are void their values stay and the record says so', () => {
  const [own, finance] = [said('own', { level: '三级' }), said('finance', { level: '二级', fax: '1' }, { isVoid: true })];
  expect(goldenOf([own, finance], policy)).toMatchObject({ fields: { level: '三级', fax: '1' }, isVoid: false });
  expect(goldenOf([finance], policy)).toMatchObject({ fields: { level: '二级', fax: '1' }, isVoid: true });
});

test('then the newer by the word of the source, then what more systems say', () => {
  const at = (changedAt: string | null, system: string, level: string) => said(system, { level }, { changedAt });
  expect(goldenOf([at('2026-01-01', 'x', '一级'), at('2026-02-01', 'y', '二级'), at(null, 'z', '三级')], plainPolicy)).toMatchObject({
    fields: { level: '二级' },
    why: { level: { by: 'recency' } },
  });
  expect(goldenOf([at(null, 'x', '一级'), at(null, 'y', '二级'), at(null, 'z', '二级')], plainPolicy)).toMatchObject({
    fields: { level: '二级' },
    why: { level: { by: 'frequency' } },
  });
});

test('an override goes before all, may say that there is none, and shows what it beat', () => {
  const override = (value: string): Override => ({ attribute: 'level', value, actor: 'wang' });
  expect(goldenOf([said('own', { level: '三级' })], policy, [override('二级')])).toMatchObject({
    fields: { level: '二级' },
    why: { level: { from: ['', 'person', 'wang'], by: 'override', lost: [{ value: '三级', by: 'override' }] } },
  });
  expect(goldenOf([said('own', { level: '三级' })], policy, [override('')]).fields).toEqual({});
});

test('values side by side stand once each', () => {
  const names = [said('own', { former_names: '甲；乙' }), said('finance', { former_names: '乙; 丙' })];
  expect(goldenOf(names, policy).fields).toEqual({ former_names: '乙；丙；甲' });
});

test('completeness is the share of what the policy asks', () => {
  expect(goldenOf([said('own', { name: '甲', phone: '1' })], policy).completeness).toBe(67);
  expect(goldenOf([said('own', { name: '甲' })], plainPolicy).completeness).toBeNull();
});

const version = fc
  .record({
    system: fc.constantFrom('own', 'finance', 'oa', 'x'),
    key: fc.constantFrom('1', '2'),
    fields: fc.dictionary(
      fc.constantFrom('name', 'credit_code', 'province', 'city', 'phone', 'level', 'former_names'),
      fc.constantFrom('甲', '乙', valid, '123', '0731-84300000'),
    ),
    changedAt: fc.option(fc.constantFrom('2026-01-01', '2026-02-01')),
    isVoid: fc.boolean(),
    isMergedIn: fc.boolean(),
  })
  .map((one): SourceVersion => ({ role: 'terminal', ...one }));
const versions = fc.uniqueArray(version, { selector: ({ system, key }) => `${system}/${key}`, maxLength: 6, minLength: 1 });

test('the order of sources does not matter, every value comes from a source, and a source that agrees changes no value', () => {
  fc.assert(
    fc.property(versions, fc.constantFrom(policy, filling), (given, by) => {
      const golden = goldenOf(given, by);
      expect(goldenOf(given.toReversed(), by).hash).toBe(golden.hash);
      for (const [field, value] of Object.entries(golden.fields)) {
        if (field === 'former_names') continue;
        expect(given.some(({ fields }) => fields[field] === value)).toBe(true);
        const why = golden.why[field] ?? golden.why['*']!;
        const [, system, key] = why.from;
        expect(given.find((one) => one.system === system && one.key === key)?.fields[field]).toBe(value);
        for (const loser of why.lost ?? []) expect(loser.value).not.toBe(value);
      }
    }),
    { numRuns: 500 },
  );
});
