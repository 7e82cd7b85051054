import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { answerRequest } from './answer-requests.js';
import { applyChange } from './change-master.js';
import { askForChange, listChanges } from './change-requests.js';
import { endOverrides } from './end-overrides.js';
import { findRecord } from './find-record.js';
import { goldenDigest } from './golden-digest.js';
import { mergeRecords } from './merge-records.js';
import { linkKey, splitKeys } from './move-keys.js';
import { overrideValue } from './override-value.js';
import { readCard } from './read-card.js';
import { readCrosswalkAsOf } from './read-crosswalk.js';
import { rebuildMaster } from './rebuild-master.js';
import { relateRecords } from './relate-records.js';
import { type SaidRecord, sayRecords } from './say-records.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(() => emptyDatabase(own.database));

let hour = 0;
/** A system says something, each time later than before. */
const say = (system: string, ...records: [key: string, fields: Record<string, string>, role?: string][]) => {
  hour += 1;
  return own.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) =>
      sayRecords(inner, batch, {
        system,
        orderKey: `2026-03-${String(hour).padStart(3, '0')}`,
        records: records.map(([key, fields, role = 'terminal']): SaidRecord => ({ entity: 'customer', role, key, fields })),
      }),
    ),
  );
};
const done = { actor: 'wang', because: '核对', isPreview: false };
const cardValue = async (asked: string, attribute: string) =>
  (await readCard(own.database, asked)).values.find((one) => one.attribute === attribute);

test('a new key of another system with the same proven credit code and a fitting name means the record we have', async () => {
  await say('own', ['T1', { name: '甲医院', credit_code: '91350100M000100Y43' }]);
  await say('finance', ['C1', { name: '湖南甲医院', credit_code: '91350100M000100Y43' }, 'other']);
  await say(
    'oa',
    ['O1', { name: '甲医院', credit_code: '91350100M000100Y43' }, 'supplier'],
    ['O2', { name: '乙药店', credit_code: '91350100M000100Y43' }],
  );
  expect((await readCard(own.database, 'T1')).sources.map(({ system, key, how }) => [system, key, how])).toEqual([
    ['finance', 'C1', 'credit-code'],
    ['own', 'T1', 'new'],
  ]);
  expect((await findRecord(own.database, 'oa/O1')).id).not.toBe((await findRecord(own.database, 'T1')).id);
});

test('the value of a merged record says which system it comes from, what it beat, and by which rule', async () => {
  await say('own', ['T1', { name: '甲医院', province: '湖南省', city: '长沙市', phone: '0731-84300000' }]);
  await say('finance', ['C1', { name: '甲医院有限公司', province: '湖北省', phone: 'x' }]);
  await mergeRecords(own.database, { loser: 'finance/C1', survivor: 'T1', reason: 'x' }, done);
  expect(await cardValue('T1', 'name')).toMatchObject({
    value: '甲医院有限公司',
    from: ['terminal', 'finance', 'C1'],
    by: 'priority',
    lost: [{ value: '甲医院' }],
  });
  expect(await cardValue('T1', 'province')).toMatchObject({ value: '湖北省' });
  // A group survives together: a city of Hunan never stands beside a province that another system gave.
  expect(await cardValue('T1', 'city')).toMatchObject({ value: null, lost: [{ value: '长沙市', by: 'group' }] });
  expect(await cardValue('T1', 'phone')).toMatchObject({ value: '0731-84300000', by: 'validity', lost: [{ value: 'x', by: 'validity' }] });
});

test('a merged number leads to its survivor for ever, and undoing the merge gives the very state before', async () => {
  await say('own', ['T1', { name: '甲医院' }], ['T2', { name: '乙医院' }], ['T3', { name: '丙医院' }]);
  const before = await goldenDigest(own.database);
  const { no } = await findRecord(own.database, 'T1');
  const first = await mergeRecords(own.database, { loser: 'T1', survivor: 'T2', reason: 'x' }, done);
  const second = await mergeRecords(own.database, { loser: 'T2', survivor: 'T3', reason: 'x' }, done);
  expect(await findRecord(own.database, no)).toMatchObject({ name: '丙医院', redirectedFrom: no });
  expect(await findRecord(own.database, 'T1')).toMatchObject({ name: '丙医院' });
  expect(await findRecord(own.database, 'T1', { asIs: true })).toMatchObject({ no, status: 'merged' });
  await undoDecisions(own.database, first.batchId, 'li');
  expect(await findRecord(own.database, no)).toMatchObject({ name: '甲医院', redirectedFrom: null });
  await undoDecisions(own.database, second.batchId, 'li');
  expect(await goldenDigest(own.database)).toBe(before);
});

test('a supplier is never one record with a customer', async () => {
  await say('finance', ['C1', { name: '甲公司' }, 'distributor'], ['S1', { name: '甲公司' }, 'supplier']);
  await expect(mergeRecords(own.database, { loser: 'finance/S1', survivor: 'finance/C1', reason: 'x' }, done)).rejects.toThrow(
    'never one record',
  );
  await expect(linkKey(own.database, 'finance/S1', 'finance/C1', 'always', done)).rejects.toThrow('never one record');
});

test('a key that is linked from a day on meant the old record before it, and both clocks can be asked', async () => {
  await say('own', ['T1', { name: '甲医院' }], ['T2', { name: '乙医院' }]);
  await say('finance', ['C1', { name: '甲' }]);
  const old = await findRecord(own.database, 'finance/C1');
  const { rows } = await own.database.raw('select clock_timestamp()::text as now');
  await linkKey(own.database, 'finance/C1', 'T1', '2026-06-01', done);
  const corrected = await linkKey(own.database, 'finance/C1', 'T2', 'always', done);
  const [t1, t2] = [await findRecord(own.database, 'own/T1'), await findRecord(own.database, 'own/T2')];
  const asOf = async (day: string) =>
    (await readCrosswalkAsOf(own.database, 'finance/C1', { asOf: day, knownAt: null })).map(({ no }) => no);
  expect(await asOf('2026-07-01')).toEqual([t2.no]);
  expect(await asOf('2026-01-01')).toEqual([t2.no]);
  await undoDecisions(own.database, corrected.batchId, 'li');
  expect(await asOf('2026-07-01')).toEqual([t1.no]);
  expect(await readCrosswalkAsOf(own.database, 'finance/C1', { asOf: '2026-01-01', knownAt: null })).toMatchObject([{ no: old.no }]);
  expect(await readCrosswalkAsOf(own.database, 'finance/C1', { asOf: '2026-07-01', knownAt: rows[0].now })).toMatchObject([{ no: old.no }]);
});

test('a key of a merged record meant its survivor from the merge until that was taken back, whichever of the two records is asked', async () => {
  const now = async () => (await own.database.raw('select clock_timestamp()::text as now')).rows[0].now as string;
  const meant = async (asked: string, knownAt: string | null) =>
    (await readCrosswalkAsOf(own.database, asked, { asOf: '2026-07-01', knownAt })).map(
      ({ key, name, survivor, today }) => `${key}: ${name} -> ${survivor.name}, ${today?.name}`,
    );
  await say('own', ['T1', { name: '甲' }], ['T2', { name: '乙' }], ['T3', { name: '丙' }]);
  const { no } = await findRecord(own.database, 'T1');
  const apart = await now();
  const first = await mergeRecords(own.database, { loser: 'T1', survivor: 'T2', reason: 'x' }, done);
  const merged = await now();
  await mergeRecords(own.database, { loser: 'T2', survivor: 'T3', reason: 'x' }, done);
  const all = await now();
  await undoDecisions(own.database, first.batchId, 'li');
  const taken = await now();

  expect(await meant('own/T1', apart)).toEqual(['T1: 甲 -> 甲, 甲']);
  expect(await meant('own/T1', merged)).toEqual(['T1: 甲 -> 乙, 甲']);
  expect(await meant('own/T1', all)).toEqual(['T1: 甲 -> 丙, 甲']);
  expect(await meant('own/T1', taken)).toEqual(['T1: 甲 -> 甲, 甲']);
  expect(await meant('own/T2', merged)).toEqual(['T2: 乙 -> 乙, 丙']);
  expect(await meant('own/T2', null)).toEqual(['T2: 乙 -> 丙, 丙']);
  // Of a record, all keys that meant it then: asked by a number that was merged it is the survivor of then.
  expect(await meant(no, apart)).toEqual(['T1: 甲 -> 甲, 甲']);
  expect(await meant(no, merged)).toEqual(['T1: 甲 -> 乙, 甲', 'T2: 乙 -> 乙, 丙']);
  expect(await meant('T3', all)).toEqual(['T1: 甲 -> 丙, 甲', 'T2: 乙 -> 丙, 丙', 'T3: 丙 -> 丙, 丙']);
  expect(await meant('T3', null)).toEqual(['T2: 乙 -> 丙, 丙', 'T3: 丙 -> 丙, 丙']);
  // The redo of the merge holds from its own moment on; what was known before stays.
  const { rows } = await own.database.raw('select id from matching.batch where undoes = ?', [first.batchId]);
  await undoDecisions(own.database, rows[0].id, 'li');
  expect([await meant('own/T1', null), await meant('own/T1', taken)]).toEqual([['T1: 甲 -> 丙, 丙'], ['T1: 甲 -> 甲, 丙']]);
  await linkKey(own.database, 'own/T1', 'T3', 'always', done);
  // A record without keys keeps the name it had last.
  expect(await readCrosswalkAsOf(own.database, 'own/T1', { asOf: '2026-07-01', knownAt: merged })).toMatchObject([
    { no, name: '甲', survivor: { name: '乙' }, today: { no: (await findRecord(own.database, 'own/T3')).no } },
  ]);
});

test('keys that are split off are a record of their own, and come home when that is undone', async () => {
  await say('own', ['T1', { name: '甲医院' }]);
  await say('finance', ['C1', { name: '甲' }]);
  await linkKey(own.database, 'finance/C1', 'T1', 'always', done);
  const before = await goldenDigest(own.database);
  const { batchId } = await splitKeys(own.database, ['finance/C1'], 'always', done);
  expect((await findRecord(own.database, 'finance/C1')).id).not.toBe((await findRecord(own.database, 'T1')).id);
  await undoDecisions(own.database, batchId, 'li');
  expect(await goldenDigest(own.database)).toBe(before);
  await expect(splitKeys(own.database, ['own/T1', 'finance/C1'], 'always', done)).rejects.toThrow('no source left');
});

test('an override holds until the source it beat says something else, and is then listed as moved', async () => {
  await say('own', ['T1', { name: '甲医院', phone: '0731-84300000' }]);
  const preview = await overrideValue(
    own.database,
    'T1',
    { attribute: 'phone', value: '0731-84300001', because: '电话核实', until: null },
    { ...done, isPreview: true },
  );
  expect(preview.changes).toMatchObject([{ values: [{ attribute: 'phone', before: '0731-84300000', after: '0731-84300001' }] }]);
  expect(await cardValue('T1', 'phone')).toMatchObject({ value: '0731-84300000' });
  await overrideValue(own.database, 'T1', { attribute: 'phone', value: '0731-84300001', because: '电话核实', until: null }, done);
  await say('own', ['T1', { name: '甲人民医院', phone: '0731-84300000' }]);
  expect(await cardValue('T1', 'phone')).toMatchObject({ value: '0731-84300001', by: 'override', from: ['', 'person', 'wang'] });
  await say('own', ['T1', { name: '甲人民医院', phone: '0731-84300002' }]);
  expect(await cardValue('T1', 'phone')).toMatchObject({ value: '0731-84300002', by: 'only' });
  expect((await readCard(own.database, 'T1')).overrides).toMatchObject([{ state: 'moved' }]);
});

test('an override ends with the value it beat also when the key of that value means another record by now', async () => {
  await say('own', ['T1', { name: '甲医院' }], ['T2', { name: '乙医院', phone: '0731-84300000' }]);
  const { batchId } = await mergeRecords(own.database, { loser: 'T2', survivor: 'T1', reason: 'x' }, done);
  await overrideValue(own.database, 'T1', { attribute: 'phone', value: '0731-84300001', because: 'x', until: null }, done);
  await undoDecisions(own.database, batchId, 'li');
  await say('own', ['T2', { name: '乙医院', phone: '0731-84300002' }]);
  expect(await cardValue('T1', 'phone')).toBeUndefined();
  expect(await rebuildMaster(own.database, { actor: 'x', isPreview: true })).toMatchObject({ changed: 0 });
});

test('a rename is asked for by one and done by another; the old name stays a name of it', async () => {
  await say('own', ['T1', { name: '甲县医院' }]);
  const { id } = await askForChange(
    own.database,
    { kind: 'rename', record: 'T1', fields: { name: '甲市人民医院' }, reason: '撤县设市', seen: [] },
    'wang',
  );
  await expect(answerRequest(own.database, id, { decision: 'approve', actor: 'wang', reason: '', isPreview: false })).rejects.toThrow(
    'somebody else',
  );
  const { batchId } = await answerRequest(own.database, id, { decision: 'approve', actor: 'chen', reason: '', isPreview: false });
  expect(await own.database('master.terminal').where({ code: 'T1' }).first('name', 'former_names')).toEqual({
    name: '甲市人民医院',
    former_names: '甲县医院',
  });
  expect(await listChanges(own.database, { all: true })).toMatchObject([{ state: 'approved', answeredBy: 'chen' }]);
  await undoDecisions(own.database, batchId, 'li');
  expect(await own.database('master.terminal').where({ code: 'T1' }).first('name', 'former_names')).toEqual({
    name: '甲县医院',
    former_names: '',
  });
  expect(await listChanges(own.database)).toMatchObject([{ state: 'open' }]);
});

test('a closed customer is closed for the matcher, a new one gets a code, a refused request does nothing', async () => {
  await say('own', ['T1', { name: '甲医院' }]);
  const ask = async (kind: 'close' | 'new', record: string | null, fields: Record<string, string>) =>
    (await askForChange(own.database, { kind, record, fields, reason: 'x', seen: [] }, 'wang')).id;
  await answerRequest(own.database, await ask('close', 'T1', {}), { decision: 'approve', actor: 'chen', reason: '', isPreview: false });
  expect(await own.database('master.terminal').where({ code: 'T1' }).first('status')).toEqual({ status: 'closed' });
  await answerRequest(own.database, await ask('new', null, { name: '丙诊所', province: '湖南省' }), {
    decision: 'approve',
    actor: 'chen',
    reason: '',
    isPreview: false,
  });
  expect(await own.database('master.terminal').whereNot({ code: 'T1' }).select('code', 'name')).toEqual([
    { code: 'H000001', name: '丙诊所' },
  ]);
  const before = await goldenDigest(own.database);
  await answerRequest(own.database, await ask('new', null, { name: '丁诊所' }), {
    decision: 'reject',
    actor: 'wang',
    reason: '重复',
    isPreview: false,
  });
  expect(await goldenDigest(own.database)).toBe(before);
  await expect(ask('new', null, { name: '戊', credit_code: '123' })).rejects.toThrow('123');
});

test('a branch belongs to its hospital for a time, the later word goes before, and nobody stands above himself', async () => {
  await say('own', ['T1', { name: '总院' }], ['T2', { name: '东院' }], ['T3', { name: '集团医院' }]);
  const relate = (child: string, parent: string, since: string | null) =>
    relateRecords(own.database, { child, parent, kind: 'branch', since, until: null }, done);
  await relate('T2', 'T1', null);
  await relate('T2', 'T3', '2026-06-01');
  expect((await readCard(own.database, 'T2')).family).toMatchObject([
    { side: 'parent', name: '总院', validUntil: '2026-06-01' },
    { side: 'parent', name: '集团医院', validFrom: '2026-06-01' },
  ]);
  await relate('T3', 'T1', null);
  await expect(relate('T1', 'T2', null)).rejects.toThrow('stands above');
});

test('two writers at once number their changes without a gap, in the order of their commits', async () => {
  const watch = async (): Promise<string[]> => own.database('master.change').orderBy('seq').pluck('seq');
  await Promise.all(Array.from({ length: 8 }, (_, n) => say(`s${n % 3}`, [`K${n}`, { name: `第${n}医院` }])));
  const seqs = await watch();
  expect(seqs).toEqual(seqs.map((_, at) => String(at + 1)));
  expect(seqs.length).toBe(8);
  const { rows } = await own.database.raw('select seq from master.change order by at, seq');
  expect((rows as { seq: string }[]).map(({ seq }) => seq)).toEqual(seqs);
});

test('an override ends on its day', async () => {
  await say('own', ['T1', { name: '甲医院', phone: '0731-84300000' }]);
  await overrideValue(own.database, 'T1', { attribute: 'phone', value: '0731-84300001', because: 'x', until: '2100-01-01' }, done);
  expect(await endOverrides(own.database)).toBe(0);
  const ends = await own.database('master.override').first('expires_at');
  expect(ends.expires_at, 'midnight in China').toEqual(new Date('2100-01-01T00:00:00+08:00'));
  await own.database('master.override').update({ expires_at: '2026-01-01' });
  expect(await endOverrides(own.database)).toBe(1);
  expect(await cardValue('T1', 'phone')).toMatchObject({ value: '0731-84300000' });
  expect(await endOverrides(own.database)).toBe(0);
});

test('an override of what is no field, or that would be over at once, is refused', async () => {
  await say('own', ['T1', { name: '甲医院' }]);
  const refused = (attribute: string, until: string | null) =>
    overrideValue(own.database, 'T1', { attribute, value: '1', because: 'x', until }, done).catch((error: unknown) => error);
  expect(await refused('nonsense', null)).toMatchObject({ told: { code: 'golden.no-such-attribute', values: { attribute: 'nonsense' } } });
  expect(await refused('phone', '2020-01-01')).toMatchObject({ told: { code: 'golden.until-past' } });
  expect(await own.database('master.override').where({ value: '1' })).toEqual([]);
});
