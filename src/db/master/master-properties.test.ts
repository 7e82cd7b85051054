import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../scripts/sample-night/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { aSending, load, pick, something } from '../../../test/master-history.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { goldenDigest } from './golden-digest.js';
import { rebuildMaster } from './rebuild-master.js';

// Random histories of everything that changes the master. HUILIU_MASTER_OPERATIONS=10000 makes them long, HUILIU_MASTER_SEEDS=4,5,6 other ones.
const operations = Number(process.env['HUILIU_MASTER_OPERATIONS'] ?? 90);
const seeds = (process.env['HUILIU_MASTER_SEEDS'] ?? '1,2,3').split(',').map(Number);

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(() => emptyDatabase(own.database));

test.each(seeds)(
  'history %i: a rebuild changes nothing at any moment, and after undoing everything nothing is left',
  { timeout: 3_600_000 },
  async (seed) => {
    const chance = seededRandom(seed).next;
    for (let n = 0; n < operations / seeds.length; n += 1) {
      await something(own.database, chance, n);
      if (n % 15 !== 14) continue;
      expect(await rebuildMaster(own.database, { actor: 'x', isPreview: true })).toMatchObject({ changed: 0, records: 0 });
    }
    const incremental = await goldenDigest(own.database);
    await own.database('master.golden').delete();
    await rebuildMaster(own.database, { actor: 'x', isPreview: false });
    expect(await goldenDigest(own.database)).toBe(incremental);

    const inForce = async () =>
      (await own
        .database('matching.batch')
        .where({ in_force: true })
        .whereNotIn('kind', ['undo', 'policy', 'adopt'])
        .orderBy('id')
        .pluck('id')) as string[];
    for (let left = await inForce(); left.length > 0; left = await inForce()) await undoDecisions(own.database, pick(chance, left), 'li');
    expect(await own.database('master.golden').select('record_id')).toEqual([]);
    expect(await own.database('master.source_key').whereNotNull('record_id').select('id')).toEqual([]);
    expect(await own.database('master.record').whereNot({ status: 'withdrawn' }).select('id')).toEqual([]);

    const seqs: string[] = await own.database('master.change').orderBy('seq').pluck('seq');
    expect(seqs).toEqual(seqs.map((_, at) => String(at + 1)));
  },
);

test.each([4, 5])('history %i: the same sendings loaded in another order make the same master', { timeout: 120_000 }, async (seed) => {
  const chance = seededRandom(seed).next;
  // Whom a proven credit code means depends on who is there: so none here.
  const sendings = Array.from({ length: 12 }, (_, n) => aSending(chance, n, ['123', '']));
  for (const sending of sendings) await load(own.database, sending);
  const once = await goldenDigest(own.database);
  await emptyDatabase(own.database);
  for (const sending of sendings.toSorted(() => chance() - 0.5)) await load(own.database, sending);
  expect(await goldenDigest(own.database)).toBe(once);
});
