import type { Database } from '../db/database.js';
import { type MatchKnowledge, readKnowledgeStamp, readMatchKnowledge } from '../db/names/match-knowledge.js';
import { readMasterSeq, readTerminalChanges, readTerminals, readTerminalsById } from '../db/names/read-terminals.js';
import type { ReadyMatcher } from '../db/names/ready-matcher.js';
import { spelledAnew, spellingsIn } from '../journey/match/learn/learned.js';
import { type MatchPool, openMatchPool } from '../journey/match/pool/match-pool.js';
import type { Terminal } from '../journey/match/terminal.js';

/** The matcher of this process. Its index is built when first asked for and then follows the master, change by change. */
export interface HubMatcher {
  /**
   * In line with the master, the model in use and the words of people as they are now. An index that followed changes weighs rare
   * letters a little differently from one that was built with them; `asBuilt` gives what a process that starts now would have (I7).
   */
  ready(how?: { readonly asBuilt: boolean }): Promise<ReadyMatcher>;
  close(): Promise<void>;
}

interface Current extends ReadyMatcher {
  readonly names: MatchPool;
  readonly knowledge: MatchKnowledge;
  readonly stamp: string;
  readonly changes: number;
}

/** More changes than this since the index was built: building anew is cheaper than carrying them beside it. */
const rebuildFrom = 4000;

/** `workers` threads answer; the index lies in memory they share. `signal` ends an index that is being built. */
export function createHubMatcher(
  database: Database,
  options: { readonly workers?: number; readonly signal?: AbortSignal } = {},
): HubMatcher {
  let current: Current | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function bringUpToDate(asBuilt: boolean): Promise<ReadyMatcher> {
    const masterSeq = await readMasterSeq(database);
    const stamp = `${masterSeq}|${await readKnowledgeStamp(database)}`;
    if (current?.stamp === stamp && !(asBuilt && current.changes > 0)) return current;
    const knowledge = await readMatchKnowledge(database);
    const followed = current && (await follow(current, { masterSeq, stamp, knowledge }, asBuilt ? 0 : rebuildFrom));
    if (current && !followed) await current.names.close();
    current = followed ?? { names: await build(knowledge), masterSeq, stamp, knowledge, changes: 0 };
    return current;
  }

  /** Null when another index is needed. */
  async function follow(used: Current, now: Pick<Current, 'masterSeq' | 'stamp' | 'knowledge'>, most: number): Promise<Current | null> {
    if (now.knowledge.model?.version !== used.knowledge.model?.version) return null;
    const { learned } = now.knowledge;
    const changed = now.masterSeq === used.masterSeq ? [] : await readTerminalChanges(database, used.masterSeq);
    const spelled = spelledAnew(used.knowledge.learned, learned);
    if (used.changes + changed.length + spelled.length > most) return null;
    const gone = changed.filter(({ isGone }) => isGone).map(({ terminal }) => terminal.id);
    const terminals = new Map(changed.filter(({ isGone }) => !isGone).map(({ terminal }) => [terminal.id, terminal]));
    for (const terminal of await readTerminalsById(database, spelled))
      if (!gone.includes(terminal.id)) terminals.set(terminal.id, terminal);
    await used.names.apply(
      ...(terminals.size > 0 ? [{ kind: 'put' as const, terminals: [...terminals.values()].map(spellingsIn(learned)) }] : []),
      ...(gone.length > 0 ? [{ kind: 'remove' as const, ids: gone }] : []),
      { kind: 'learn', learned },
    );
    return { ...now, names: used.names, changes: used.changes + terminals.size + gone.length };
  }

  function build({ model, learned }: MatchKnowledge): Promise<MatchPool> {
    return openMatchPool(spelled(), { ...options, ...(model && { model }), learned });

    async function* spelled(): AsyncGenerator<Terminal> {
      const withSpellings = spellingsIn(learned);
      for await (const terminal of readTerminals(database)) yield withSpellings(terminal);
    }
  }

  return {
    ready(how) {
      const next = turn.then(() => bringUpToDate(how?.asBuilt === true));
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
