import { createMatcher } from '../matcher.js';
import type { ModelFile } from '../score/load-model.js';
import type { DecisionKind, MatchAnswer, RawName, Terminal } from '../terminal.js';

/** A name of the past and how it stands. */
export interface HistoryName {
  /** `raw.key` is the raw name's id. */
  readonly raw: RawName;
  /** What a person said: a terminal, `none` for "not in the master", null when no person said anything. */
  readonly person: string | 'none' | null;
}

interface Answer {
  readonly decision: DecisionKind;
  readonly terminalId: string | null;
}

interface ModelChange {
  readonly key: string;
  readonly from: Answer;
  readonly to: Answer;
}

/** A link a model would make although a person said otherwise. */
export interface Disagreement {
  readonly key: string;
  readonly person: string;
  readonly terminalId: string;
  readonly probability: number;
}

export interface ModelDiff {
  readonly names: number;
  /** Names without a person's word that another decision, or another terminal, would be proposed for. */
  readonly changes: readonly ModelChange[];
  /** Links against a person's word: with the model in use, and with the candidate. */
  readonly before: readonly Disagreement[];
  readonly after: readonly Disagreement[];
}

/**
 * What two models say of the past. People's links are not given to either, so that each shows what it would have done by
 * itself; nothing a person decided is touched by either.
 */
export function diffModels(
  terminals: readonly Terminal[],
  history: readonly HistoryName[],
  current: ModelFile | undefined,
  candidate: ModelFile,
  onProgress: (done: number) => void = () => undefined,
): ModelDiff {
  const names = history.map(({ raw }) => raw);
  const ask = (model: ModelFile | undefined, offset: number) =>
    createMatcher(terminals, model ? { model } : {}).matchBatch(names, { onProgress: (done) => onProgress(offset + done) });
  const old = ask(current, 0);
  const next = ask(candidate, names.length);
  const changes: ModelChange[] = [];
  for (const [at, { raw, person }] of history.entries()) {
    const [from, to] = [toAnswer(old[at]!), toAnswer(next[at]!)];
    if (person === null && (from.decision !== to.decision || from.terminalId !== to.terminalId)) changes.push({ key: raw.key, from, to });
  }
  return { names: names.length, changes, before: disagreements(history, old), after: disagreements(history, next) };
}

function toAnswer({ decision, terminalId }: MatchAnswer): Answer {
  return { decision, terminalId };
}

function disagreements(history: readonly HistoryName[], answers: readonly MatchAnswer[]): Disagreement[] {
  return history.flatMap(({ raw, person }, at) => {
    const { decision, terminalId, probability } = answers[at]!;
    if (person === null || decision !== 'auto' || terminalId === null || terminalId === person) return [];
    return [{ key: raw.key, person, terminalId, probability: Math.round(probability * 1000) / 1000 }];
  });
}
