import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { HubError } from '../../model/hub-error.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { applyChange } from './change-master.js';
import { goldenDigest } from './golden-digest.js';
import { mergeRecords } from './merge-records.js';
import { linkKey, splitKeys } from './move-keys.js';
import { overrideValue } from './override-value.js';
import { rebuildMaster } from './rebuild-master.js';
import { type SaidRecord, sayRecords } from './say-records.js';

// Random histories of everything that changes the master. HUILIU_MASTER_OPERATIONS=10000 makes them long.
const operations = Number(process.env['HUILIU_MASTER_OPERATIONS'] ?? 90);

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(() => emptyDatabase(own.database));

type Chance = () => number;
const pick = <T>(chance: Chance, from: readonly T[]): T => from[Math.floor(chance() * from.length)]!;
const moment = (chance: Chance) => `2026-0${1 + Math.floor(chance() * 9)}-1${Math.floor(chance() * 9)}T08:00:00.000Z`;

interface Sent {
  readonly system: string;
  readonly orderKey: string;
  readonly records: SaidRecord[];
}

function aSending(chance: Chance, n: number, codes = ['91350100M000100Y43', '123', '']): Sent {
  const system = pick(chance, ['own', 'oa', 'finance']);
  const keys = ['K1', 'K2', 'K3', 'K4', 'K5', 'K6'].filter(() => chance() < 0.4);
  const records = keys.map(
    (key): SaidRecord => ({
      ...{ entity: 'customer', role: key === 'K6' ? 'supplier' : key === 'K5' ? 'distributor' : 'terminal', key },
      fields: {
        name: pick(chance, ['甲医院', '乙医院', 'C001', '']),
        credit_code: pick(chance, codes),
        province: pick(chance, ['湖南省', '湖北省', '']),
        city: pick(chance, ['长沙市', '']),
        phone: pick(chance, ['0731-84300000', 'x', '']),
        former_names: pick(chance, ['旧名', '旧名；更旧的名', '']),
      },
      changedAt: chance() < 0.5 ? moment(chance) : null,
      isVoid: chance() < 0.1,
    }),
  );
  return { system, orderKey: `${moment(chance)}|${n}`, records };
}

const load = ({ system, orderKey, records }: Sent) =>
  own.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) => sayRecords(inner, batch, { system, orderKey, records })),
  );

async function aKey(chance: Chance): Promise<string> {
  const keys = await own.database('master.source_key').orderBy('id').select('system', 'role', 'key');
  const { system, role, key } = keys.length > 0 ? pick(chance, keys) : { system: 'x', role: 'x', key: 'x' };
  return `${system}/${role}/${key}`;
}

async function aRecord(chance: Chance): Promise<string> {
  const all: string[] = await own.database('master.record').orderBy('id').pluck('no');
  return all.length > 0 ? pick(chance, all) : 'KH0';
}

async function something(chance: Chance, n: number): Promise<void> {
  const dice = chance();
  const rest = { actor: 'wang', because: 'x', isPreview: chance() < 0.1 };
  const since = pick(chance, ['always', 'always', '2026-03-01', '2026-06-01']);
  if (dice < 0.4 || n < 3) await load(aSending(chance, n));
  else if (dice < 0.5) await linkKey(own.database, await aKey(chance), await aRecord(chance), since, rest);
  else if (dice < 0.58) await splitKeys(own.database, [await aKey(chance)], since, rest);
  else if (dice < 0.68)
    await mergeRecords(own.database, { loser: await aRecord(chance), survivor: await aRecord(chance), reason: 'x' }, rest);
  else if (dice < 0.78) {
    const override = { attribute: pick(chance, ['name', 'city', 'phone']), value: pick(chance, ['人说的', '']), because: 'x', until: null };
    await overrideValue(own.database, await aRecord(chance), override, rest);
  } else {
    const batches: string[] = await own.database('matching.batch').orderBy('id').pluck('id');
    if (batches.length > 0) await undoDecisions(own.database, pick(chance, batches), 'li');
  }
}

/** What a person may not do is refused and changes nothing; anything else is a fault. */
const refused = (error: unknown): void => {
  if (!(error instanceof HubError)) throw error;
};

test.each([1, 2, 3])(
  'history %i: a rebuild changes nothing at any moment, and after undoing everything nothing is left',
  { timeout: 3_600_000 },
  async (seed) => {
    const chance = randomFrom(seed);
    for (let n = 0; n < operations / 3; n += 1) {
      await something(chance, n).catch(refused);
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
  const chance = randomFrom(seed);
  // Whom a proven credit code means depends on who is there: so none here.
  const sendings = Array.from({ length: 12 }, (_, n) => aSending(chance, n, ['123', '']));
  for (const sending of sendings) await load(sending);
  const once = await goldenDigest(own.database);
  await emptyDatabase(own.database);
  for (const sending of sendings.toSorted(() => chance() - 0.5)) await load(sending);
  expect(await goldenDigest(own.database)).toBe(once);
});

/** A chance that is the same for the same seed. */
function randomFrom(seed: number): Chance {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
