import type { Purpose } from './name-to-match.js';

/** An answer on its way to the log. Of a challenge `verdict` is its reason. */
export interface Incoming {
  readonly rawNameId: string;
  readonly purpose: Purpose;
  readonly seenDecision: string | null;
  readonly verdict: string;
  readonly terminalId: string | null;
  readonly probability: number;
  readonly stratum: string;
  readonly evidence: MatchEvidence;
}

/** What a decision of the matcher keeps of an answer; `names why` works out the rest again. */
export interface MatchEvidence {
  readonly candidates: readonly {
    readonly id: string;
    readonly p: number;
    readonly bits: Readonly<Record<string, number>>;
    readonly conflicts?: readonly string[];
  }[];
  /** Probability that no terminal of the master is meant. */
  readonly none: number;
  readonly whyNotAuto?: readonly string[];
}
