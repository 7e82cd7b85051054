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
  'same kind of the same place, place known',
  'same kind of the same place, place not given',
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
  if (query.segments.length > 1) return 6 + placed;
  const hasName = value('coreNeither') === 0;
  if (isSameName(set, row)) return (hasName ? 0 : 2) + placed;
  const agrees = value('bothExplained') > 0.95 && (value('coreQuery') > 0.95 || !hasName);
  return (agrees ? 4 : 8) + placed;
}

/** Equal but for how it is written. 某市康泽大药房 is 康泽大药房 too, but 市人民医院 is not 县人民医院, though nothing else differs. */
export function isSameName(set: CandidateSet, row: number): boolean {
  const value = (name: keyof typeof dense) => set.values[row * denseCount + dense[name]]!;
  if (value('sameText') === 1 || value('sameKeyScope') === 1) return true;
  return value('sameKey') === 1 && value('coreNeither') === 0 && value('scopeTerminalNone') === 1;
}

export function hardConflicts(conflicts: number): number {
  return conflicts & hard;
}

export function conflictNames(conflicts: number): ConflictName[] {
  return (Object.keys(conflictBits) as ConflictName[]).filter((name) => (conflicts & conflictBits[name]) !== 0);
}
