import { expect, test } from 'vitest';
import { matchTraps, type Trap, trapHolds } from '../bench/match-traps.js';
import { createMatcher } from '../src/journey/match/matcher.js';

const { terminals, traps } = matchTraps();
const answers = createMatcher(terminals).matchBatch(traps.map(({ raw }) => raw));
const missed = traps.map((trap, i) => ({ trap, answer: answers[i]! })).filter(({ trap, answer }) => !trapHolds(trap, answer));
const told = (tier: Trap['tier']) =>
  missed
    .filter(({ trap }) => trap.tier === tier)
    .map(
      ({ trap, answer }) =>
        `${trap.family}: ${trap.raw.name} ${trap.raw.city ?? ''} -> ${answer.decision} ${answer.candidates[0]?.terminalName} ${answer.candidates[0]?.probability.toFixed(2)} (${answer.whyNotAuto.join(', ')})`,
    );

test('the suite lays at least 400 traps', () => {
  expect(traps.length).toBeGreaterThanOrEqual(400);
});

test('no STRONG trap catches the matcher', () => {
  expect(told('STRONG')).toEqual([]);
});

test('at most 3 % of the MEDIUM traps do', () => {
  const all = traps.filter(({ tier }) => tier === 'MEDIUM').length;
  const caught = told('MEDIUM');
  expect(caught.length / all, caught.join('\n')).toBeLessThanOrEqual(0.03);
});
