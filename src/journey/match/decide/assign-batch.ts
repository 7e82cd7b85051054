import { hashText } from '../retrieve/hash-text.js';
import type { MatchAnswer, RawName } from '../terminal.js';

/**
 * Looks at the answers of a batch together. Many spellings may mean one terminal; one customer code of one distributor may not
 * mean two: when automatic links would say so, every one of them goes to a person. Independent of the order of the batch, so
 * threads may answer the names in any division, as long as all answers of the batch come together here.
 */
export function assignBatch(names: readonly RawName[], answers: readonly MatchAnswer[]): MatchAnswer[] {
  const codes = new CustomerCodes();
  for (const [i, answer] of answers.entries()) codes.see(CustomerCodes.of(names[i]!), answer);
  return answers.map((answer, i) => codes.assign(CustomerCodes.of(names[i]!), answer));
}

type Linked = Pick<MatchAnswer, 'decision' | 'terminalId' | 'stratum' | 'whyNotAuto'>;

/** Which terminal each customer code was linked to. Numbers only: a file of a million codes takes some 60 MB. */
export class CustomerCodes {
  private readonly linked = new Map<number, number>();
  private readonly contested = new Set<number>();

  /** What groups names that must be looked at together; null for a name that stands alone. */
  static of({ distributor, code }: RawName): number | null {
    if (!distributor || !code) return null;
    const text = `${distributor}\u0000${code}`;
    return hashText(text) * 0x20_0000 + (hashText(`#${text}`) >>> 11);
  }

  see(code: number | null, { decision, terminalId }: Linked): void {
    if (code === null || decision !== 'auto' || terminalId === null) return;
    const terminal = hashText(terminalId);
    const other = this.linked.get(code);
    if (other === undefined) this.linked.set(code, terminal);
    else if (other !== terminal) this.contested.add(code);
  }

  /** The answer as it stands when all names of its code have been seen. */
  assign<Answer extends Linked>(code: number | null, answer: Answer): Answer {
    if (code === null || answer.decision !== 'auto' || answer.stratum === 'decided by a person' || !this.contested.has(code)) return answer;
    return { ...answer, decision: 'suggest', whyNotAuto: ['one customer code would mean two terminals'] };
  }
}
