import type { MatchAnswer, RawName } from '../terminal.js';

/**
 * Looks at the answers of a batch together. Many spellings may mean one terminal; one customer code of one distributor may not
 * mean two: when automatic links would say so, every one of them goes to a person. Independent of the order of the batch, so
 * threads may answer the names in any division, as long as all answers of the batch come together here.
 */
export function assignBatch(names: readonly RawName[], answers: readonly MatchAnswer[]): MatchAnswer[] {
  const byCode = new Map<string, string>();
  const contested = new Set<string>();
  for (const [i, { decision, terminalId }] of answers.entries()) {
    const code = decision === 'auto' ? codeOf(names[i]!) : null;
    if (code === null || terminalId === null) continue;
    const other = byCode.get(code);
    if (other === undefined) byCode.set(code, terminalId);
    else if (other !== terminalId) contested.add(code);
  }
  return answers.map((answer, i) => {
    if (contested.size === 0 || answer.decision !== 'auto' || answer.stratum === 'decided by a person') return answer;
    const code = codeOf(names[i]!);
    return code !== null && contested.has(code) ? leftToPerson(answer) : answer;
  });
}

/** The automatic link of a name whose customer code would mean another terminal too. */
function leftToPerson(answer: MatchAnswer): MatchAnswer {
  return { ...answer, decision: 'suggest', whyNotAuto: ['one customer code would mean two terminals'] };
}

/** What groups names that must be looked at together; null for a name that stands alone. */
function codeOf({ distributor, code }: RawName): string | null {
  return distributor && code ? `${distributor}\u0000${code}` : null;
}
