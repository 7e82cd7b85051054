import { expect, test } from 'vitest';
import { normalise } from './normalise.js';

test.each([
  ['ＡＢＣ（東）醫院 ', 'abc(东)医院'],
  ['第三〇一医院', '第301医院'],
  ['株洲四三O医院', '株洲430医院'],
  ['第十二人民医院', '第12人民医院'],
  ['第二十人民医院', '第20人民医院'],
  ['第二十一人民医院', '第21人民医院'],
  ['第壹人民医院', '第1人民医院'],
  ['第Ⅱ医院', '第2医院'],
  ['伍家岗医院', '伍家岗医院'],
  ['甲医院/乙医院', '甲医院、乙医院'],
])('%s is compared as %s', (raw, text) => {
  expect(normalise(raw).text).toBe(text);
});

test('every character knows where in the raw text it came from', () => {
  const raw = '北 京（第十一）醫院';
  const { text, at } = normalise(raw);
  expect(text).toBe('北京(第11)医院');
  expect([...at].map((place) => raw[place])).toEqual(['北', '京', '（', '第', '十', '一', '）', '醫', '院']);
});
