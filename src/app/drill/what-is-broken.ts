import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { checkInvariants, type Invariant } from '../../db/check-invariants.js';
import type { Outcome, Plant } from './open-plant.js';

/** One thing that does not hold, for the people who build the hub. */
export interface Broken {
  readonly invariant: Invariant;
  readonly what: string;
}

/** I7 and all the others: content and books are those of the undisturbed night, nothing breaks an invariant, all bytes are what they were. */
export async function whatIsBroken(plant: Plant, control: Outcome): Promise<Broken[]> {
  return [...(await brokenInvariants(plant)), ...differences(await plant.outcome(), control)];
}

/** The same without anything to compare with. */
export async function brokenInvariants({ database, home }: Pick<Plant, 'database' | 'home'>): Promise<Broken[]> {
  const broken: Broken[] = (await checkInvariants(database))
    .filter((check) => check.broken > 0)
    .map(({ invariant, name, broken: count, sample }) => ({
      invariant,
      what: `${name}: ${count}, such as ${sample.slice(0, 3).join(' | ')}`,
    }));
  const stored = await readdir(join(home, 'raw/sha256'), { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map(stored.filter((entry) => entry.isFile()).map(({ name, parentPath }) => [name, join(parentPath, name)]));
  for (const [sha256, path] of files) {
    if ((await hashOf(path)) !== sha256) broken.push({ invariant: 'I3', what: `stored bytes: ${sha256} holds something else` });
  }
  for (const sha256 of await database('ledger.raw_object').pluck('sha256')) {
    if (!files.has(sha256)) broken.push({ invariant: 'I3', what: `stored bytes: ${sha256} is missing` });
  }
  return broken;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function differences(found: Outcome, expected: Outcome): Broken[] {
  const sides = (of: Outcome): Record<string, unknown> => ({ ...of.digest, ...of.ledger });
  const [ours, theirs] = [sides(found), sides(expected)];
  return Object.keys(theirs)
    .filter((key) => !isDeepStrictEqual(ours[key], theirs[key]))
    .map((key) => ({ invariant: 'I7' as const, what: `${key}: ${firstDifference(ours[key], theirs[key])}` }));
}

function firstDifference(found: unknown, expected: unknown): string {
  if (Array.isArray(found) && Array.isArray(expected)) {
    const at = expected.findIndex((one, index) => !isDeepStrictEqual(one, found[index]));
    const row = at < 0 ? expected.length : at;
    return `${found.length} rows, expected ${expected.length}; row ${row} is ${JSON.stringify(found[row])}, expected ${JSON.stringify(expected[row])}`;
  }
  return `${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`;
}
