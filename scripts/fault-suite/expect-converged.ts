import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Outcome, Plant } from '../../src/app/drill/open-plant.js';
import { checkInvariants } from '../../src/db/check-invariants.js';

/** I7 and all the others: content and books are those of the undisturbed night, nothing breaks an invariant, all bytes are what they were. */
export async function expectConverged(plant: Plant, control: Outcome): Promise<void> {
  const broken = [...(await brokenInvariants(plant)), ...differences(await plant.outcome(), control)];
  if (broken.length > 0) throw new Error(broken.join('\n'));
}

/** What breaks an invariant, in words; empty is good. */
export async function brokenInvariants({ database, home }: Pick<Plant, 'database' | 'home'>): Promise<string[]> {
  const broken = (await checkInvariants(database))
    .filter((check) => check.broken > 0)
    .map(({ invariant, name, broken: count, sample }) => `${invariant} ${name}: ${count}, such as ${sample.slice(0, 3).join(' | ')}`);
  for (const sha256 of await database('ledger.raw_object').pluck('sha256')) {
    const bytes = readFileSync(join(home, 'raw/sha256', sha256.slice(0, 2), sha256));
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) broken.push(`I3 stored bytes: ${sha256} holds something else`);
  }
  for (const folder of readdirSync(join(home, 'raw/sha256'))) {
    for (const name of readdirSync(join(home, 'raw/sha256', folder))) {
      const bytes = readFileSync(join(home, 'raw/sha256', folder, name));
      if (createHash('sha256').update(bytes).digest('hex') !== name) broken.push(`I3 stored bytes: ${name} is not complete`);
    }
  }
  return broken;
}

function differences(found: Outcome, expected: Outcome): string[] {
  const sides = (of: Outcome): Record<string, unknown> => ({ ...of.digest, ...of.ledger });
  const [ours, theirs] = [sides(found), sides(expected)];
  return Object.keys(theirs)
    .filter((key) => !isDeepStrictEqual(ours[key], theirs[key]))
    .map((key) => `I7 ${key}: ${firstDifference(ours[key], theirs[key])}`);
}

function firstDifference(found: unknown, expected: unknown): string {
  if (Array.isArray(found) && Array.isArray(expected)) {
    const at = expected.findIndex((one, index) => !isDeepStrictEqual(one, found[index]));
    const row = at < 0 ? expected.length : at;
    return `${found.length} rows, expected ${expected.length}; row ${row} is ${JSON.stringify(found[row])}, expected ${JSON.stringify(expected[row])}`;
  }
  return `${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`;
}
