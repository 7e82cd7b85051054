import type { MatchAnswer, RawName, Terminal } from '../src/journey/match/terminal.js';

type Tier = 'STRONG' | 'MEDIUM' | 'WEAK';

/**
 * A pair that catches matchers out. `expects`: an id that must come first (and never another linked automatically), or what must
 * not happen: `nobody` = no automatic link at all, `hold`, `noise`.
 */
export interface Trap {
  readonly family: string;
  readonly tier: Tier;
  readonly raw: RawName;
  readonly expects: { readonly first: string } | 'nobody' | 'hold' | 'noise';
}

const placesUsed: readonly (readonly [province: string, city: string, counties: readonly (readonly [now: string, former: string])[]])[] = [
  [
    '四川省',
    '成都市',
    [
      ['郫都区', '郫县'],
      ['双流区', '双流县'],
      ['新津区', '新津县'],
    ],
  ],
  [
    '四川省',
    '眉山市',
    [
      ['彭山区', '彭山县'],
      ['仁寿县', ''],
    ],
  ],
  [
    '江西省',
    '上饶市',
    [
      ['广丰区', '广丰县'],
      ['广信区', '上饶县'],
      ['玉山县', ''],
    ],
  ],
  [
    '湖北省',
    '襄阳市',
    [
      ['襄州区', '襄阳县'],
      ['枣阳市', '枣阳县'],
    ],
  ],
  [
    '湖北省',
    '武汉市',
    [
      ['江夏区', '武昌县'],
      ['黄陂区', '黄陂县'],
      ['新洲区', '新洲县'],
    ],
  ],
  [
    '江苏省',
    '淮安市',
    [
      ['淮安区', '楚州区'],
      ['淮阴区', '淮阴县'],
      ['涟水县', ''],
    ],
  ],
  [
    '江苏省',
    '南京市',
    [
      ['鼓楼区', ''],
      ['浦口区', '江浦县'],
      ['高淳区', '高淳县'],
    ],
  ],
  [
    '江苏省',
    '徐州市',
    [
      ['鼓楼区', ''],
      ['铜山区', '铜山县'],
      ['沛县', ''],
    ],
  ],
  [
    '福建省',
    '福州市',
    [
      ['鼓楼区', ''],
      ['长乐区', '长乐市'],
      ['闽侯县', ''],
    ],
  ],
  [
    '河南省',
    '开封市',
    [
      ['鼓楼区', ''],
      ['祥符区', '开封县'],
      ['杞县', ''],
    ],
  ],
  [
    '北京市',
    '北京市',
    [
      ['朝阳区', ''],
      ['延庆区', '延庆县'],
      ['密云区', '密云县'],
    ],
  ],
  [
    '吉林省',
    '长春市',
    [
      ['朝阳区', ''],
      ['双阳区', '双阳县'],
      ['农安县', ''],
    ],
  ],
  [
    '辽宁省',
    '朝阳市',
    [
      ['双塔区', ''],
      ['建平县', ''],
      ['北票市', ''],
    ],
  ],
  [
    '黑龙江省',
    '七台河市',
    [
      ['新兴区', ''],
      ['勃利县', ''],
    ],
  ],
  [
    '广东省',
    '云浮市',
    [
      ['新兴县', ''],
      ['云安区', '云安县'],
    ],
  ],
  [
    '贵州省',
    '毕节市',
    [
      ['金沙县', ''],
      ['七星关区', ''],
    ],
  ],
  [
    '福建省',
    '三明市',
    [
      ['沙县区', '沙县'],
      ['大田县', ''],
    ],
  ],
  [
    '山东省',
    '东营市',
    [
      ['广饶县', ''],
      ['垦利区', '垦利县'],
    ],
  ],
  [
    '江苏省',
    '盐城市',
    [
      ['滨海县', ''],
      ['大丰区', '大丰市'],
      ['射阳县', ''],
    ],
  ],
  [
    '宁夏回族自治区',
    '吴忠市',
    [
      ['同心县', ''],
      ['利通区', ''],
    ],
  ],
  [
    '河北省',
    '保定市',
    [
      ['安国市', '安国县'],
      ['清苑区', '清苑县'],
    ],
  ],
  [
    '吉林省',
    '松原市',
    [
      ['前郭尔罗斯蒙古族自治县', '前郭县'],
      ['扶余市', '扶余县'],
    ],
  ],
  [
    '湖南省',
    '湘西土家族苗族自治州',
    [
      ['吉首市', ''],
      ['凤凰县', ''],
    ],
  ],
  [
    '陕西省',
    '西安市',
    [
      ['鄠邑区', '户县'],
      ['临潼区', '临潼县'],
      ['蓝田县', ''],
    ],
  ],
];
const han = ['一', '二', '三', '四', '五', '六'];

/** The master the traps are laid in and the traps, mostly by rule from the places above, the rest by hand. */
export function matchTraps(): { terminals: Terminal[]; traps: Trap[] } {
  const terminals: Terminal[] = [];
  const traps: Trap[] = [];
  const put = (name: string, where: Pick<Terminal, 'province' | 'city' | 'county'> = {}, more: Partial<Terminal> = {}): string => {
    const id = `X${String(terminals.length + 1).padStart(4, '0')}`;
    terminals.push({ id, name, ...where, ...more });
    return id;
  };
  const lay = (family: string, tier: Tier, name: string, expects: Trap['expects'], where: Partial<RawName> = {}) =>
    traps.push({ family, tier, expects, raw: { key: `${family}-${traps.length + 1}`, name, ...where } });

  for (const [province, city, counties] of placesUsed) {
    const at = { province, city };
    const first = put(`${city}第一人民医院`, at, { level: '三级甲等' });
    const third = put(`${city}第三人民医院`, at);
    const tcm = put(`${city}中医院`, at);
    const mother = put(`${city}妇幼保健院`, at);
    const east = put(`${city}第三人民医院东院区`, at);
    lay('ordinal missing from the master', 'STRONG', `${city}第二人民医院`, 'nobody', at);
    lay('ordinal missing from the master', 'STRONG', `${city}第5人民医院`, 'nobody', at);
    lay('ordinal in other numerals', 'STRONG', `${city}第1人民医院`, { first }, at);
    lay('ordinal in other numerals', 'STRONG', `${city}第３人民医院`, { first: third }, at);
    lay('ordinal shortened', 'MEDIUM', `${city}一院`, { first }, at);
    lay('speciality missing from the master', 'STRONG', `${city}口腔医院`, 'nobody', at);
    lay('speciality missing from the master', 'STRONG', `${city}中西医结合医院`, 'nobody', at);
    lay('speciality written longer', 'STRONG', `${city}中医医院`, { first: tcm }, at);
    lay('branch and main', 'STRONG', `${city}第三人民医院(东院区)`, { first: east }, at);
    lay('branch missing from the master', 'STRONG', `${city}第一人民医院西院区`, 'nobody', at);
    lay('branch missing from the master', 'STRONG', `${city}中医院南城分院`, 'nobody', at);
    lay('department of a hospital', 'MEDIUM', `${city}妇幼保健院西药房`, { first: mother }, at);
    lay('department is not linked blindly', 'STRONG', `${city}妇幼保健院西药房`, 'nobody', at);
    lay('letters and width', 'STRONG', `${city.replace(/东/g, '東')}婦幼保健院　`, { first: mother }, at);
    lay('bracket noise', 'STRONG', `${city}妇幼保健院（盖章）`, { first: mother }, at);
    lay('speciality shortened', 'STRONG', `${city}妇保院`, { first: mother }, at);
    lay('speciality shortened', 'MEDIUM', `${city}妇幼`, { first: mother }, at);
    lay('bare name in a wrong city', 'STRONG', `${city}第一人民医院`, 'nobody', { province: '海南省', city: '三沙市' });
    lay('pharmacy at the gate', 'STRONG', `${city}第一人民医院对面大药房`, 'nobody', at);
    lay('former name in brackets', 'MEDIUM', `${city}红星医院（原${city}中医院）`, { first: tcm }, at);
    const school = city.replace(/[市州]$/, '医学院');
    const second = put(`${school}第二附属医院`, at, { level: '三级甲等' });
    lay('附属 before or behind the number', 'STRONG', `${school}附属第二医院`, { first: second }, at);
    lay('附属 shortened', 'MEDIUM', `${school}二附院`, { first: second }, at);
    lay('other hospital of the same school', 'STRONG', `${school}第一附属医院`, 'nobody', at);
    lay('other hospital of the same school', 'STRONG', `${school}附属医院`, 'nobody', at);
    const mental = put(`${city}精神病医院`, at);
    lay('speciality in other words', 'WEAK', `${city}精神卫生中心`, { first: mental }, at);
    const rail = put(`${city}铁路中心医院`, at);
    lay('who runs it said longer', 'MEDIUM', `${city}铁路局中心医院`, { first: rail }, at);
    lay('two names written together', 'MEDIUM', `${city}第一人民医院${city}红十字会医院`, { first }, at);
    lay('two names written together', 'STRONG', `${city}皮肤病防治所${city}麻风病防治站`, 'nobody', at);
    for (const [county, former] of counties) {
      const inside = { ...at, county };
      const people = put(`${county}人民医院`, inside, { level: '二级甲等' });
      const health = put(`${county}妇幼保健院`, inside);
      lay('city in front', 'STRONG', `${city}${county}人民医院`, { first: people }, at);
      lay('county without a hospital of that kind', 'STRONG', `${county}中医院`, 'nobody', at);
      lay('city is not county', 'STRONG', `${city}人民医院`, 'nobody', at);
      if (former !== '') {
        lay('former name of the county', 'STRONG', `${former}人民医院`, { first: people }, at);
        lay('former name of the county', 'MEDIUM', `${province}${former}妇幼保健院`, { first: health });
      }
      if (county.length > 2 && county.slice(0, 2) !== city.slice(0, 2))
        lay('no suffix', 'MEDIUM', `${county.replace(/[县市区]$/, '')}妇幼保健院`, { first: health }, at);
      lay('ordinal only in the name', 'STRONG', `${county}第四人民医院`, 'nobody', at);
    }
  }

  const idOf = (name: string, city: string) => terminals.find((one) => one.name === name && one.city === city)!.id;
  lay('place within a place name', 'STRONG', '七台河市新兴区人民医院', { first: idOf('新兴区人民医院', '七台河市') });
  lay('place within a place name', 'STRONG', '云浮市新兴县人民医院', { first: idOf('新兴县人民医院', '云浮市') });
  lay('place within a place name', 'STRONG', '上海安国医院', 'nobody');
  lay('place within a place name', 'STRONG', '玉山县同心医院', 'nobody');
  lay('place within a place name', 'STRONG', '广饶滨海医院', 'nobody');
  lay('place within a place name', 'STRONG', '金沙县人民医院', { first: idOf('金沙县人民医院', '毕节市') });
  lay('place within a place name', 'STRONG', '沙县人民医院', { first: idOf('沙县区人民医院', '三明市') });
  lay('place within a place name', 'STRONG', '上饶县人民医院', { first: idOf('广信区人民医院', '上饶市') });
  for (const city of ['南京市', '徐州市', '福州市', '开封市']) {
    lay('one county name, several cities', 'STRONG', `${city}鼓楼区人民医院`, { first: idOf('鼓楼区人民医院', city) });
    lay('one county name, several cities', 'STRONG', '鼓楼区人民医院', { first: idOf('鼓楼区人民医院', city) }, { city });
  }
  lay('one county name, several cities', 'STRONG', '鼓楼区人民医院', 'nobody');
  lay('one county name, several cities', 'STRONG', '北京市朝阳区妇幼保健院', { first: idOf('朝阳区妇幼保健院', '北京市') });
  lay('one county name, several cities', 'STRONG', '长春市朝阳区妇幼保健院', { first: idOf('朝阳区妇幼保健院', '长春市') });
  lay('one county name, several cities', 'STRONG', '朝阳区妇幼保健院', 'nobody');
  lay('peoples left out', 'STRONG', '前郭县人民医院', { first: idOf('前郭尔罗斯蒙古族自治县人民医院', '松原市') });
  lay('peoples left out', 'MEDIUM', '湘西州中医院', { first: idOf('湘西土家族苗族自治州中医院', '湘西土家族苗族自治州') });
  const merged: [city: string, now: string, gone: string, province: string][] = [
    ['北京市', '西城区', '宣武区', '北京市'],
    ['北京市', '东城区', '崇文区', '北京市'],
    ['上海市', '静安区', '闸北区', '上海市'],
    ['石嘴山市', '平罗县', '陶乐县', '宁夏回族自治区'],
    ['苏州市', '姑苏区', '平江区', '江苏省'],
    ['广州市', '荔湾区', '芳村区', '广东省'],
  ];
  for (const [city, now, gone, province] of merged) {
    const there = put(`${now}妇幼保健院`, { province, city, county: now });
    lay('county merged into a neighbour', 'STRONG', `${gone}妇幼保健院`, 'nobody', { province, city });
    lay('county merged into a neighbour', 'STRONG', `${city}${gone}妇幼保健院`, 'nobody');
    lay('county merged into a neighbour', 'STRONG', `${city}${now}妇幼保健院`, { first: there }, { province, city });
  }
  const town = put('北京市通州区宋庄镇宋庄社区卫生服务中心', { province: '北京市', city: '北京市', county: '通州区' });
  lay('town said twice', 'MEDIUM', '北京市通州区宋庄镇社区卫生服务中心', { first: town }, { city: '北京市' });
  lay('former city name', 'MEDIUM', '襄樊市中医院', { first: idOf('襄阳市中医院', '襄阳市') });

  const bj = { province: '北京市', city: '北京市' };
  const sh = { province: '上海市', city: '上海市' };
  const wh = { province: '湖北省', city: '武汉市' };
  const hand: [string, object, ...[string, Tier, string, 'here' | 'nobody', object?][]][] = [
    ['中国人民解放军总医院', bj, ['army', 'STRONG', '解放军总医院', 'here', bj]],
    [
      '中国人民解放军第三〇五医院',
      bj,
      ['number written as digits', 'STRONG', '解放军305医院', 'here', bj],
      ['other number', 'STRONG', '解放军304医院', 'nobody', bj],
      ['other number', 'STRONG', '中国人民解放军第三〇九医院', 'nobody', bj],
    ],
    [
      '北京大学第一医院',
      bj,
      ['affiliation', 'STRONG', '北京大学第三医院', 'nobody', bj],
      ['affiliation', 'STRONG', '北京市第一医院', 'nobody', bj],
    ],
    ['首都医科大学附属北京友谊医院', bj, ['affiliation left out', 'MEDIUM', '北京友谊医院', 'here', bj]],
    [
      '复旦大学附属华山医院',
      sh,
      ['affiliation left out', 'MEDIUM', '上海华山医院', 'here', sh],
      ['branch and main', 'STRONG', '复旦大学附属华山医院北院', 'nobody', sh],
    ],
    ['上海交通大学医学院附属仁济医院(东院)', sh, ['branch and main', 'STRONG', '上海交通大学医学院附属仁济医院西院', 'nobody', sh]],
    [
      '华中科技大学同济医学院附属协和医院',
      wh,
      ['affiliation left out', 'MEDIUM', '武汉协和医院', 'here', wh],
      ['affiliation differs', 'STRONG', '华中科技大学同济医学院附属同济医院', 'nobody', wh],
    ],
    ['武汉市汉口医院', wh, ['one letter', 'STRONG', '武汉市汉阳医院', 'nobody', wh]],
    [
      '万和堂大药房连锁有限公司光谷店',
      wh,
      ['shop of a chain', 'STRONG', '万和堂大药房连锁有限公司汉正街店', 'nobody', wh],
      ['legal form', 'STRONG', '万和堂大药房连锁有限责任公司光谷店', 'here', wh],
      ['headquarters of a chain', 'STRONG', '万和堂大药房连锁有限公司', 'nobody', wh],
    ],
    [
      '武汉康泽医药有限公司',
      wh,
      ['legal form', 'STRONG', '武汉康泽医药有限责任公司', 'here', wh],
      ['place in brackets', 'STRONG', '康泽(武汉)医药有限公司', 'nobody', bj],
    ],
    [
      '上海康泽诊所',
      sh,
      ['institution class', 'STRONG', '上海康泽医院', 'nobody', sh],
      ['institution class', 'STRONG', '上海康泽药房', 'nobody', sh],
    ],
    ['北京市朝阳区仁和村卫生室', bj, ['institution class', 'STRONG', '北京市朝阳区仁和医院', 'nobody', bj]],
    [
      '上海市东方医院',
      sh,
      ['other city', 'STRONG', '武汉市东方医院', 'nobody', wh],
      ['street is not a place', 'STRONG', '上海山西路东方诊所', 'nobody', sh],
    ],
    ['中日友好医院', bj, ['letters and width', 'STRONG', '中 日 友 好 醫 院', 'here', bj]],
    [
      '内邱康复医院',
      { province: '河北省', city: '邢台市' },
      ['same sound, same shape', 'WEAK', '内丘康复医院', 'here', { city: '邢台市' }],
    ],
    [
      '株洲四三〇医院',
      { province: '湖南省', city: '株洲市' },
      ['number written as digits', 'STRONG', '株洲430医院', 'here', { city: '株洲市' }],
      ['number written as digits', 'MEDIUM', '株洲四三O医院', 'here', { city: '株洲市' }],
      ['other number', 'STRONG', '株洲431医院', 'nobody', { city: '株洲市' }],
    ],
    [
      '深圳市康宁医院',
      { province: '广东省', city: '深圳市' },
      ['names that mean alike', 'STRONG', '深圳市安康医院', 'nobody', { city: '深圳市' }],
    ],
    [
      '三门峡市陕州区人民医院',
      { province: '河南省', city: '三门峡市', county: '湖滨区' },
      ['county of the name, not of the site', 'STRONG', '湖滨区人民医院', 'nobody', { city: '三门峡市' }],
    ],
    [
      '贵阳市观山湖区人民医院',
      { province: '贵州省', city: '贵阳市', county: '观山湖区' },
      ['place within a place name', 'STRONG', '山湖区人民医院', 'nobody', { city: '昆明市', province: '云南省' }],
    ],
  ];
  for (const [name, where, ...list] of hand) {
    const id = put(name, where);
    for (const [family, tier, raw, expects, hint] of list) lay(family, tier, raw, expects === 'here' ? { first: id } : 'nobody', hint);
  }
  for (const bare of ['人民医院', '中医院', '妇幼保健院', '第一人民医院', '卫生院', '县医院'])
    lay('nothing but a kind', 'STRONG', bare, 'hold');
  for (const nobody of ['个人', '零散客户', '散户', '现金客户', '门诊', '个人客户1', '患者', '合计', '其他', '12345'])
    lay('nobody in particular', 'STRONG', nobody, 'noise');
  for (const [i, sign] of han.entries())
    lay(
      'ordinal in other numerals',
      'STRONG',
      `武汉市第${sign}人民医院`,
      i === 0 ? { first: idOf('武汉市第一人民医院', '武汉市') } : i === 2 ? { first: idOf('武汉市第三人民医院', '武汉市') } : 'nobody',
    );
  return { terminals, traps };
}

/** Whether the matcher does not fall into it. */
export function trapHolds({ expects }: Trap, { decision, candidates, terminalId }: MatchAnswer): boolean {
  if (expects === 'nobody') return decision !== 'auto';
  if (expects === 'hold') return decision === 'hold';
  if (expects === 'noise') return decision === 'noise';
  if (decision === 'auto' && terminalId !== expects.first) return false;
  return candidates[0]?.terminalId === expects.first;
}
