import { expect, test } from 'vitest';
import { nameKey, productKey } from './name-key.js';

test('width, case, spaces, punctuation and brackets do not make another name', () => {
  expect(nameKey(' 青禾Ａ区（１２）号 卫生院 ')).toBe(nameKey('青禾a区(12)号卫生院'));
  expect(nameKey('青禾·卫生院')).toBe(nameKey('青禾卫生院'));
});

test('two words for one legal form are the same, another legal form is not', () => {
  expect(nameKey('青禾大药房有限责任公司二店')).toBe(nameKey('青禾大药房有限公司二店'));
  expect(nameKey('青禾大药房股份有限公司')).not.toBe(nameKey('青禾大药房有限公司'));
});

test('a number, a direction or a word in brackets makes another name', () => {
  expect(nameKey('青禾市第一医院')).not.toBe(nameKey('青禾市第二医院'));
  expect(nameKey('青禾医院(东区)')).not.toBe(nameKey('青禾医院'));
});

test('a name without a letter or digit has an empty key', () => {
  expect(nameKey('（—）')).toBe('');
});

test('signs of multiplication, width, case and a trailing package do not make another product', () => {
  const key = productKey('某某片', '0.5g*24片');
  for (const spec of ['0.5g×24片', '0.5G x 24片', '０.５ｇ＊24片', '0.5g*24片/盒']) expect(productKey('某某片', spec)).toBe(key);
});

test('another strength or count is another product, and an x inside a word stays', () => {
  expect(productKey('某某片', '0.25g*24片')).not.toBe(productKey('某某片', '0.5g*24片'));
  expect(productKey('某某MAX', '10ml')).toBe('某某MAX|10ML');
  expect(productKey('某某片2', '4片')).not.toBe(productKey('某某片', '24片'));
});
