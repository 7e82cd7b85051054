import type { Query } from '../parse/read-query.js';
import type { CandidateSet } from '../score/candidate-set.js';
import type { RawName } from '../terminal.js';
import type { Decided } from './decide.js';

interface Worked {
  readonly raw: RawName;
  readonly query: Query;
  readonly set: CandidateSet;
  readonly decided: Decided;
}

/**
 * Looks at the names of a batch together. Many spellings may mean one terminal; one customer code of one distributor may not
 * mean two: when automatic links would say so, every one of them goes to a person. Independent of the order of the batch.
 */
export function assignBatch(worked: readonly Worked[]): Decided[] {
  const byCode = new Map<string, Set<string>>();
  for (const one of worked) {
    const code = codeOf(one.raw);
    if (code === null || one.decided.decision !== 'auto') continue;
    byCode.set(code, (byCode.get(code) ?? new Set()).add(topId(one)));
  }
  return worked.map(({ raw, decided }) => {
    const code = codeOf(raw);
    if (code === null || decided.decision !== 'auto' || (byCode.get(code)?.size ?? 0) < 2 || decided.stratum === 'decided by a person')
      return decided;
    return { ...decided, decision: 'suggest', whyNotAuto: ['one customer code would mean two terminals'] };
  });
}

function codeOf({ distributor, code }: RawName): string | null {
  return distributor && code ? `${distributor}\u0000${code}` : null;
}

function topId({ set, decided }: Worked): string {
  const row = decided.order[0]!;
  return set.indexes[row]!.ids[set.terminals[row]!]!;
}
