import { expect, test } from 'vitest';
import { type Alias, type Candidate, type ExactLookup, matchExact, type RawNameToMatch } from './match-exact.js';

const name = (over: Partial<RawNameToMatch> = {}): RawNameToMatch => ({
  id: '1',
  distributorId: 7,
  code: 'K1',
  key: '青禾市人民医院',
  region: '',
  province: '湖南省',
  ...over,
});
const candidate = (over: Partial<Candidate> = {}): Candidate => ({
  terminalId: '10',
  code: 'T10',
  name: '青禾市人民医院',
  province: '湖南',
  isFormerName: false,
  ...over,
});
const lookup = (candidates: Candidate[], aliases: Alias[] = []): ExactLookup => ({
  aliases: () => aliases,
  candidatesByCode: () => [],
  candidates: () => candidates,
});
const decide = (raw: RawNameToMatch, known: ExactLookup) => {
  const [decision] = matchExact([raw], known);
  return { verdict: decision?.verdict, terminalId: decision?.terminalId, rule: decision?.rule };
};

test('the only terminal of that name in the distributor’s province is linked, also by a former name', () => {
  const elsewhere = candidate({ terminalId: '11', province: '湖北省' });
  expect(decide(name(), lookup([elsewhere, candidate({ isFormerName: true })]))).toEqual({
    verdict: 'auto',
    terminalId: '10',
    rule: 'exact-name',
  });
});

test('two terminals of that name in the province wait for a person, with both as candidates', () => {
  const [decision] = matchExact([name()], lookup([candidate(), candidate({ terminalId: '11' })]));
  expect(decision).toMatchObject({ verdict: 'review', terminalId: null, rule: 'ambiguous', candidateCount: 2 });
});

test('present and former name of one terminal are one terminal', () => {
  expect(decide(name(), lookup([candidate(), candidate({ isFormerName: true })])).verdict).toBe('auto');
});

test('a terminal of that name in another province waits for a person', () => {
  expect(decide(name(), lookup([candidate({ province: '湖北省' })])).rule).toBe('elsewhere');
});

test('a province stated by the file goes before the distributor’s', () => {
  expect(decide(name({ region: '湖北省/武汉市/' }), lookup([candidate({ province: '湖北' })])).verdict).toBe('auto');
});

test('without any province nothing is linked', () => {
  expect(decide(name({ province: '' }), lookup([candidate()])).verdict).toBe('review');
});

test('what a person linked for this distributor goes before the name', () => {
  const alias: Alias = { decisionId: '5', terminalId: '99', code: 'K9' };
  expect(decide(name(), lookup([candidate()], [alias]))).toEqual({ verdict: 'auto', terminalId: '99', rule: 'alias' });
});

test('where people linked one name to two terminals, the sender’s code decides, else a person', () => {
  const aliases: Alias[] = [
    { decisionId: '5', terminalId: '99', code: 'K1' },
    { decisionId: '6', terminalId: '98', code: 'K2' },
  ];
  expect(decide(name(), lookup([candidate()], aliases))).toEqual({ verdict: 'auto', terminalId: '99', rule: 'alias-code' });
  expect(decide(name({ code: '' }), lookup([candidate()], aliases)).verdict).toBe('review');
});

test('an empty key is never looked up', () => {
  expect(decide(name({ key: '' }), lookup([candidate()]))).toEqual({ verdict: 'review', terminalId: null, rule: 'no-name' });
});
