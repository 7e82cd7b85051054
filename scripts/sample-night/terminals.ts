import { type County, countiesOf } from './gazetteer.js';
import { personName, rarePersonName, surname } from './person-name.js';
import type { SeededRandom } from './seeded-random.js';

export interface SampleTerminal {
  readonly id: string;
  readonly name: string;
  readonly kind: 'hospital' | 'community' | 'township' | 'clinic' | 'pharmacy' | 'village';
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly address: string;
  readonly level: string;
}

type Draft = Omit<SampleTerminal, 'id'>;

const chains = ['康禾堂', '仁泽', '和济安', '百川汇', '惠民生', '众芝', '福源春', '安济堂'];
const roads = ['人民路', '建设路', '解放路', '中山路', '文化路', '新华街', '迎宾大道', '滨江路', '健康路', '和平街'];

/**
 * The terminals of one province: hospitals, community and township centres, clinics, village posts and pharmacies, composed
 * from its divisions by the grammar of the trade. Names differ within a province also when brackets and blanks are ignored.
 */
export function composeTerminals(province: string, homeCity: string, count: number, random: SeededRandom): Draft[] {
  const counties = countiesOf(province);
  const otherCities = [...new Set(counties.map(({ city }) => city))].filter((city) => city !== homeCity);
  const cities = [homeCity, ...[0, 1, 2].flatMap(() => (otherCities.length > 0 ? [random.pick(otherCities)] : []))];
  const taken = new Set<string>();
  const terminals: Draft[] = [];
  const add = (draft: Draft): void => {
    const key = nameKey(draft.name);
    if (taken.has(key) || terminals.length >= count) return;
    taken.add(key);
    terminals.push(draft);
  };

  for (const city of new Set(cities))
    for (const draft of cityHospitals(counties.find((county) => county.city === city)!, random)) add(draft);
  const near = counties.filter(({ city }) => cities.includes(city));
  for (const county of near) for (const draft of countyHospitals(county, random)) add(draft);
  for (let clinic = 0; clinic < 2; clinic++) add(clinicOf(random.pick(near), rarePersonName(random), random));
  for (let attempt = 0; terminals.length < count && attempt < count * 50; attempt++) add(smallTerminal(random.pick(near), random));
  return terminals;
}

/** What stays of a name when blanks and the form of brackets are ignored: two names with one key are one spelling. */
export const nameKey = (name: string): string => name.normalize('NFKC').replaceAll(/[\s()（）]/g, '');

function cityHospitals({ province, city, name: county }: County, random: SeededRandom): Draft[] {
  const at = (name: string, level: string): Draft => ({
    name,
    kind: 'hospital',
    province,
    city,
    county,
    address: addressIn(city, county, random),
    level,
  });
  return [
    at(`${city}人民医院`, '三级甲等'),
    at(`${city}中心医院`, '三级甲等'),
    at(`${city}第一人民医院`, '三级甲等'),
    at(`${city}第二人民医院`, '三级乙等'),
    at(`${city}第三人民医院`, '二级甲等'),
    at(`${city}中医医院`, '三级甲等'),
    at(`${city}妇幼保健院`, '三级乙等'),
    at(`${city}传染病医院`, '二级甲等'),
    at(`${city}第二中医医院`, '二级甲等'),
  ];
}

function countyHospitals({ province, city, name: county }: County, random: SeededRandom): Draft[] {
  const owner = /[县市旗]$/.test(county) ? county : `${city}${county}`;
  const at = (name: string, level: string): Draft => ({
    name,
    kind: 'hospital',
    province,
    city,
    county,
    address: addressIn(city, county, random),
    level,
  });
  return [
    at(`${owner}人民医院`, '二级甲等'),
    at(`${owner}中医医院`, '二级甲等'),
    at(`${owner}妇幼保健计划生育服务中心`, '二级乙等'),
    ...(random.chance(0.4) ? [at(`${owner}第二人民医院`, '二级乙等')] : []),
    ...(random.chance(0.3) ? [at(`${owner}精神病医院`, '二级乙等')] : []),
  ];
}

function smallTerminal(where: County, random: SeededRandom): Draft {
  const { province, city, name: county } = where;
  const towns = where.towns.filter((town) => /(街道|镇|乡)$/.test(town) && !/[（）]/.test(town));
  const town = towns.length > 0 ? random.pick(towns) : county;
  const core = coreOf(county);
  const townCore = town.replace(/(街道|镇|乡)$/, '');
  const draft = (kind: Draft['kind'], name: string, level = ''): Draft => ({
    name,
    kind,
    province,
    city,
    county,
    address: addressIn(city, county, random, town),
    level,
  });

  const place = random.next();
  if (place < 0.26) {
    if (town.endsWith('街道')) return draft('community', `${county}${town}社区卫生服务中心`, '一级甲等');
    return draft('township', random.chance(0.3) ? `${county}${town}中心卫生院` : `${county}${town}卫生院`, '一级甲等');
  }
  if (place < 0.62) {
    const chain = random.pick(chains);
    const shop = random.pick([`${townCore}店`, `${townCore}${random.pick(roads)}店`, `第${random.pick([...'一二三四五六七八九'])}分店`]);
    return draft('pharmacy', `${coreOf(city)}${chain}大药房连锁有限公司${townCore === core ? '' : core}${shop}`);
  }
  if (place < 0.72) return draft('pharmacy', `${county}${townCore}${surname(random)}氏大药房`);
  if (place < 0.93) {
    const ending = random.pick(['诊所', '中医诊所', '口腔诊所', '内科诊所', '西医诊所']);
    return draft(
      'clinic',
      random.chance(0.5) ? `${county}${personName(random)}${ending}` : `${personName(random)}${ending}（${county}${townCore}）`,
    );
  }
  return draft('village', `${county}${town}${surname(random)}家村卫生室`);
}

function clinicOf({ province, city, name: county }: County, doctor: string, random: SeededRandom): Draft {
  return {
    name: `${county}${doctor}中医诊所`,
    kind: 'clinic',
    province,
    city,
    county,
    address: addressIn(city, county, random),
    level: '',
  };
}

/** `岳阳楼区` as people say it: `岳阳楼`. */
export const coreOf = (division: string): string => (division.length > 2 ? division.replace(/(自治县|自治州|市|县|区)$/, '') : division);

const addressIn = (city: string, county: string, random: SeededRandom, town = ''): string =>
  `${city}${county}${town === county ? '' : town}${random.pick(roads)}${random.between(1, 399)}号`;
