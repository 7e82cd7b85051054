import { clopperPearson } from './clopper-pearson.js';

/** Answers about one kind of link. */
export interface Answers {
  readonly yes: number;
  readonly no: number;
  readonly unsure: number;
}

export interface Precision {
  /** Share of the sure answers that are yes; null without any. */
  readonly point: number | null;
  /** One-sided 95 % bound from below; an unsure answer counts as a wrong link. */
  readonly lower: number;
  /** One-sided 95 % bound from above; unsure answers are left out. */
  readonly upper: number;
}

/** `auto`: links of this kind are made. `suggest`: they are proposed only. */
export type StratumState = 'auto' | 'suggest';

/** Share of right links that is promised for every kind. */
export const promise = 0.98;
/** Fewer sure answers than this decide only when even their upper bound is below the promise. */
const leastAnswers = 30;

export function precisionOf({ yes, no, unsure }: Answers): Precision {
  return {
    point: yes + no === 0 ? null : yes / (yes + no),
    lower: clopperPearson(yes, yes + no + unsure).lower,
    upper: clopperPearson(yes, yes + no).upper,
  };
}

/**
 * What becomes of a kind of link after an audit. It loses its right when the share of right links is below the promise: by 30
 * answers or more, or beyond doubt. It gets it back only by an audit of 30 answers or more that keeps the promise, made by
 * somebody who saw the decoys. Otherwise it stays as it was.
 */
export function judgeStratum(
  before: StratumState,
  answers: Answers,
  { promised, isAttentive }: { promised: number; isAttentive: boolean },
): StratumState {
  const { point, upper } = precisionOf(answers);
  const sure = answers.yes + answers.no;
  if (point === null) return before;
  if (upper < promised || (sure >= leastAnswers && point < promised)) return 'suggest';
  return before === 'suggest' && sure >= leastAnswers && isAttentive ? 'auto' : before;
}

/** Whether somebody who answered decoys so can be believed: at most one in five taken for right. */
export function isAttentive({ yes, no, unsure }: Answers): boolean {
  return yes * 5 <= yes + no + unsure;
}
