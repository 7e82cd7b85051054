import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../scripts/sample-night/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { matchAll } from '../../../test/matcher-of.js';
import { nameKey } from '../../journey/match/name-key.js';
import { decideNames } from './decide-names.js';
import { rebuildLinks } from './fold-links.js';
import { foldRedirects } from './fold-master.js';
import type { DecisionScope, NameEdit, PersonVerdict } from './name-decision.js';
import { undoDecisions } from './undo-decisions.js';

// The matching table against an independent reading of the log, over random histories.

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await own.database.raw(
    'truncate master.distributor, master.terminal, matching.batch, matching.decision, matching.link, matching.raw_name restart identity cascade',
  );
  await own.database('master.distributor').insert(['D1', 'D2'].map((code) => ({ code, name: code, province: '湖南省' })));
  const names = ['长沙市济仁医院', '长沙市普济堂药房', '衡阳市中医医院'];
  await own
    .database('master.terminal')
    .insert(names.map((name, at) => ({ code: `T${at + 1}`, name, name_key: nameKey(name), province: '湖南省', city: name.slice(0, 3) })));
});

const spellings = ['长沙市济仁医院', '济仁医院', '普济堂', '零散客户'];
const days = ['2026-01-01', '2026-03-01', '2026-05-01'];
let nextName = 1;

async function addName(chance: () => number): Promise<void> {
  const id = nextName++;
  await own.database('matching.raw_name').insert({
    ...{ id, distributor_id: 1 + Math.floor(chance() * 2), code: chance() < 0.5 ? '' : `C${id % 3}`, region: '湖南省/长沙市/' },
    ...{ name: pick(chance, spellings), address: `${id}号` },
  });
  // Until the next matching a new name has no link, whatever covers it.
  await matchAll(own.database, { matcher: null });
}

async function decideOne(chance: () => number): Promise<void> {
  const verdict: PersonVerdict = pick(chance, ['link', 'link', 'link', 'not', 'new', 'noise', 'hold', 'unlink'] as const);
  const edit: NameEdit = {
    ...{ row: 1, rawNameId: String(1 + Math.floor(chance() * (nextName - 1))), seenName: null, seenDecisionId: null, verdict, note: '' },
    terminalCode: verdict === 'link' || verdict === 'not' ? pick(chance, ['T1', 'T2', 'T3']) : '',
    scope: pick(chance, ['name', 'name', 'distributor', 'everywhere'] as const),
    ...(verdict !== 'not' && chance() < 0.3 && { validFrom: pick(chance, days) }),
  };
  expect((await decideNames(own.database, [edit], 'wang')).problems).toEqual([]);
}

async function undoOne(chance: () => number): Promise<void> {
  const batches: string[] = await own.database('matching.batch').pluck('id');
  if (batches.length > 0) await undoDecisions(own.database, pick(chance, batches), 'li');
}

test.each([1, 2, 3, 4, 5])(
  'history %i: the links are at every moment what the log says, and after undoing everything there are none',
  async (seed) => {
    const chance = seededRandom(seed).next;
    nextName = 1;
    for (let i = 0; i < 6; i += 1) await addName(chance);
    for (let step = 0; step < 40; step += 1) {
      const dice = chance();
      if (dice < 0.15) await addName(chance);
      else if (dice < 0.3) await matchAll(own.database);
      else if (dice < 0.75) await decideOne(chance);
      else await undoOne(chance);
      expect(await linksNow()).toEqual(await linksByLog());
    }
    expect(await own.database.transaction(rebuildLinks)).toBe(0);
    await own.database('matching.link').delete();
    await own.database.transaction(rebuildLinks);
    expect(await linksNow()).toEqual(await linksByLog());

    const inForce = async () =>
      (await own.database('matching.batch').where({ in_force: true }).whereNot({ kind: 'undo' }).pluck('id')) as string[];
    for (let left = await inForce(); left.length > 0; left = await inForce()) await undoDecisions(own.database, pick(chance, left), 'li');
    expect(await linksNow()).toEqual([]);
  },
);

test('an undone batch leaves the links as if it had never been, and undoing the undo brings it back', async () => {
  const chance = seededRandom(9).next;
  nextName = 1;
  for (let i = 0; i < 8; i += 1) await addName(chance);
  const batches: string[] = [];
  for (let i = 0; i < 12; i += 1) {
    await decideOne(chance);
    batches.push((await own.database('matching.batch').max('id as id').first())!['id'] as string);
  }
  for (const batch of new Set(batches)) {
    const before = await linksNow();
    const { batchId } = await undoDecisions(own.database, batch, 'li');
    expect(await linksNow()).toEqual(await linksByLog());
    await undoDecisions(own.database, batchId!, 'li');
    expect(await linksNow()).toEqual(before);
  }
});

test('merges are folded in order, and one that would close a circle counts for nothing', () => {
  const of = (...pairs: [string, string][]) =>
    Object.fromEntries(foldRedirects(pairs.map(([loser_id, survivor_id]) => ({ loser_id, survivor_id }))));
  expect(of(['1', '2'], ['2', '3'])).toEqual({ 1: { into: '2', survivor: '3' }, 2: { into: '3', survivor: '3' } });
  expect(of(['1', '2'], ['2', '1'])).toEqual({ 1: { into: '2', survivor: '2' } });
  expect(of(['1', '2'], ['1', '3'])).toEqual({ 1: { into: '3', survivor: '3' } });
});

async function linksNow(): Promise<object[]> {
  return own
    .database('matching.link')
    .orderBy(['raw_name_id', 'valid_from'])
    .select('raw_name_id', 'valid_from', 'valid_until', 'decision_id', 'verdict', 'terminal_id', 'by_person');
}

interface Logged {
  readonly id: string;
  readonly raw_name_id: string;
  readonly batch_id: string;
  readonly verdict: string;
  readonly terminal_id: string | null;
  readonly by_person: boolean;
  readonly scope: DecisionScope;
  readonly valid_from: string;
  readonly stands_on: string | null;
}

/** The fold as the glossary tells it, name by name and day by day. */
async function linksByLog(): Promise<object[]> {
  const names: { id: string; spelling: string; distributor_id: number }[] = await own.database('matching.raw_name').orderBy('id');
  const log: Logged[] = await own.database('matching.decision').orderBy('id');
  const batches: { id: string; undoes: string | null; follows: string | null }[] = await own.database('matching.batch');
  const holds = (id: string): boolean =>
    !batches.some((other) => other.undoes === id && holds(other.id)) &&
    batches.every((one) => one.id !== id || one.follows === null || holds(one.follows));
  const width = { name: 3, distributor: 2, everywhere: 1 };
  const standing = log.filter(
    ({ batch_id, stands_on }) => holds(batch_id) && (stands_on === null || holds(log.find(({ id }) => id === stands_on)!.batch_id)),
  );
  const time = (day: string) => (day === '-infinity' ? '' : day);
  return names.flatMap((name) => {
    const covers = ({ raw_name_id, scope }: Logged) => {
      const other = names.find(({ id }) => id === raw_name_id)!;
      return (
        raw_name_id === name.id ||
        (scope !== 'name' && other.spelling === name.spelling && (scope === 'everywhere' || other.distributor_id === name.distributor_id))
      );
    };
    const covering = standing.filter(covers);
    const alive = covering.filter(
      (one) =>
        one.verdict !== 'not' &&
        !covering.some(
          (not) =>
            not.verdict === 'not' &&
            not.terminal_id === one.terminal_id &&
            (!one.by_person || (Number(not.id) > Number(one.id) && width[not.scope] >= width[one.scope])),
        ),
    );
    const rank = (one: Logged) => (one.by_person ? 1e9 : 0) + width[one.scope] * 1e7 + Number(one.id);
    const changes = [...new Set(alive.map(({ valid_from }) => valid_from))].toSorted((a, b) => (time(a) < time(b) ? -1 : 1));
    const winners = changes.map((day) => ({
      day,
      winner: alive.filter(({ valid_from }) => time(valid_from) <= time(day)).toSorted((a, b) => rank(b) - rank(a))[0]!,
    }));
    const segments = winners.filter(({ winner }, at) => at === 0 || winners[at - 1]!.winner !== winner);
    return segments.map(({ day, winner }, at) => ({
      ...{ raw_name_id: name.id, valid_from: day, valid_until: segments[at + 1]?.day ?? 'infinity', decision_id: winner.id },
      ...{ verdict: winner.verdict, terminal_id: winner.terminal_id, by_person: winner.by_person },
    }));
  });
}

function pick<Value>(chance: () => number, values: readonly Value[]): Value {
  return values[Math.floor(chance() * values.length)]!;
}
