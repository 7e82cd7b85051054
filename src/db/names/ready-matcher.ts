import type { NameMatcher } from '../../journey/match/name-matcher.js';

/** A matcher over the master as it was after the change `masterSeq`. */
export interface ReadyMatcher {
  readonly masterSeq: string;
  readonly names: NameMatcher;
}
