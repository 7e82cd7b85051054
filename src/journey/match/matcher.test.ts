import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMatcher } from './matcher.js';
import type { RawName, Terminal } from './terminal.js';

const wuhan = { province: '湖北省', city: '武汉市' };
const terminals: Terminal[] = [
  { id: 'A', name: '武汉市第一医院', ...wuhan, level: '三级甲等' },
  { id: 'B', name: '武汉市第三医院', ...wuhan },
  { id: 'C', name: '武汉市江夏区中医医院', ...wuhan, county: '江夏区' },
  { id: 'D', name: '武汉市江夏区妇幼保健院', ...wuhan, county: '江夏区' },
  { id: 'E', name: '黄陂区人民医院', ...wuhan, county: '黄陂区' },
  { id: 'F', name: '上海市黄浦区中医医院', province: '上海市', city: '上海市', county: '黄浦区' },
  { id: 'G', name: '康泽大药房汉正街店', ...wuhan, county: '硚口区', address: '汉正街12号' },
];
const names: RawName[] = [
  '武汉市第1医院',
  '武汉市第二医院',
  '江夏区中医院',
  '武昌县妇幼保健院',
  '黄陂县人民医院',
  '黄浦区中医院',
  '康泽大药房',
  '个人',
  '人民医院',
].map((name, i) => ({ key: String(i), name, ...(i < 5 ? { city: '武汉市' } : {}) }));
const plain = (matcher = createMatcher(terminals)) =>
  matcher.matchBatch(names).map(({ decision, terminalId, probability }) => ({ decision, terminalId, probability }));

test('known spellings are linked, other ordinals and bare names are not', () => {
  expect(plain().map(({ decision, terminalId }) => (decision === 'auto' ? terminalId : decision))).toEqual([
    'A',
    expect.not.stringMatching(/^[A-G]$/),
    'C',
    'D',
    'E',
    'F',
    expect.not.stringMatching(/^[A-G]$/),
    'noise',
    'hold',
  ]);
});

test('neither the order of the master nor of the batch changes an answer', () => {
  const expected = plain();
  fc.assert(
    fc.property(
      fc.shuffledSubarray(terminals, { minLength: 7 }),
      fc.shuffledSubarray(
        names.map((_, i) => i),
        { minLength: 9 },
      ),
      (shuffled, order) => {
        const answers = createMatcher(shuffled).matchBatch(order.map((i) => names[i]!));
        expect(answers.map(({ decision, terminalId, probability }) => ({ decision, terminalId, probability }))).toEqual(
          order.map((i) => expected[i]),
        );
      },
    ),
    { numRuns: 20 },
  );
});

test('asking one by one or with reasons gives the same decisions as asking for a batch', () => {
  const matcher = createMatcher(terminals);
  const single = names
    .map((name) => matcher.match(name))
    .map(({ decision, terminalId, probability }) => ({ decision, terminalId, probability }));
  expect(single).toEqual(plain());
});

test('a person’s word holds in its scope, the narrowest first, and can be taken back without a trace', () => {
  const matcher = createMatcher(terminals);
  const before = matcher.stateHash;
  const asked = { key: '1', name: '老街药铺', distributor: 'D1', code: '77' };
  matcher.mustLink('老街药铺', 'G');
  matcher.mustLink('老街药铺', 'A', { distributor: 'D1', code: '77' });
  expect(matcher.match(asked)).toMatchObject({ decision: 'auto', terminalId: 'A', stratum: 'decided by a person' });
  expect(matcher.match({ ...asked, distributor: 'D2' })).toMatchObject({ decision: 'auto', terminalId: 'G' });
  matcher.unlink('老街药铺', 'G');
  matcher.unlink('老街药铺', 'A', { distributor: 'D1', code: '77' });
  expect(matcher.stateHash).toBe(before);
  expect(plain(matcher)).toEqual(plain());
});

test('what a person ruled out is not proposed again', () => {
  const matcher = createMatcher(terminals);
  matcher.cannotLink('武汉市第1医院', 'A');
  const answer = matcher.match(names[0]!);
  expect(answer.terminalId).not.toBe('A');
  expect(matcher.whyNot(names[0]!, 'A').reasons[0]).toMatch(/a person said/);
});

test('a terminal added later is found like one that was there from the start', () => {
  const late = createMatcher(terminals.slice(1));
  late.putTerminals(terminals.slice(0, 1));
  expect(late.match(names[0]!).terminalId).toBe('A');
  late.putTerminals([{ ...terminals[0]!, name: '武汉市中西医结合医院', formerNames: ['武汉市第一医院'] }]);
  expect(late.match(names[0]!).candidates[0]).toMatchObject({ terminalId: 'A', terminalName: '武汉市中西医结合医院' });
  late.removeTerminal('A');
  expect(late.match(names[0]!).terminalId).not.toBe('A');
});

test('one customer code never means two terminals by machine alone', () => {
  const matcher = createMatcher(terminals);
  const [one, other] = matcher.matchBatch([
    { ...names[0]!, distributor: 'D', code: '1' },
    { ...names[2]!, distributor: 'D', code: '1' },
  ]);
  expect(one).toMatchObject({ decision: 'suggest', whyNotAuto: ['one customer code would mean two terminals'] });
  expect(other!.decision).toBe('suggest');
});

test('the evidence adds up, and every aligned character points into the raw name', () => {
  const raw = { key: '', name: '武漢市 第一 醫院', city: '武汉市' };
  const [best] = createMatcher(terminals).match(raw, { candidates: 10 }).candidates;
  expect(best!.evidence.length).toBeGreaterThan(5);
  expect(best!.alignment.map(({ rawAt }) => raw.name[rawAt]).join('')).toBe('武漢市第一醫院');
  expect(best!.alignment.every(({ terminalAt }, i) => terminalAt === i)).toBe(true);
});

test('why-not names the conflict, the place searched, or that the terminal is gone', () => {
  const matcher = createMatcher(terminals);
  expect(matcher.whyNot(names[1]!, 'B').conflicts).toContain('ordinal');
  expect(matcher.whyNot(names[2]!, 'F').reasons[0]).toMatch(/searched in 武汉市/);
  expect(matcher.whyNot(names[2]!, 'Z')).toMatchObject({ found: false, reasons: [expect.stringMatching(/not in the master/)] });
});

test('only names of its place that share telling letters are touched by a new terminal', () => {
  const matcher = createMatcher(terminals);
  const shop = { id: 'N', name: '康泽大药房光谷店', ...wuhan };
  expect(matcher.mayTouch(shop, { key: '', name: '康泽大药房', city: '武汉市' })).toBe(true);
  expect(matcher.mayTouch(shop, { key: '', name: '仁济堂药店', city: '武汉市' })).toBe(false);
  expect(matcher.mayTouch(shop, { key: '', name: '康泽大药房', city: '上海市' })).toBe(false);
});
