import { expect, test } from 'vitest';
import { matchTraps, type Trap } from '../bench/match-traps.js';
import { createMatcher } from '../src/journey/match/matcher.js';
import type { MatchAnswer } from '../src/journey/match/terminal.js';

const { terminals, traps } = matchTraps();
const answers = createMatcher(terminals).matchBatch(traps.map(({ raw }) => raw));
const missed = traps.map((trap, i) => ({ trap, answer: answers[i]! })).filter(({ trap, answer }) => !holds(trap, answer));
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

function holds({ expects }: Trap, { decision, candidates, terminalId }: MatchAnswer): boolean {
  if (expects === 'nobody') return decision !== 'auto';
  if (expects === 'hold') return decision === 'hold';
  if (expects === 'noise') return decision === 'noise';
  if (decision === 'auto' && terminalId !== expects.first) return false;
  return candidates[0]?.terminalId === expects.first;
}
