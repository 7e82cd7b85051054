import type { SeededRandom } from './seeded-random.js';
import { coreOf, type SampleTerminal } from './terminals.js';

/** The name of a terminal as one sender's clerk may have typed it; most clerks copied it from the licence. */
export function spellCustomer(terminal: SampleTerminal, random: SeededRandom): string {
  if (random.chance(0.62)) return terminal.name;
  const ways = habits.filter(({ fits }) => fits(terminal));
  return random.pick(ways).write(terminal, random);
}

interface Habit {
  fits(terminal: SampleTerminal): boolean;
  write(terminal: SampleTerminal, random: SeededRandom): string;
}

const always = (): boolean => true;
const contains =
  (text: string | RegExp) =>
  (terminal: SampleTerminal): boolean =>
    terminal.name.search(text) >= 0;

const habits: readonly Habit[] = [
  { fits: contains('（'), write: ({ name }) => name.replace('（', '(').replace('）', ')') },
  { fits: contains('（'), write: ({ name }) => name.replace(/（.*）/, '') },
  { fits: ({ name, county }) => name.startsWith(county), write: ({ name, county }) => name.slice(county.length) },
  { fits: ({ name, city }) => name.startsWith(city), write: ({ name, city }) => coreOf(city) + name.slice(city.length) },
  { fits: ({ name, city }) => !name.startsWith(city), write: ({ name, city }) => city + name },
  { fits: always, write: ({ name, province }) => province + name },
  { fits: contains('第一人民医院'), write: ({ city }) => `${coreOf(city)}市一院` },
  { fits: contains(/第[一二三]人民医院/), write: ({ name }) => name.replace(/第([一二三])人民医院/, '$1医院') },
  { fits: contains('第二人民医院'), write: ({ name }) => name.replace('第二人民医院', '二院') },
  { fits: contains('人民医院'), write: ({ name }) => name.replace('人民医院', '医院') },
  { fits: contains('中医医院'), write: ({ name }) => name.replace('中医医院', '中医院') },
  { fits: contains('妇幼保健'), write: ({ name }) => name.replace(/妇幼保健.*$/, '妇保院') },
  { fits: contains('社区卫生服务中心'), write: ({ name }) => name.replace(/街道社区卫生服务中心/, '社区服务中心') },
  { fits: contains('中心卫生院'), write: ({ name }) => name.replace('中心卫生院', '卫生院') },
  { fits: contains('大药房连锁有限公司'), write: ({ name }) => name.replace('大药房连锁有限公司', '大药房') },
  { fits: contains(/连锁有限公司.*[^分]店$/), write: ({ name }) => name.replace('连锁有限公司', '').replace(/店$/, '分店') },
  {
    fits: contains('医院'),
    write: ({ name }, random) => name + random.pick(['（西药房）', '门诊部', '(中药房)', '-住院药房', '门诊药房']),
  },
  { fits: always, write: ({ name }, random) => name + random.pick(['（新）', ' ', '*', '（个体）', '(停用)', '（月结）']) },
  { fits: ({ name, county }) => name.includes(county), write: ({ name, county }) => name.replace(county, `${county} `) },
];
