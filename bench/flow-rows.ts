import { seededRandom } from '../scripts/sample-night/seeded-random.js';

/** Header of the benchmark's sales files: 18 columns as a distributor's ERP exports them. */
export const titles = [
  '销售日期',
  '销售单号',
  '行号',
  '客户编码',
  '客户名称',
  '客户地址',
  '商品编码',
  '商品名称',
  '规格',
  '生产厂家',
  '批号',
  '有效期至',
  '单位',
  '数量',
  '单价',
  '金额',
  '业务员',
  '备注',
] as const;

/** Rows of one file: the same for the same seed. A sender's files name the same 400 customers. About one in 2,000 has a fault (an unreadable date or quantity). */
export function* flowRows(seed: number, count: number, days: readonly string[], sender = seed): Generator<string[]> {
  const customers = customersOf(sender);
  const random = seededRandom(seed).next;
  const pick = (limit: number) => Math.floor(random() * limit);
  for (let row = 0; row < count; row++) {
    const customer = customers[pick(customers.length)]!;
    const product = pick(40);
    const quantity = pick(200) + 1;
    const cents = 500 + product * 137;
    const day = days[Math.floor((row * days.length) / count)]!;
    const bad = pick(2000) === 0;
    yield [
      bad && row % 2 === 0 ? '见附件' : day,
      `XS${day.replaceAll('-', '')}${String(row).padStart(6, '0')}`,
      String((row % 9) + 1),
      customer.code,
      customer.name,
      customer.address,
      `P${String(product).padStart(4, '0')}`,
      `汇流${products[product % products.length]!}${forms[product % forms.length]!}`,
      `0.${(product % 9) + 1}g*${12 + (product % 4) * 12}${product % 2 ? '片' : '粒'}`,
      '汇流药业股份有限公司',
      `2${String(pick(99_999)).padStart(5, '0')}`,
      `202${8 + (product % 2)}-0${(product % 9) + 1}`,
      '盒',
      bad && row % 2 === 1 ? '若干' : String(quantity),
      (cents / 100).toFixed(2),
      ((cents * quantity) / 100).toFixed(2),
      salesmen[pick(salesmen.length)]!,
      pick(20) === 0 ? '加急' : '',
    ];
  }
}

function customersOf(sender: number): { code: string; name: string; address: string }[] {
  const random = seededRandom(sender).next;
  const pick = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: 400 }, (_, index) => {
    const city = cities[(sender + index) % cities.length]!;
    const name = `${city}${counties[pick(counties.length)]!}${kinds[index % kinds.length]!}`;
    return {
      code: `C${String(sender).padStart(3, '0')}${String(index).padStart(5, '0')}`,
      name: `${name}${index > 150 ? `第${index}分店` : ''}`,
      address: `${city}解放路${pick(900) + 1}号`,
    };
  });
}

/** `count` days from `first` on. */
export function daysFrom(first: string, count: number): string[] {
  const start = Date.parse(`${first}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => new Date(start + index * 86_400_000).toISOString().slice(0, 10));
}

const cities = ['长沙市', '武汉市', '成都市', '广州市', '郑州市', '济南市', '南京市', '杭州市', '合肥市', '南昌市', '昆明市', '西安市'];
const counties = ['岳麓区', '青山区', '锦江区', '白云区', '金水区', '历下区', '鼓楼区', '西湖区', '蜀山区', '东湖区', '盘龙区', '雁塔区'];
const kinds = ['人民医院', '中医院', '妇幼保健院', '第一人民医院', '大药房连锁有限公司', '卫生院', '社区卫生服务中心', '诊所'];
const products = ['安平', '康宁', '清源', '舒和', '益心', '润肺', '通络', '健脾'];
const forms = ['片', '胶囊', '颗粒', '口服液', '注射液'];
const salesmen = ['王一鸣', '李思远', '张文博', '刘子涵', '陈嘉懿'];
