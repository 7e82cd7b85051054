import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { matchAll } from '../../../test/matcher-of.js';
import { nameKey } from '../../journey/match/name-key.js';
import { decideNames, previewDecisions } from './decide-names.js';
import type { NameEdit } from './name-decision.js';
import { listNamesAtStake } from './names-at-stake.js';
import { previewUndo, undoDecisions } from './undo-decisions.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await own.database.raw(
    'truncate master.distributor, master.terminal, master.product, matching.batch, matching.decision, matching.link, ledger.generation, flow.line restart identity cascade',
  );
  await own.database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
  for (const [code, name] of [
    ['T1', '甲医院'],
    ['T2', '乙医院'],
  ] as const) {
    await own.database('master.terminal').insert({ code, name, name_key: nameKey(name), province: '湖南省' });
  }
  await own.database('matching.raw_name').insert([
    { id: 11, distributor_id: 1, code: '', name: '甲医院', address: '', region: '' },
    { id: 12, distributor_id: 1, code: '', name: '甲院', address: '', region: '' },
    { id: 13, distributor_id: 1, code: '', name: '甲院', address: '后门', region: '' },
  ]);
});

const edit = (over: Partial<NameEdit> = {}): NameEdit => ({
  row: 2,
  rawNameId: '12',
  seenName: null,
  seenDecisionId: null,
  verdict: 'link',
  terminalCode: 'T1',
  note: '',
  ...over,
});
const links = () => own.database('matching.link').orderBy('raw_name_id');
const match = () => matchAll(own.database);

test('all mistakes of a workbook are told together and nothing is written', async () => {
  await match();
  const edits = [
    edit({ rawNameId: '99' }),
    edit({ row: 3, terminalCode: 'T9' }),
    edit({ row: 4, rawNameId: '11', seenName: '别的医院' }),
    edit({ row: 5, rawNameId: '13' }),
    edit({ row: 6, rawNameId: '13', terminalCode: 'T2' }),
    edit({ row: 7, rawNameId: '11', terminalCode: '' }),
    edit({ row: 8, rawNameId: '11', verdict: 'noise' }),
  ];
  const before = await links();
  const { problems, batchId } = await decideNames(own.database, edits, 'wang');
  expect(problems.map(({ code, values }) => [values['row'], code])).toEqual([
    [2, 'match.unknown-raw-name'],
    [3, 'match.unknown-terminal'],
    [4, 'match.name-differs'],
    [6, 'match.edited-twice'],
    [7, 'match.terminal-missing'],
    [8, 'match.terminal-not-wanted'],
  ]);
  expect(batchId).toBeNull();
  expect(await links()).toEqual(before);
});

test('a preview counts and writes nothing; saying the same twice changes nothing', async () => {
  await match();
  expect(await previewDecisions(own.database, [edit()])).toMatchObject({ names: 1, moves: [{ from: 'suggest', to: 'person', names: 1 }] });
  expect(await own.database('matching.decision').where({ by_person: true })).toEqual([]);
  await decideNames(own.database, [edit()], 'wang');
  expect(await decideNames(own.database, [edit()], 'wang')).toMatchObject({ unchanged: 1, names: 0, batchId: null });
});

test('a decision of another person since the export is not overwritten', async () => {
  await match();
  const [before] = (await listNamesAtStake(own.database, { all: true })).filter(({ rawNameId }) => rawNameId === '12');
  await decideNames(own.database, [edit({ terminalCode: 'T2' })], 'li');
  const late = await decideNames(own.database, [edit({ seenDecisionId: before?.decisionId ?? '' })], 'wang');
  expect(late.problems.map(({ code }) => code)).toEqual(['match.decided-meanwhile']);
});

test('undo brings back exactly the links before, with those a rule had drawn from the batch, and once only', async () => {
  await match();
  const before = await links();
  const { batchId } = await decideNames(own.database, [edit(), edit({ rawNameId: '11', terminalCode: 'T2' })], 'wang');
  expect(await match()).toMatchObject({ auto: 1 });
  expect((await links()).map(({ terminal_id }) => terminal_id)).toEqual(['2', '1', '1']);

  const expected = { restored: 2, kept: 0, undoneBefore: 0, followers: 1 };
  expect(await previewUndo(own.database, batchId ?? '')).toMatchObject(expected);
  expect(await undoDecisions(own.database, batchId ?? '', 'wang')).toMatchObject(expected);
  expect(await links()).toEqual(before);
  expect(await undoDecisions(own.database, batchId ?? '', 'wang')).toMatchObject({ restored: 0, undoneBefore: 2 });
});

test('a name that nobody had decided before has no link after undo', async () => {
  const { batchId } = await decideNames(own.database, [edit()], 'wang');
  await undoDecisions(own.database, batchId ?? '', 'wang');
  expect(await links()).toEqual([]);
});

test('undo leaves a name alone on which a later decision of a person stands', async () => {
  const first = await decideNames(own.database, [edit()], 'wang');
  await decideNames(own.database, [edit({ terminalCode: 'T2' })], 'li');
  expect(await undoDecisions(own.database, first.batchId ?? '', 'wang')).toMatchObject({ restored: 0, kept: 1 });
  expect((await links())[0]).toMatchObject({ terminal_id: '2', by_person: true });
});

test('an unknown batch is refused in words', async () => {
  await expect(previewUndo(own.database, '4711')).rejects.toThrow('4711');
});
