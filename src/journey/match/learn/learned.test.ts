import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMatcher } from '../matcher.js';
import type { Terminal } from '../terminal.js';
import { learnFrom, nothingLearned, spellingsIn } from './learned.js';
import { rewriteName } from './rewrite-name.js';
import type { TaughtLink } from './taught-link.js';

const terminal = (id: string, name: string, city = '长沙市', province = '湖南省'): Terminal => ({ id, name, city, province });
const taught = (name: string, to: Terminal, more: Partial<TaughtLink> = {}): TaughtLink => ({
  raw: { key: '', name, province: to.province!, city: to.city! },
  terminal: to,
  isForEverybody: false,
  ...more,
});
const first = terminal('T1', '青禾大学附属第一医院');
const second = terminal('T2', '云溪医学院附属第二医院', '南宁市', '广西壮族自治区');
const links = [taught('青禾大学附一医院', first), taught('云溪医学院附二医院', second)];

test('two terminals written short in one way teach that way, with any number', () => {
  const { rewrites } = learnFrom(links);
  expect(rewrites).toMatchObject([{ from: '附#', to: '附属第#', kind: 'abbreviation', terminals: 2, against: 0 }]);
  expect(rewriteName('海口大学附3医院', rewrites)[0]?.text).toBe('海口大学附属第3医院');
  expect(rewriteName('海口大学附属第3医院', rewrites)).toEqual([]);
});

test('one terminal alone teaches no rule, and links against a rule take it away', () => {
  expect(learnFrom([links[0]!, { ...links[0]!, raw: { key: '', name: '青禾大附一院' } }]).rewrites).toEqual([]);
  const against = ['某县附1诊所', '某镇附2诊所'].map((name, i) => taught(name, terminal(`T9${i}`, name)));
  expect(learnFrom([...links, ...against]).rewrites).toEqual([]);
});

test('no rule adds or changes a number, a place, a branch', () => {
  const wrong = [
    taught('长沙市人民医院', terminal('T3', '长沙市第三人民医院')),
    taught('南宁市人民医院', terminal('T4', '南宁市第三人民医院', '南宁市', '广西壮族自治区')),
    taught('协和医院', terminal('T5', '协和医院东院区')),
    taught('康宁医院', terminal('T6', '康宁医院东院区')),
    taught('中心医院', terminal('T7', '长沙中心医院')),
    taught('中心医院', terminal('T8', '南宁中心医院', '南宁市', '广西壮族自治区')),
  ];
  expect(learnFrom(wrong).rewrites).toEqual([]);
});

test('a telling name becomes a spelling of its terminal; one that says too little does so only when it was meant for everybody', () => {
  const telling = taught('老青禾协济医院', first);
  expect(learnFrom([telling]).spellings).toEqual([{ terminalId: 'T1', name: '老青禾协济医院' }]);
  const vague = { ...taught('中心医院', first), raw: { key: '', name: '中心医院' } };
  expect(learnFrom([vague]).spellings).toEqual([]);
  expect(learnFrom([{ ...vague, isForEverybody: true }]).spellings).toEqual([{ terminalId: 'T1', name: '中心医院' }]);
  const elsewhere = { ...telling, raw: { ...telling.raw, province: '海南省', city: '海口市' } };
  expect(learnFrom([elsewhere]).spellings).toEqual([]);
  const twice = [telling, taught('老青禾协济医院', terminal('T3', '另一医院'))];
  expect(learnFrom(twice).spellings).toEqual([]);
});

test('what is learned does not depend on order, and taking a link back gives what was known before', () => {
  const all = [...links, taught('老青禾协济医院', first), taught('云溪附二院', second)];
  const whole = learnFrom(all);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      expect(learnFrom(shuffled)).toEqual(whole);
    }),
    { seed: 7, numRuns: 40 },
  );
  expect(learnFrom(all.slice(0, -1))).not.toEqual(whole);
  expect(learnFrom([])).toEqual(nothingLearned);
});

test('a matcher that learned finds at its next batch what it could only guess before', () => {
  const master = [
    first,
    second,
    terminal('T3', '琼海大学附属第三医院', '海口市', '海南省'),
    terminal('T4', '琼海大学附属医院', '海口市', '海南省'),
  ];
  const name = { key: 'a', name: '琼海大学附三医院', province: '海南省', city: '海口市' };
  const before = createMatcher(master).match(name);
  const learned = learnFrom(links);
  const after = createMatcher(master.map(spellingsIn(learned)), { learned }).match(name);
  expect(after.candidates[0]!.terminalId).toBe('T3');
  expect(after.candidates[0]!.probability).toBeGreaterThanOrEqual(before.candidates[0]!.probability);
  expect(after.versions.learned).toBe(learned.version);
  expect(createMatcher(master, { learned: learnFrom([]) }).match(name)).toEqual(before);
});

test('a demoted kind of link is suggested, not made', () => {
  const name = { key: 'a', name: '青禾大学附属第一医院', province: '湖南省', city: '长沙市' };
  const made = createMatcher([first, second]).match(name);
  expect(made.decision).toBe('auto');
  const { decision, whyNotAuto } = createMatcher([first, second], { learned: learnFrom([], [made.stratum]) }).match(name);
  expect([decision, whyNotAuto.some((why) => why.includes(made.stratum))]).toEqual(['suggest', true]);
});
