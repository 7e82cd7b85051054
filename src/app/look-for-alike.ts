import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import { type FoundPair, keepFound } from '../db/master/alike-pairs.js';
import { listBlocks, readBlock } from '../db/master/read-customers.js';
import { readMatchKnowledge } from '../db/names/match-knowledge.js';
import { createMatcher, type Matcher } from '../journey/match/matcher.js';
import { strongestEvidence } from '../journey/match/strongest-evidence.js';
import type { Terminal } from '../journey/match/terminal.js';
import { alikeFrom } from './find-alike.js';

/** So many are asked between two looks at the signal. */
const breath = 200;

/**
 * Puts every customer to the matcher against the other customers of its province, as the duplicate gate does with a new one, and keeps
 * the pairs that are likely enough to be shown. Work and memory are bounded by the largest block; customers of different provinces,
 * and those without one against those with one, are compared by credit code and name only. Returns how many customers were asked and
 * how many pairs were found.
 *
 * Whoever is asked is taken out of the index first: nobody is alike to himself, and each pair is looked at once. The shorter
 * names are asked of the longer ones.
 */
export async function lookForAlike(
  database: Database,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (customers: number) => void } = {},
): Promise<{ readonly customers: number; readonly pairs: number }> {
  const { model } = await readMatchKnowledge(database);
  const found: FoundPair[] = [];
  let customers = 0;
  for (const block of await listBlocks(database)) {
    const terminals = await readBlock(database, block);
    const matcher = createMatcher(terminals, model ? { model } : {});
    for (const terminal of terminals.toSorted((left, right) => left.name.length - right.name.length)) {
      matcher.removeTerminal(terminal.id);
      found.push(...pairsOf(matcher, terminal));
      customers += 1;
      if (customers % breath > 0) continue;
      onProgress?.(customers);
      await breathe();
      signal?.throwIfAborted();
    }
  }
  await keepFound(database, found);
  return { customers, pairs: found.length };
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
