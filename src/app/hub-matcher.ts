import type { Database } from '../db/database.js';
import { readMasterSeq, readTerminalChanges, readTerminals } from '../db/names/read-terminals.js';
import type { ReadyMatcher } from '../db/names/ready-matcher.js';
import { type MatchPool, openMatchPool } from '../journey/match/pool/match-pool.js';

/** The matcher of this process. Its index is built when first asked for and then follows the master, change by change. */
export interface HubMatcher {
  /** In line with the master as it is now. */
  ready(): Promise<ReadyMatcher>;
  close(): Promise<void>;
}

/** More changes than this since the index was built: building anew is cheaper than carrying them beside it. */
const rebuildFrom = 4000;

/** `workers` threads answer; the index lies in memory they share. `signal` ends an index that is being built. */
export function createHubMatcher(
  database: Database,
  options: { readonly workers?: number; readonly signal?: AbortSignal } = {},
): HubMatcher {
  let current: { names: MatchPool; masterSeq: string; changes: number } | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function bringUpToDate(): Promise<ReadyMatcher> {
    const masterSeq = await readMasterSeq(database);
    if (current && current.masterSeq !== masterSeq) await follow(current, masterSeq);
    current ??= { names: await openMatchPool(readTerminals(database), options), masterSeq, changes: 0 };
    return current;
  }

  async function follow(used: NonNullable<typeof current>, masterSeq: string): Promise<void> {
    const changes = await readTerminalChanges(database, used.masterSeq);
    if (used.changes + changes.length > rebuildFrom) {
      current = null;
      return used.names.close();
    }
    await used.names.apply(
      { kind: 'put', terminals: changes.filter(({ isGone }) => !isGone).map(({ terminal }) => terminal) },
      { kind: 'remove', ids: changes.filter(({ isGone }) => isGone).map(({ terminal }) => terminal.id) },
    );
    current = { names: used.names, masterSeq, changes: used.changes + changes.length };
  }

  return {
    ready() {
      const next = turn.then(bringUpToDate);
      turn = next.catch(() => undefined);
      return next;
    },
    async close() {
      await turn;
      await current?.names.close();
      current = null;
    },
  };
}
