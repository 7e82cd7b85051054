import { CustomerCodes } from '../decide/assign-batch.js';
import type { MatchAnswer, RawName } from '../terminal.js';

/** What the result file says of one name, and what it takes to say it. */
export interface Answered
  extends Pick<MatchAnswer, 'key' | 'decision' | 'terminalId' | 'probability' | 'whyNotAuto' | 'stratum' | 'ranked'> {
  readonly name: string;
  /** Of the first candidate. */
  readonly terminalName: string;
  readonly reasons: readonly string[];
  readonly code: number | null;
}

export function toAnswered(raw: RawName, answer: MatchAnswer): Answered {
  const { key, decision, terminalId, probability, whyNotAuto, stratum, ranked, candidates } = answer;
  const [first] = candidates;
  return {
    key,
    name: raw.name,
    decision,
    terminalId,
    terminalName: first?.terminalName ?? '',
    probability,
    reasons: (first?.evidence ?? []).slice(0, 6).map(({ reason, bits }) => `${reason} ${bits > 0 ? '+' : ''}${bits}`),
    whyNotAuto,
    stratum,
    ranked,
    code: CustomerCodes.of(raw),
  };
}
