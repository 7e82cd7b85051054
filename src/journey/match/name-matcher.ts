import type { MatchPool } from './pool/match-pool.js';

/** The matcher as the hub asks it: questions that leave the event loop free. */
export type NameMatcher = Pick<MatchPool, 'versions' | 'matchBatch' | 'whyNot' | 'apply' | 'close'>;
