import { align, how, partner } from '../align/align.js';
import { roleNames } from '../parse/lexicon.js';
import type { Query } from '../parse/read-query.js';
import type { CandidateSet } from '../score/candidate-set.js';
import { type ChoiceModel, noneUtility } from '../score/choice-model.js';
import { maxSparse } from '../score/compare.js';
import { denseCount, denseNames, sparseName } from '../score/feature-names.js';
import type { AlignedChar, Candidate, Evidence, MatchAnswer, RawName, Versions } from '../terminal.js';
import type { Decided } from './decide.js';
import { conflictNames } from './stratum.js';

interface Wanted {
  readonly candidates: number;
  /** `brief`: the six strongest reasons of the first candidate only. */
  readonly withReasons: boolean | 'brief';
  readonly versions: Versions;
}

/** Dresses a decision for people: names, probabilities, and when asked the evidence and the alignment of the best five. */
export function explain(raw: RawName, query: Query, set: CandidateSet, decided: Decided, model: ChoiceModel, wanted: Wanted): MatchAnswer {
  const { order, probabilities, decision } = decided;
  const idOf = (row: number) => set.indexes[row]!.idOf(set.terminals[row]!);
  const shown = order.slice(0, 5).filter((row) => probabilities[row]! > 0 || decision !== 'noise');
  const candidates: Candidate[] = shown.map((row, at) => ({
    terminalId: idOf(row),
    terminalName: set.indexes[row]!.names.text(set.terminals[row]!),
    probability: probabilities[row]!,
    conflicts: conflictNames(set.conflicts[row]!),
    evidence: reasonsFor(row, at),
    alignment: wanted.withReasons === true ? alignmentOf(query, set, row) : [],
  }));
  const top = order[0];
  return {
    key: raw.key,
    decision,
    terminalId: top !== undefined && (decision === 'auto' || decision === 'suggest') ? idOf(top) : null,
    probability: top === undefined ? 0 : probabilities[top]!,
    noneProbability: decided.none,
    candidates,
    ranked: order.slice(0, wanted.candidates).map((row) => ({ id: idOf(row), p: probabilities[row]! })),
    whyNotAuto: decided.whyNotAuto,
    stratum: decided.stratum,
    versions: wanted.versions,
  };

  function reasonsFor(row: number, at: number): readonly Evidence[] {
    if (wanted.withReasons === true) return evidenceOf(set, row, model);
    return wanted.withReasons === 'brief' && at === 0 ? evidenceOf(set, row, model).slice(0, 6) : [];
  }
}

/** Each reason's bits against "none of these", the strongest first. They add up to the candidate's log2 odds before calibration. */
export function evidenceOf(set: CandidateSet, row: number, model: ChoiceModel): Evidence[] {
  const bits = (nats: number) => Math.round((nats / Math.LN2) * 100) / 100;
  const evidence: Evidence[] = [{ reason: 'none of these', bits: bits(-noneUtility(model, set)) }];
  for (let i = 0; i < denseCount; i++) {
    const nats = model.dense[i]! * set.values[row * denseCount + i]!;
    if (Math.abs(nats) >= 0.005) evidence.push({ reason: denseNames[i]!, bits: bits(nats) });
  }
  for (let i = 0; i < set.sparseSizes[row]!; i++) {
    const id = set.sparse[row * maxSparse + i]!;
    const nats = model.sparse[id]! * set.sparseValues[row * maxSparse + i]!;
    if (Math.abs(nats) >= 0.005) evidence.push({ reason: sparseName(id), bits: bits(nats) });
  }
  return evidence.toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits));
}

function alignmentOf(query: Query, set: CandidateSet, row: number): AlignedChar[] {
  const segment = query.segments[set.readings[row]!]!;
  const index = set.indexes[row]!;
  const doc = set.docs[row]!;
  align(segment.codes, segment.codes.length, index.texts.codes, index.texts.starts[doc]!, index.texts.length(doc));
  const kinds = ['none', 'same', 'sound', 'shape'] as const;
  return [...segment.text].slice(0, 48).map((char, i) => ({
    char,
    role: roleNames[segment.parsed.roles[i]!]!,
    rawAt: query.at[segment.from + i] ?? -1,
    terminalAt: partner[i]!,
    how: kinds[how[i]!] ?? 'none',
  }));
}
