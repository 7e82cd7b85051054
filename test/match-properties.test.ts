import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchTraps } from '../bench/match-traps.js';
import { createMatcher, type Matcher } from '../src/journey/match/matcher.js';
import type { RawName } from '../src/journey/match/terminal.js';

const { terminals, traps } = matchTraps();
const names = traps.map(({ raw }) => raw);
const matcher = createMatcher(terminals);
const told = (list: readonly RawName[], by: Matcher = matcher) =>
  by
    .matchBatch(list)
    .map(({ key, decision, terminalId, probability, candidates }) => [
      key,
      decision,
      terminalId,
      probability,
      candidates.map((one) => one.terminalId).join(),
    ]);
const expected = new Map(told(names).map((one) => [one[0], one]));
const some = fc.shuffledSubarray(names, { minLength: 1, maxLength: 60 });

test('the answer to a name does not depend on the batch it comes in, nor on its place there', () => {
  fc.assert(
    fc.property(some, (list) => {
      expect(told(list)).toEqual(list.map(({ key }) => expected.get(key)));
    }),
    { numRuns: 25 },
  );
});

test('two batches asked as one give the answers of both', () => {
  fc.assert(
    fc.property(some, some, (left, right) => {
      expect(told([...left, ...right])).toEqual([...told(left), ...told(right)]);
    }),
    { numRuns: 15 },
  );
});

test('the order of the master does not change an answer', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(terminals, { minLength: terminals.length }), some, (shuffled, list) => {
      expect(told(list, createMatcher(shuffled))).toEqual(list.map(({ key }) => expected.get(key)));
    }),
    { numRuns: 5 },
  );
});

test('width, spaces, brackets and capitals do not change an answer', () => {
  const wide = (text: string) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
  const narrow = (text: string) => text.replace(/[！-～]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  const ways: readonly ((text: string) => string)[] = [
    wide,
    narrow,
    (text) => text.toUpperCase(),
    (text) => [...text].join(' '),
    (text) => ` ${text}　`,
    (text) => text.replaceAll('（', '【').replaceAll('）', '】'),
  ];
  fc.assert(
    fc.property(some, fc.constantFrom(...ways), (list, way) => {
      expect(told(list.map((raw) => ({ ...raw, name: way(raw.name) })))).toEqual(list.map(({ key }) => expected.get(key)));
    }),
    { numRuns: 40 },
  );
});
