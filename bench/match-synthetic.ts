import { readFileSync } from 'node:fs';
import { seededRandom } from '../scripts/sample-night/seeded-random.js';
import type { RawName, Terminal } from '../src/journey/match/terminal.js';

/**
 * The synthetic national set: terminals named as the country names them, from the gazetteer and lists of ordinary words, and
 * queries through a noise channel. 30 % of the queries have no terminal; half of those are *held-out siblings*: the true one
 * is taken out of the master, its 第一 / 第二 / 中医 twin stays. Seeds are frozen; tuning uses seed 1, reports use seed 2.
 */
export interface SyntheticSet {
  readonly terminals: Terminal[];
  readonly queries: readonly {
    readonly raw: RawName;
    readonly truth: string;
    readonly kind: 'linkable' | 'absent' | 'sibling';
    readonly noises: readonly string[];
  }[];
}

interface County {
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly former: string;
  readonly towns: readonly string[];
}

export function syntheticSet(count: number, queryCount: number, seed: number): SyntheticSet {
  const random = seededRandom(seed).next;
  const pick = <T>(list: readonly T[]): T => list[Math.trunc(random() * list.length)]!;
  const counties = readCounties();
  const terminals: Terminal[] = [];
  const names = new Set<string>();
  const add = (name: string, kind: string, { province, city, county }: County, address: string, level = '') => {
    if (names.has(`${city}|${county}|${name}`)) return;
    names.add(`${city}|${county}|${name}`);
    terminals.push({ id: `S${String(terminals.length + 1).padStart(7, '0')}`, name, kind, province, city, county, address, level });
  };
  const street = () => `${pick(firstWords)}${pick(['路', '街', '大道', '巷'])}${1 + Math.trunc(random() * 300)}号`;

  const cities = new Map<string, County[]>();
  for (const county of counties) cities.set(county.city, [...(cities.get(county.city) ?? []), county]);
  for (const list of cities.values()) {
    const { city } = list[0]!;
    const where = () => pick(list);
    const numbers = 3 + Math.trunc(random() * 7);
    for (let i = 0; i < numbers; i++)
      add(
        `${city}第${hanNumber(i + 1)}${random() < 0.8 ? '人民医院' : '医院'}`,
        'hospital',
        where(),
        street(),
        i < 2 ? '三级甲等' : '二级甲等',
      );
    for (const tail of [
      '中医院',
      '妇幼保健院',
      '中西医结合医院',
      '口腔医院',
      '精神病医院',
      '传染病医院',
      '肿瘤医院',
      '儿童医院',
      '中心医院',
    ])
      if (random() < 0.7) add(`${city}${tail}`, 'specialty', where(), street(), '二级甲等');
  }
  for (const county of counties) {
    for (const tail of ['人民医院', '中医院', '妇幼保健院'])
      add(`${random() < 0.3 ? county.city : ''}${county.county}${tail}`, 'hospital', county, street(), '二级甲等');
    if (random() < 0.4) add(`${county.county}第二人民医院`, 'hospital', county, street());
    for (const town of county.towns)
      add(
        `${random() < 0.7 ? county.county : ''}${town}${/街道$/.test(town) ? '社区卫生服务中心' : pick(['卫生院', '中心卫生院', '卫生院'])}`,
        'health_center',
        county,
        town,
      );
  }
  while (terminals.length < count) {
    const county = pick(counties);
    const word = pick(firstWords) + pick(secondWords);
    const place = pick([county.city, county.county, county.city.replace(/市$/, ''), county.county.replace(/[县市区]$/, ''), '']);
    const kind = random();
    if (kind < 0.3)
      add(
        `${pick(chains)}大药房${pick(['连锁', '连锁', ''])}${pick(['有限公司', ''])}${place}${word}${pick(['店', '分店'])}`,
        'pharmacy',
        county,
        street(),
      );
    else if (kind < 0.5) add(`${place}${word}${pick(['大药房', '药店', '药房'])}`, 'pharmacy', county, street());
    else if (kind < 0.65) add(`${place}${word}${pick(['诊所', '门诊部', '口腔诊所', '中医诊所'])}`, 'clinic', county, street());
    else if (kind < 0.8 && county.towns.length > 0)
      add(`${county.county}${pick(county.towns)}${word.slice(0, 2)}村卫生室`, 'clinic', county, street());
    else if (kind < 0.95)
      add(
        `${place}${word}${pick(['医院', '医院', '中医医院', '骨科医院', '眼科医院', '妇产医院', '康复医院', '口腔医院'])}`,
        'hospital',
        county,
        street(),
      );
    else add(`${place}${word}${pick(['医药有限公司', '医药有限责任公司', '药业有限公司'])}`, 'company', county, street());
  }

  const removed = new Set<number>();
  const queries: SyntheticSet['queries'][number][] = [];
  const byId = new Map(terminals.map((terminal, at) => [terminal.id, at]));
  for (let i = 0; i < queryCount; i++) {
    const fate = random();
    let at = Math.trunc(random() * terminals.length);
    if (fate < 0.15) while (siblingOf(terminals[at]!.name, () => 0.5) === null) at = (at + 1) % terminals.length;
    if (removed.has(at)) continue;
    const terminal = terminals[at]!;
    if (fate < 0.15) {
      const sibling = siblingOf(terminal.name, random);
      if (sibling === null || names.has(`${terminal.city}|${terminal.county}|${sibling}`)) continue;
      const { name, noises } = distort({ ...terminal, name: sibling }, counties, random);
      queries.push({ raw: rawOf(name, terminal, random, i), truth: '', kind: 'sibling', noises });
      continue;
    }
    const { name, noises } = distort(terminal, counties, random);
    if (fate < 0.3) {
      removed.add(at);
      queries.push({ raw: rawOf(name, terminal, random, i), truth: '', kind: 'absent', noises });
    } else queries.push({ raw: rawOf(name, terminal, random, i), truth: terminal.id, kind: 'linkable', noises });
  }
  return {
    terminals: terminals.filter((_, at) => !removed.has(at)),
    queries: queries.filter(({ truth }) => truth === '' || !removed.has(byId.get(truth)!)),
  };
}

/** Half of the queries know their city, some the county, the rest nothing. */
function rawOf(name: string, { province, city, county, address }: Terminal, random: () => number, key: number): RawName {
  const knows = random();
  const place = knows < 0.3 ? {} : knows < 0.8 ? { province, city } : { province, city, county };
  return { key: String(key), name, ...place, ...(random() < 0.2 ? { address } : {}) } as RawName;
}

/** A name like this one that is another institution. */
function siblingOf(name: string, random: () => number): string | null {
  const ordinal = /第([一二三四五六七八九十])/.exec(name);
  if (ordinal) return name.replace(ordinal[0], `第${hanNumber(11 + Math.trunc(random() * 5))}`);
  if (name.includes('人民医院')) return name.replace('人民医院', random() < 0.5 ? '第九人民医院' : '骨伤医院');
  if (name.includes('中医院')) return name.replace('中医院', '第二中医院');
  if (name.endsWith('店')) return name.replace(/(.{2})(分?店)$/, (_, word: string, tail: string) => `${word[1]}${word[0]}${tail}`);
  return null;
}

/** The noise channel: what people and systems do to a name. One or two distortions; one in five names arrives untouched. */
function distort(
  terminal: Pick<Terminal, 'name' | 'city' | 'county' | 'province'>,
  counties: readonly County[],
  random: () => number,
): { name: string; noises: string[] } {
  let { name } = terminal;
  const noises: string[] = [];
  const times = random() < 0.2 ? 0 : random() < 0.65 ? 1 : 2;
  const city = terminal.city ?? '';
  const county = terminal.county ?? '';
  const channel: Record<string, () => string> = {
    dropCitySuffix: () => (name.startsWith(city) ? city.replace(/市$/, '') + name.slice(city.length) : name),
    addCity: () => (name.startsWith(city) || name.startsWith(city.replace(/市$/, '')) ? name : city + name),
    addProvince: () => (name.startsWith(city) && !name.startsWith(terminal.province ?? '-') ? terminal.province + name : name),
    dropCity: () => (name.startsWith(city + county) ? name.slice(city.length) : name),
    formerCounty: () => {
      const known = counties.find((one) => one.county === county && one.city === city);
      return known && known.former !== '' && name.includes(county) ? name.replace(county, known.former) : name;
    },
    tcmTwice: () => (name.includes('中医医院') ? name.replace('中医医院', '中医院') : name.replace('中医院', '中医医院')),
    digits: () => name.replace(/第([一二三四五六七八九十])/, (_, han: string) => `第${'一二三四五六七八九十'.indexOf(han) + 1}`),
    dropOrdinalMark: () => name.replace(/第([一二三四五六七八九])(人民医院|医院)$/, '$1院'),
    bracketNoise: () => name + ['(停用)', '（民营）', '(盖章)', '（医保）'][Math.trunc(random() * 4)],
    spaces: () => name.replace(/^(.{3})/, '$1 '),
    wide: () => name.replace(/[0-9()]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
    traditional: () =>
      name.replace(/医/g, '醫').replace(/县/g, '縣').replace(/区/g, '區').replace(/药/g, '藥').replace(/东/g, '東').replace(/华/g, '華'),
    legalForm: () =>
      name.endsWith('有限公司') ? name.replace('有限公司', '有限责任公司') : name.endsWith('医院') ? `${name}有限公司` : name,
    dropTownSuffix: () => name.replace(/([一-龥]{2})镇(中心)?卫生院/, '$1$2卫生院'),
    cutAt20: () => (name.length > 20 ? name.slice(0, 20) : name),
    swapShop: () => (name.endsWith('分店') ? name.replace(/分店$/, '店') : name),
  };
  const kinds = Object.keys(channel);
  for (let done = 0, tries = 0; done < times && tries < 30; tries++) {
    const kind = kinds[Math.trunc(random() * kinds.length)]!;
    const next = channel[kind]!();
    if (next === name) continue;
    name = next;
    noises.push(kind);
    done++;
  }
  return { name, noises };
}

function readCounties(): County[] {
  const path = import.meta.url.includes('/dist/')
    ? '../../src/journey/match/data/gazetteer.txt'
    : '../src/journey/match/data/gazetteer.txt';
  const names = new Map<string, string>();
  const counties: County[] = [];
  for (const line of readFileSync(new URL(path, import.meta.url), 'utf8')
    .split('\n')
    .slice(1)) {
    const [code = '', name = '', forms = '', towns = ''] = line.split('|');
    names.set(code, name);
    if (code === '' || code.endsWith('00')) continue;
    const cityCode = code.startsWith('50') ? '500100' : `${code.slice(0, 4)}00`;
    const former =
      forms
        .split(',')
        .find((form) => form.startsWith('v') && form.endsWith('县'))
        ?.slice(1) ?? '';
    const list = [...towns.matchAll(/([^^*~.]+)([\^*~])/g)].map(
      ([, stem = '', mark]) => stem + { '^': '街道', '*': '镇', '~': '乡' }[mark as '*'],
    );
    counties.push({
      province: names.get(`${code.slice(0, 2)}0000`) ?? '',
      city: names.get(cityCode) ?? name,
      county: name,
      former: name.endsWith('区') ? former : '',
      towns: list,
    });
  }
  return counties;
}

function hanNumber(value: number): string {
  const han = '〇一二三四五六七八九';
  return value < 10
    ? han[value]!
    : value === 10
      ? '十'
      : value < 20
        ? `十${han[value - 10]}`
        : `${han[Math.trunc(value / 10)]}十${han[value % 10]!.replace('〇', '')}`;
}

const firstWords =
  '康,安,仁,济,民,福,益,广,德,同,华,瑞,泰,永,博,爱,慈,和,健,宁,百,惠,恒,佳,新,金,明,光,远,春,禾,颐,润,庆,祥,隆,嘉,源,天,正,众,普,圣,海,东,南,鑫,长,万,顺'.split(
    ',',
  );
const secondWords =
  '康,安,仁堂,济堂,民,福,益,广,德,心,华,瑞,泰,生,爱,慈,和,健,宁,草堂,惠,恒,佳,世纪,明珠,光明,远,春堂,禾,颐,润,庆,祥,隆,嘉,源,天和,正和,众,普,圣,海,东方,鑫,寿,生堂,芝堂,杏林,家园,阳光'.split(
    ',',
  );
const chains = '万和堂,同春,百信,益康,国泰,仁安,惠民,宏济,康佰,天合,千禧,瑞草,普泽,德信,佳和'.split(',');
