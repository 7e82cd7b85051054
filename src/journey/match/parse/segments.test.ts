import { expect, test } from 'vitest';
import { normalise } from '../normalise/normalise.js';
import { splitSegments } from './segments.js';

const namesIn = (raw: string) => splitSegments(normalise(raw).text).map(({ text, kind }) => `${kind} ${text}`);

test.each([
  ['九江县人民医院(原柴桑医院)', ['main 9江县人民医院', 'former 柴桑医院']],
  ['某某医院（停用）', ['main 某某医院']],
  ['中国地质大学(北京)医院', ['main 中国地质大学北京医院']],
  ['昆明市儿童医院(前兴院区)', ['main 昆明市儿童医院前兴院区']],
  ['甲县医院(乙镇卫生院、丙镇卫生院)', ['main 甲县医院', 'alias 乙镇卫生院', 'alias 丙镇卫生院']],
  ['邵阳市中医院邵阳市红会医院', ['main 邵阳市中医院邵阳市红会医院', 'first 邵阳市中医院', 'joined 邵阳市红会医院']],
  ['唐山市工人医院集团第九医院', ['main 唐山市工人医院集团第9医院']],
])('%s is read as %j', (raw, names) => {
  expect(namesIn(raw)).toEqual(names);
});
