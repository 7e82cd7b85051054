import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { addModel, useModel } from '../db/model-store.js';
import { decideNames } from '../db/names/decide-names.js';
import { matchNames } from '../db/names/match-names.js';
import type { NameEdit } from '../db/names/name-decision.js';
import { undoDecisions } from '../db/names/undo-decisions.js';
import { nameKey } from '../journey/match/name-key.js';
import { readShippedModel } from '../journey/match/score/load-model.js';
import { createHubMatcher, type HubMatcher } from './hub-matcher.js';

let own: TestDatabase;
let matcher: HubMatcher;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await matcher?.close();
  const { database } = own;
  await emptyDatabase(database);
  await database.raw(
    'truncate matching.batch, matching.decision, matching.link, matching.model, matching.audit, matching.learned restart identity cascade',
  );
  await database('master.distributor').insert([
    { code: 'D1', name: '青禾医药', province: '湖南省' },
    { code: 'D2', name: '云溪医药', province: '湖南省' },
  ]);
  const place = { province: '湖南省', city: '长沙市', type: '医院' };
  for (const [code, name] of Object.entries({ T1: '长沙市第一医院', T2: '长沙市康宁医院', T3: '长沙市青禾中医医院' }))
    await database('master.terminal').insert({ ...place, code, name, name_key: nameKey(name) });
  matcher = createHubMatcher(database);
});

const rawName = (id: number, name: string, distributor = 1) =>
  own.database('matching.raw_name').insert({ id, distributor_id: distributor, code: `c${id}`, name, address: '', region: '湖南省/长沙市' });
const match = () => matchNames(own.database, { actor: 'test', matcher: () => matcher.ready() });
const links = () => own.database('matching.current_link').orderBy('raw_name_id').select('raw_name_id', 'verdict', 'terminal_id');
const edit = (id: number, terminalCode: string): NameEdit => ({
  ...{ row: 1, rawNameId: String(id), seenName: null, seenDecisionId: null, verdict: 'link' as const, terminalCode, note: '' },
});

test('a name that a person linked is a spelling of the terminal for others at the next matching, and no longer when it is taken back', async () => {
  await rawName(1, '老工人疗养病院');
  await rawName(2, '老工人疗养病院', 2);
  await match();
  const before = await links();
  expect(before.map(({ verdict }) => verdict)).not.toContain('auto');

  const { batchId } = await decideNames(own.database, [edit(1, 'T2')], 'wang');
  expect(await match()).toMatchObject({ auto: 1 });
  expect((await links())[1]).toMatchObject({ raw_name_id: '2', verdict: 'auto', terminal_id: '2' });
  expect((await matcher.ready()).names.versions.learned).toMatch(/-1-0-0$/);

  await undoDecisions(own.database, batchId!, 'wang');
  await match();
  expect((await links()).map(({ raw_name_id: id, terminal_id: terminal }) => [id, terminal])).toEqual(
    before.map(({ raw_name_id: id, terminal_id: terminal }) => [id, terminal]),
  );
  expect((await matcher.ready()).names.versions.learned).toBeUndefined();
  expect(await match()).toMatchObject({ auto: 0, again: 0 });
});

test('a kind of link that an audit demoted is suggested to new names from the next matching on', async () => {
  await rawName(1, '长沙市第一医院');
  expect(await match()).toMatchObject({ auto: 1 });
  const { stratum } = await own.database('matching.decision').first('stratum');
  await own.database('matching.audit').insert({ seed: 'x', strata: '{}', promise: 0.98, actor: 'wang' });
  await own.database('matching.stratum_state').insert({ stratum, state: 'suggest', audit_id: 1 });
  await rawName(2, '长沙市第一医院', 2);
  expect(await match()).toMatchObject({ auto: 0, suggest: 1 });
});

test('a promoted model is used from the next matching on, and the shipped one again after a rollback', async () => {
  const shipped = readShippedModel();
  const never = {
    ...shipped,
    version: 'here-1',
    strata: Object.fromEntries(Object.entries(shipped.strata).map(([kind, one]) => [kind, { ...one, autoFrom: 1.01 }])),
  };
  const id = await addModel(own.database, { model: never, base: shipped.version, trainedOn: {}, metrics: {}, diff: {}, actor: 'wang' });
  await useModel(own.database, id, { verb: 'promote', actor: 'wang', reason: '' });
  await rawName(1, '长沙市第一医院');
  expect(await match()).toMatchObject({ auto: 0, suggest: 1 });
  expect((await matcher.ready()).names.versions.model).toBe('here-1');
  await useModel(own.database, null, { verb: 'rollback', actor: 'wang', reason: '' });
  expect(await match()).toMatchObject({ auto: 1, again: 1 });
});

test('a matcher that followed the words of people answers as one that is built anew', async () => {
  for (const [id, name] of ['长沙康宁', '老工人疗养病院', '青禾堂'].entries()) await rawName(id + 1, name);
  await matcher.ready();
  await decideNames(own.database, [edit(1, 'T2'), edit(2, 'T2'), edit(3, 'T3')], 'wang');
  const asked = ['长沙康宁', '老工人疗养病院', '青禾堂', '长沙市第一医院'].map((name) => ({
    key: name,
    name,
    province: '湖南省',
    city: '长沙市',
  }));
  const followed = await (await matcher.ready()).names.matchBatch(asked);
  const anew = createHubMatcher(own.database);
  const built = await (await anew.ready()).names.matchBatch(asked);
  await anew.close();
  // Changed terminals lie in a small index of their own, so probabilities differ a little until it is folded in.
  const plain = (answers: typeof built) => answers.map(({ decision, terminalId }) => [decision, terminalId]);
  expect(plain(followed)).toEqual(plain(built));
  // A night asks an index as a process that starts now would build it: to the last bit the same.
  expect(await (await matcher.ready({ asBuilt: true })).names.matchBatch(asked)).toEqual(built);
});
