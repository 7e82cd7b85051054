import type { Query } from '../parse/read-query.js';
import type { CandidateSet } from '../score/candidate-set.js';
import { type ConflictName, conflictBits } from '../score/compare.js';
import { dense, denseCount } from '../score/feature-names.js';

/** Facts that keep a link from being made without a person, whatever its probability. The others only lower the probability. */
const hard =
  conflictBits.ordinal |
  conflictBits.county |
  conflictBits.city |
  conflictBits.branch |
  conflictBits.hint |
  conflictBits.department |
  conflictBits.type |
  conflictBits.owner |
  conflictBits.scope;

export const strata = [
  'same name, place known',
  'same name, place not given',
  'core agrees, place known',
  'core agrees, place not given',
  'several names, place known',
  'several names, place not given',
  'other, place known',
  'other, place not given',
] as const;

/** Links of one kind, whose share of wrong ones is measured and promised together. */
export function stratumOf(query: Query, set: CandidateSet, row: number): number {
  const value = (name: keyof typeof dense) => set.values[row * denseCount + dense[name]]!;
  const placed = query.hint.city !== 0 ? 0 : 1;
  if (query.segments.length > 1) return 4 + placed;
  if (value('sameText') === 1 || value('sameKeyScope') === 1) return placed;
  const agrees = value('bothExplained') > 0.95 && (value('coreQuery') > 0.95 || value('coreNeither') === 1);
  return (agrees ? 2 : 6) + placed;
}

export function hardConflicts(conflicts: number): number {
  return conflicts & hard;
}

export function conflictNames(conflicts: number): ConflictName[] {
  return (Object.keys(conflictBits) as ConflictName[]).filter((name) => (conflicts & conflictBits[name]) !== 0);
}
