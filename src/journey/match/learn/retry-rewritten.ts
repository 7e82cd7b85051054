import type { Decided } from '../decide/decide.js';
import { type Query, readQuery } from '../parse/read-query.js';
import type { CandidateSet } from '../score/candidate-set.js';
import type { Rewrite } from './find-rewrites.js';
import { type Rewritten, rewriteName } from './rewrite-name.js';

export interface Tried {
  readonly query: Query;
  readonly set: CandidateSet;
  readonly decided: Decided;
}

/** A rule so well shown that what it finds may be linked without a person. */
const certainFrom = 5;
/** A rewritten name has to be this much likelier than the name as written. */
const gain = 0.02;

/**
 * Asks again for a name that could not be linked as written, in the ways people's links taught. The likeliest answer stands,
 * the name as written when none is clearly likelier. What rests on a rule that few terminals show is a suggestion at most.
 */
export function retryRewritten(first: Tried, rules: readonly Rewrite[], ask: (query: Query) => Tried): Tried {
  const { decided, query } = first;
  if (decided.decision === 'auto' || decided.decision === 'noise' || decided.stratum === 'decided by a person') return first;
  let best = first;
  let how: Rewritten | null = null;
  for (const rewritten of rewriteName(query.text, rules)) {
    const tried = ask(queryOf(query, rewritten));
    if (likeliest(tried) <= likeliest(best) + gain) continue;
    best = tried;
    how = rewritten;
  }
  if (!how || best.decided.decision !== 'auto' || how.used.every(isCertain)) return best;
  const weak = how.used.filter((rule) => !isCertain(rule)).map(({ from, to }) => `${from}=${to}`);
  return {
    ...best,
    decided: { ...best.decided, decision: 'suggest', whyNotAuto: [`rests on a learned way of writing: ${weak.join(', ')}`] },
  };
}

/** The rewritten reading of the same raw name: people's words and the places of letters are still those of the raw one. */
function queryOf(query: Query, { text, at }: Rewritten): Query {
  const read = readQuery({ ...query.raw, name: text });
  return { ...read, raw: query.raw, at: Uint16Array.from(read.at, (place) => query.at[at[place] ?? 0] ?? 0) };
}

function isCertain({ kind, terminals, against }: Rewrite): boolean {
  return kind === 'abbreviation' && against === 0 && terminals >= certainFrom;
}

function likeliest({ decided }: Tried): number {
  const row = decided.order[0];
  return row === undefined ? 0 : decided.probabilities[row]!;
}
