/** A terminal of the master, as far as matching needs it. Everything but id and name may be missing. */
export interface Terminal {
  readonly id: string;
  readonly name: string;
  readonly formerNames?: readonly string[];
  readonly kind?: string;
  readonly province?: string;
  readonly city?: string;
  readonly county?: string;
  readonly address?: string;
  readonly level?: string;
  readonly status?: string;
}

/** A name as somebody wrote it, with whatever came along with it. */
export interface RawName {
  readonly key: string;
  readonly name: string;
  readonly province?: string;
  readonly city?: string;
  readonly county?: string;
  readonly address?: string;
  readonly distributor?: string;
  readonly code?: string;
  readonly rows?: number;
  readonly amount?: string;
}

const decisionKinds = ['auto', 'suggest', 'review', 'new', 'hold', 'noise'] as const;
/** auto: linked. suggest: one click. review: pick among a few. new: in no master row. hold: too little said. noise: not a terminal. */
export type DecisionKind = (typeof decisionKinds)[number];

/** A reason in bits: how much more (or less) likely the terminal became by it. The bits of one candidate add up. */
export interface Evidence {
  readonly reason: string;
  readonly bits: number;
}

/** One character of the raw name and what it met in the terminal's name. `-1` is nobody. */
export interface AlignedChar {
  readonly char: string;
  readonly role: string;
  readonly rawAt: number;
  readonly terminalAt: number;
  readonly how: 'same' | 'sound' | 'shape' | 'none';
}

export interface Candidate {
  readonly terminalId: string;
  readonly terminalName: string;
  readonly probability: number;
  readonly evidence: readonly Evidence[];
  readonly conflicts: readonly string[];
  readonly alignment: readonly AlignedChar[];
}

/** What the answer rests on; an answer can be compared with another only when these are equal. */
export interface Versions {
  readonly model: string;
  readonly gazetteer: string;
  readonly index: string;
  /** Of what people's links taught; missing while they taught nothing. */
  readonly learned?: string;
}

export interface MatchAnswer {
  readonly key: string;
  readonly decision: DecisionKind;
  /** The first candidate when the decision is auto or suggest, otherwise null. */
  readonly terminalId: string | null;
  readonly probability: number;
  /** Probability that none of the master's terminals is meant. */
  readonly noneProbability: number;
  readonly candidates: readonly Candidate[];
  /** All ranked ids, as many as asked for. */
  readonly ranked: readonly { readonly id: string; readonly p: number }[];
  readonly whyNotAuto: readonly string[];
  readonly stratum: string;
  readonly versions: Versions;
}
