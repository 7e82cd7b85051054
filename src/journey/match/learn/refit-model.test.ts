import { expect, test } from 'vitest';
import { createMatcher } from '../matcher.js';
import { buildIndex } from '../retrieve/index-segment.js';
import { CandidateScorer } from '../score/candidate-set.js';
import { readShippedModel } from '../score/load-model.js';
import type { Terminal } from '../terminal.js';
import { diffModels } from './diff-models.js';
import { type Lesson, refitModel } from './refit-model.js';

const cities = [
  ['湖南省', '长沙市', '长沙'],
  ['湖南省', '株洲市', '株洲'],
  ['湖南省', '湘潭市', '湘潭'],
  ['广东省', '珠海市', '珠海'],
  ['广东省', '佛山市', '佛山'],
  ['海南省', '海口市', '海口'],
  ['浙江省', '宁波市', '宁波'],
  ['浙江省', '温州市', '温州'],
  ['江苏省', '无锡市', '无锡'],
  ['江苏省', '徐州市', '徐州'],
] as const;
const cores = ['康泽', '青禾', '云溪', '博爱'];
const terminals: Terminal[] = cities.flatMap(([province, city, short], c) => [
  ...cores.map((core, i) => ({ id: `H${c}${i}`, name: `${short}${core}医院`, kind: '医院', province, city })),
  ...cores.map((core, i) => ({ id: `G${c}${i}`, name: `${short}${core}综合门诊部`, kind: '门诊部', province, city })),
]);
/** A steward of a distributor whose 「X康泽」 without a type always means the outpatient clinic, which the shipped weights do not expect. */
const lessons: Lesson[] = cities.flatMap(([province, city, short], c) =>
  cores.map((core, i) => ({ raw: { key: `${c}${i}`, name: `${short}${core}`, province, city }, terminalId: `G${c}${i}`, isRandom: false })),
);
const scorer = () => new CandidateScorer(buildIndex(terminals));
const shipped = readShippedModel();

test('a habit that forty decisions show is learned and predicts decisions that were left out', () => {
  const { model, metrics } = refitModel(scorer(), lessons, shipped, { version: 'here-1' });
  expect(metrics.unusable).toBe(0);
  expect(metrics.strength).not.toBeNull();
  expect(metrics.after.bits).toBeLessThan(metrics.before.bits);
  expect(metrics.after.right).toBeGreaterThan(metrics.before.right);
  expect(metrics.moved.length).toBeGreaterThan(0);
  const unseen = { key: 'x', name: '长沙康泽', province: '湖南省', city: '长沙市' };
  expect(createMatcher(terminals, { model }).match(unseen).candidates[0]!.terminalId).toBe('G00');
});

test('a handful of decisions moves no weight, and no threshold is ever lowered', () => {
  const { model, metrics } = refitModel(scorer(), lessons.slice(0, 10), shipped, { version: 'here-1' });
  expect(metrics.strength).toBeNull();
  expect(metrics.moved).toEqual([]);
  const all = refitModel(scorer(), lessons, shipped, { version: 'here-2' }).model;
  for (const one of [model, all])
    for (const [name, { autoFrom }] of Object.entries(one.strata))
      expect(autoFrom).toBeGreaterThanOrEqual(shipped.strata[name]?.autoFrom ?? 1.01);
});

test('links that an audit found right move no weight, however many', () => {
  const confirmed = lessons.map((one) => ({ ...one, isRandom: true, isConfirmation: true }));
  expect(refitModel(scorer(), confirmed, shipped, { version: 'a' }).metrics).toMatchObject({ strength: null, moved: [], unusable: 0 });
  const denied = lessons.map((one, i) => ({ ...one, terminalId: null, notTerminalId: `H${Math.floor(i / 4)}${i % 4}`, isRandom: true }));
  expect(refitModel(scorer(), denied, shipped, { version: 'a' }).metrics).toMatchObject({ strength: null, moved: [], unusable: 0 });
});

test('the same lessons in another order give the same model', () => {
  const one = refitModel(scorer(), lessons, shipped, { version: 'here-1' }).model;
  const two = refitModel(scorer(), lessons.toReversed(), shipped, { version: 'here-1' }).model;
  expect(Object.keys(two.dense)).toEqual(Object.keys(one.dense));
  for (const [name, value] of Object.entries(one.dense)) expect(Math.abs(value - two.dense[name]!)).toBeLessThanOrEqual(0.002);
});

test('links like those an audit found wrong are not made any more; wrong ones from the queue move no threshold', () => {
  const raw = (c: number, i: number) => ({
    key: `${c}${i}`,
    name: terminals.find(({ id }) => id === `H${c}${i}`)!.name,
    province: cities[c]![0],
    city: cities[c]![1],
  });
  const audited = (isRandom: boolean): Lesson[] =>
    cities.flatMap((_, c) =>
      cores.map((_core, i) => ({ raw: raw(c, i), terminalId: `${(c + i) % 3 === 0 ? 'G' : 'H'}${c}${i}`, isRandom })),
    );
  const kind = 'same name, place known';
  const links = (model = shipped) =>
    createMatcher(terminals, { model })
      .matchBatch(audited(true).map((one) => one.raw))
      .filter(({ decision }) => decision === 'auto').length;
  expect(links()).toBe(40);
  expect(links(refitModel(scorer(), audited(true), shipped, { version: 'a' }).model)).toBe(0);
  expect(refitModel(scorer(), audited(false), shipped, { version: 'a' }).model.strata[kind]!.autoFrom).toBe(shipped.strata[kind]!.autoFrom);
});

test('a diff names what would change and every link against a person, of either model', () => {
  const loose = {
    ...shipped,
    version: 'loose',
    strata: Object.fromEntries(Object.entries(shipped.strata).map(([name, one]) => [name, { ...one, autoFrom: 0 }])),
  };
  const never = {
    ...shipped,
    version: 'never',
    strata: Object.fromEntries(Object.entries(shipped.strata).map(([name, one]) => [name, { ...one, autoFrom: 1.01 }])),
  };
  const raw = (key: string, name: string) => ({ key, name, province: '湖南省', city: '长沙市' });
  const history = [
    { raw: raw('1', '长沙康泽医院'), person: null },
    { raw: raw('2', '长沙青禾医院'), person: 'G01' },
    { raw: raw('3', '长沙云溪医院'), person: 'H02' },
    { raw: raw('4', '长沙博爱医院'), person: 'none' as const },
  ];
  const diff = diffModels(terminals, history, never, loose);
  expect(diff.changes).toMatchObject([{ key: '1', from: { decision: 'suggest' }, to: { decision: 'auto', terminalId: 'H00' } }]);
  expect(diff.before).toEqual([]);
  expect(diff.after.map(({ key, person, terminalId }) => [key, person, terminalId])).toEqual([
    ['2', 'G01', 'H01'],
    ['4', 'none', 'H03'],
  ]);
});
