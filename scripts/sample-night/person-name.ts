import type { SeededRandom } from './seeded-random.js';

const surnames = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤',
];
const given = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文海燕春梅林波辉鹏宇浩然子涵雨欣佳琪俊凯博轩梓萱思远天佑家豪晓东振宁德仁济民安康和顺',
];
/** Given names beyond the two-byte part of GB18030: old programs write them as four bytes or lose them. */
const rare = [...'㛃㙦𬭎𠅤𬱖𫟅𬳵'];

export function personName(random: SeededRandom): string {
  const last = random.chance(0.06) ? random.pick(rare) : random.pick(given);
  return random.pick(surnames) + (random.chance(0.6) ? random.pick(given) : '') + last;
}

export const rarePersonName = (random: SeededRandom): string => random.pick(surnames) + random.pick(rare);

export const surname = (random: SeededRandom): string => random.pick(surnames);
