import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import { noteEqual } from '../db/master/alike-pairs.js';
import { countDue } from '../db/master/count-due.js';
import { dropGone, type FoundPair, keepFound, makeAllDue, mayLookTonight, readDue } from '../db/master/due-for-alike.js';
import { listDueBlocks, readBlock } from '../db/master/read-customers.js';
import { readMatchKnowledge } from '../db/names/match-knowledge.js';
import { createMatcher, type Matcher } from '../journey/match/matcher.js';
import { strongestEvidence } from '../journey/match/strongest-evidence.js';
import type { Terminal } from '../journey/match/terminal.js';
import { alikeFrom } from './find-alike.js';

/** So many are asked between two looks at the signal. */
const breath = 200;
/** A night looks so long; a province that was begun is finished. */
const nightSeconds = 30;

/** What a look did, and how many customers wait for the next. */
export interface AlikeLook {
  readonly customers: number;
  readonly pairs: number;
  readonly left: number;
}

/**
 * The look of a night: what has changed since, for half a minute, at most once a day; the next night goes on. null = the run is none of a
 * night, it was done today, or nothing is due.
 */
export async function lookTonight(database: Database, runId: string, signal: AbortSignal): Promise<AlikeLook | null> {
  if (!(await mayLookTonight(database, runId))) return null;
  await noteEqual(database);
  return lookForAlike(database, { seconds: nightSeconds, signal });
}

/** Everybody anew, whatever was looked at before: after the model has changed, or to be sure. */
export async function lookAtAll(database: Database, how: Looking = {}): Promise<AlikeLook> {
  await noteEqual(database);
  await makeAllDue(database);
  return lookForAlike(database, how);
}

interface Looking {
  /** No province is begun after so long. */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (customers: number) => void;
}

/**
 * Puts every customer that is due to the matcher against the other customers of its province, as the duplicate gate does with a new one, and
 * keeps the pairs that are likely enough to be shown. Work and memory are bounded by the largest block; customers of different provinces,
 * and those without one against those with one, are compared by credit code and name only. What a block yields is kept together: a look that
 * is stopped goes on with the next block.
 *
 * Whoever is asked is taken out of the index first: nobody is alike to himself, and each pair is looked at once. The shorter
 * names are asked of the longer ones.
 */
export async function lookForAlike(database: Database, { seconds = Infinity, signal, onProgress }: Looking = {}): Promise<AlikeLook> {
  await dropGone(database);
  const { model } = await readMatchKnowledge(database);
  const end = performance.now() + seconds * 1000;
  let [customers, pairs] = [0, 0];
  for (const block of await listDueBlocks(database)) {
    if (performance.now() > end) break;
    const { due, readAt } = await readDue(database, block);
    const terminals = await readBlock(database, block);
    const matcher = createMatcher(terminals, model ? { model } : {});
    const found: FoundPair[] = [];
    for (const terminal of terminals.filter(({ id }) => due.has(id)).toSorted((left, right) => left.name.length - right.name.length)) {
      matcher.removeTerminal(terminal.id);
      found.push(...pairsOf(matcher, terminal));
      customers += 1;
      if (customers % breath > 0) continue;
      onProgress?.(customers);
      await breathe();
      signal?.throwIfAborted();
    }
    await keepFound(database, { asked: [...due], readAt, found });
    pairs += found.length;
  }
  return { customers, pairs, left: await countDue(database) };
}

function pairsOf(matcher: Matcher, { id, name, province = '', city = '', county = '', address = '' }: Terminal): FoundPair[] {
  const asked = { key: id, name, province, city, county, address };
  const [answer] = matcher.matchBatch([asked]);
  if (!answer?.candidates.some(({ probability }) => probability >= alikeFrom)) return [];
  return matcher.match(asked).candidates.flatMap(({ terminalId: other, probability, evidence }) => {
    if (probability < alikeFrom) return [];
    return [{ one: id, other, p: Math.round(probability * 1000) / 1000, bits: strongestEvidence(evidence) }];
  });
}
