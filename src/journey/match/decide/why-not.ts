import { type Query, searchRanges } from '../parse/read-query.js';
import { cityOf, gazetteer } from '../region/gazetteer.js';
import type { IndexSegment } from '../retrieve/index-segment.js';
import type { CandidateScorer, CandidateSet } from '../score/candidate-set.js';
import type { TrainedModel } from '../score/load-model.js';
import type { Evidence } from '../terminal.js';
import { decide } from './decide.js';
import { evidenceOf } from './explain.js';
import type { People } from './people.js';
import { conflictNames } from './stratum.js';

export interface WhyNot {
  readonly found: boolean;
  /** 1-based place among the candidates; 0 when it was none. */
  readonly rank: number;
  readonly probability: number;
  /** Plain reasons, the decisive one first. */
  readonly reasons: readonly string[];
  readonly conflicts: readonly string[];
  /** The terminal's evidence less the winner's, in bits: what it would have needed. */
  readonly against: readonly Evidence[];
}

export function whyNot(
  query: Query,
  set: CandidateSet,
  model: TrainedModel,
  people: People,
  id: string,
  place: { index: IndexSegment; terminal: number } | null,
  scorers: readonly CandidateScorer[],
): WhyNot {
  const nothing = { found: false, rank: 0, probability: 0, conflicts: [], against: [] };
  if (!place) return { ...nothing, reasons: ['terminal is not in the master (or was removed)'] };
  const reasons: string[] = [];
  let full = set;
  const isIn = (one: CandidateSet) =>
    one.terminals.findIndex((terminal, row) => terminal === place.terminal && one.indexes[row] === place.index);
  let row = isIn(set);
  const wasFound = row >= 0;
  if (!wasFound) {
    const code = place.index.places[place.terminal]!;
    const searched = searchRanges(query);
    if (
      !searched.includes(0) &&
      !searched.some((range) => range === code || cityOf(code) === range || Math.trunc(code / 10_000) * 10_000 === range)
    ) {
      reasons.push(
        `searched in ${searched.map((range) => gazetteer().names.get(range) ?? range).join(', ')}; the terminal is in ${gazetteer().names.get(cityOf(code) || code) ?? 'no known place'}`,
      );
    } else reasons.push('too few letters in common: others filled the candidate list');
    const scorer = scorers.find(({ index }) => index === place.index)!;
    full = scorer.score(query, 160, [place.terminal]);
    row = isIn(full);
  }
  const decided = decide(query, full, model, people);
  if (people.isBanned(query.raw, id)) reasons.unshift('a person said this name does not mean this terminal');
  const rank = decided.order.indexOf(row) + 1;
  const conflicts = conflictNames(full.conflicts[row]!);
  for (const name of conflicts) reasons.push(`conflict: ${name}`);
  const winner = decided.order[0]!;
  if (rank === 1) reasons.push(...(decided.whyNotAuto.length > 0 ? decided.whyNotAuto : ['it is the answer']));
  const own = new Map(evidenceOf(full, row, model).map(({ reason, bits }) => [reason, bits]));
  const best = new Map(evidenceOf(full, winner, model).map(({ reason, bits }) => [reason, bits]));
  const against = [...new Set([...own.keys(), ...best.keys()])]
    .map((reason) => ({ reason, bits: Math.round(((own.get(reason) ?? 0) - (best.get(reason) ?? 0)) * 100) / 100 }))
    .filter(({ bits }) => bits !== 0)
    .toSorted((a, b) => a.bits - b.bits);
  return { found: wasFound, rank: wasFound ? rank : 0, probability: decided.probabilities[row]!, reasons, conflicts, against };
}
