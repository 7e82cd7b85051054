import { expect, test } from 'vitest';
import { differencesOf, otherValuesOf } from './differences-of.js';

const hospital = {
  fields: { type: '医院', province: '湖南省', city: '长沙市', county: '岳麓区', credit_code: '91350100M000100Y43' },
  roles: ['terminal'],
};

test('kinds, places and credit codes that differ stand side by side', () => {
  const other = {
    fields: { type: '药店', province: '湖北省', city: '武汉市', county: '洪山区', credit_code: '12320000MB00000083' },
    roles: ['distributor'],
  };
  expect(differencesOf(hospital, other)).toEqual([
    { field: 'role', one: 'terminal', other: 'distributor' },
    { field: 'type', one: '医院', other: '药店' },
    { field: 'province', one: '湖南省', other: '湖北省' },
    { field: 'city', one: '长沙市', other: '武汉市' },
    { field: 'county', one: '岳麓区', other: '洪山区' },
    { field: 'credit_code', one: '91350100M000100Y43', other: '12320000MB00000083' },
  ]);
});

test('what one of them does not say, another spelling of a place and a common kind are no difference', () => {
  const vague = { fields: { province: '湖南', city: '长沙', credit_code: ' 91350100m000100y43' }, roles: ['other', ''] };
  expect(differencesOf(hospital, vague)).toEqual([]);
  expect(differencesOf(hospital, { fields: {}, roles: ['terminal', 'distributor'] })).toEqual([]);
});

test('all else that both say differently stands apart: no names, no blanks, no other widths', () => {
  const one = {
    fields: { name: '甲', former_names: '甲甲', city: '长沙市', phone: '0731-1', address: '中山路１号', level: '三级', status: 'active' },
    roles: [],
  };
  const other = {
    fields: { name: '乙', former_names: '乙乙', city: '武汉市', phone: '0731-2', address: '中山路 1号', email: 'a@b.cn', status: 'closed' },
    roles: [],
  };
  expect(otherValuesOf(one, other)).toEqual([
    { field: 'phone', one: '0731-1', other: '0731-2' },
    { field: 'status', one: 'active', other: 'closed' },
  ]);
});
