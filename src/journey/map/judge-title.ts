import type { Kind } from '../../model/kind.js';
import { bottomOf } from './bind-columns.js';
import type { Dictionary } from './dictionary.js';
import { normalizeTitle, withoutRemark } from './normalize-title.js';

/** What a title alone says about its column. `score` 0..1. */
export interface TitleJudgement {
  readonly field: string;
  readonly score: number;
  readonly rank: number;
  readonly evidence: string;
}

/** The best meaning of a title in files of a kind; null when the dictionary has nothing like it. */
export function judgeTitle(dictionary: Dictionary, kind: Kind, title: string, { fuzzily = true } = {}): TitleJudgement | null {
  const key = normalizeTitle(title);
  if (key === '') return null;
  const entries = dictionary.entries(kind);
  const exact = entries.get(key);
  if (exact) return { ...exact, score: 1, evidence: `title is the synonym "${exact.title}"` };
  const plain = withoutRemark(key);
  const bare = plain && entries.get(plain.title);
  if (bare) return { ...bare, score: 0.95, evidence: `title is the synonym "${bare.title}" with a remark` };
  const below = entries.get(bottomOf(key));
  if (below && key.includes('/')) return { ...below, score: 0.85, evidence: `second line is the synonym "${below.title}"` };
  return fuzzily ? judgeFuzzily(entries, key) : null;
}

/** Titles of the trade are compounds whose head stands last, so a synonym at the end says more than one elsewhere. */
function judgeFuzzily(entries: ReturnType<Dictionary['entries']>, key: string): TitleJudgement | null {
  let best: TitleJudgement | null = null;
  for (const [synonym, { field, title, rank }] of entries) {
    if (synonym.length < 2 || key.length < 2) continue;
    const [longer, shorter] = key.length >= synonym.length ? [key, synonym] : [synonym, key];
    if (!longer.includes(shorter)) continue;
    const share = shorter.length / longer.length;
    const isLatin = /^[\w.]+$/u.test(shorter);
    if (share < (isLatin ? 0.7 : 0.4)) continue;
    const score = 0.35 + 0.3 * share + (longer.endsWith(shorter) ? 0.1 : 0);
    if (!best || score > best.score) best = { field, score, rank: rank + 100, evidence: `title is like the synonym "${title}"` };
  }
  return best;
}
