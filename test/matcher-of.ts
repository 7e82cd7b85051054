import type { Database } from '../src/db/database.js';
import type { MatchCounts } from '../src/db/names/match-counts.js';
import { type MatchOptions, matchNames } from '../src/db/names/match-names.js';
import { readMasterSeq, readTerminals } from '../src/db/names/read-terminals.js';
import type { ReadyMatcher } from '../src/db/names/ready-matcher.js';
import { createMatcher } from '../src/journey/match/matcher.js';
import type { NameMatcher } from '../src/journey/match/name-matcher.js';
import { applyChanges } from '../src/journey/match/pool/match-change.js';
import type { Terminal } from '../src/journey/match/terminal.js';

/** The real matcher over what the master holds now, in this thread. */
export async function matcherOf(database: Database): Promise<ReadyMatcher> {
  const masterSeq = await readMasterSeq(database);
  const terminals: Terminal[] = [];
  for await (const terminal of readTerminals(database)) terminals.push(terminal);
  return { masterSeq, names: matchHere(terminals) };
}

export function matchAll(database: Database, options: Partial<MatchOptions> = {}): Promise<MatchCounts> {
  return matchNames(database, { actor: 'test', matcher: () => matcherOf(database), ...options });
}

function matchHere(terminals: readonly Terminal[]): NameMatcher {
  const matcher = createMatcher(terminals);
  return {
    get versions() {
      return matcher.versions;
    },
    matchBatch: (names, options) => Promise.resolve(matcher.matchBatch(names, options)),
    whyNot: (raw, terminalId) => Promise.resolve(matcher.whyNot(raw, terminalId)),
    apply: (...changes) => Promise.resolve(applyChanges(matcher, changes)),
    close: () => Promise.resolve(),
  };
}
