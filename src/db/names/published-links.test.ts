import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { emptyDatabase, insertDelivery } from '../../../test/delivery-fixture.js';
import { matchAll, matcherOf } from '../../../test/matcher-of.js';
import { nameKey } from '../../journey/match/name-key.js';
import { ensurePartitions } from '../ensure-partitions.js';
import { traceTotal } from '../trace.js';
import { decideNames, previewDecisions } from './decide-names.js';
import { mergeTerminals, previewMerge } from './merge-terminals.js';
import type { NameEdit } from './name-decision.js';
import { readName } from './read-name.js';
import { readQueue } from './read-queue.js';
import { approveRequest, listRequests, previewApproval, rejectRequest } from './terminal-requests.js';
import { previewUndo, undoDecisions } from './undo-decisions.js';

// What readers see of decisions: the published figures, by business day and through merges.

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  await insertDelivery(own.database, { loaded: 2, quarantined: 0, titles: ['客户'] });
  for (const [code, name] of [
    ['T1', '长沙市甲医院'],
    ['T2', '长沙市乙医院'],
  ] as const)
    await own.database('master.terminal').insert({ code, name, name_key: nameKey(name), province: '湖南省', city: '长沙市' });
  await own.database('matching.raw_name').insert([
    { id: 11, distributor_id: 1, code: 'C1', name: '甲乙院', address: '一路', region: '湖南省/长沙市/' },
    { id: 12, distributor_id: 1, code: 'C2', name: '甲乙院', address: '二路', region: '湖南省/长沙市/' },
  ]);
  await own.database('matching.raw_product').insert({ id: 21, distributor_id: 1, code: '', name: '甲片', spec: '', maker: '' });
  await ensurePartitions(own.database, ['2026-03-10', '2026-11-20']);
  for (const [generation, day, name] of [
    [200, '2026-03-10', 11],
    [201, '2026-11-20', 11],
    [202, '2026-11-20', 12],
  ] as const) {
    await own.database('ledger.generation').insert({
      ...{ id: generation, delivery_id: 1, sender: 'D1', kind: 'sale', business_date: day, document: String(generation), order_key: 'a' },
      ...{ state: 'active', row_count: 1, quantity: 1, amount: '10.00' },
    });
    await own.database('flow.line').insert({
      ...{
        generation_id: generation,
        part_id: 100,
        row_no: generation,
        business_date: day,
        kind: 's',
        distributor_id: 1,
        raw_name_id: name,
      },
      ...{ raw_product_id: 21, quantity: '1', unit: '盒', factor_numerator: 1, factor_denominator: 1, base_quantity: '1', amount: '10.00' },
      ...{ lot: '', expiry: '', manufactured_on: '', doc_no: '', doc_line: '', is_return: false, is_red_letter: false },
      ...{ actual_month: `${day.slice(0, 7)}-01`, counted_month: `${day.slice(0, 7)}-01` },
    });
  }
});

const decide = (...edits: Partial<NameEdit>[]) => decideNames(own.database, edits.map(toEdit), 'wang');
const toEdit = (over: Partial<NameEdit>, at: number): NameEdit => ({
  ...{ row: at, rawNameId: '11', seenName: null, seenDecisionId: null, verdict: 'link', terminalCode: '', note: '', ...over },
});
const published = async () => {
  const { rows } = await own.database.raw(
    `select terminal_code as code, to_char(counted_month, 'YYYY-MM') as month, sum(amount)::text as amount from pub_v1.terminal_month
      where terminal_code is not null group by 1, 2 order by 1, 2`,
  );
  return (rows as { code: string; month: string; amount: string }[]).map(({ code, month, amount }) => `${code} ${month} ${amount}`);
};

test('a correction moves all days, a change from a day leaves the earlier ones where they are', async () => {
  await decide({ terminalCode: 'T1' });
  expect(await published()).toEqual(['T1 2026-03 10.00', 'T1 2026-11 10.00']);
  const change = toEdit({ terminalCode: 'T2', validFrom: '2026-06-01' }, 1);
  expect(await previewDecisions(own.database, [change])).toMatchObject({ names: 1, rows: 1, amount: '10.00' });
  const { batchId } = await decideNames(own.database, [change], 'wang');
  expect(await published()).toEqual(['T1 2026-03 10.00', 'T2 2026-11 10.00']);
  expect(await traceTotal(own.database, { terminal: 'T2', kind: 'sale' })).toMatchObject({ agree: true, published: { lines: 1 } });
  await decide({ terminalCode: 'T2' });
  expect(await published()).toEqual(['T2 2026-03 10.00', 'T2 2026-11 10.00']);
  await undoDecisions(own.database, batchId!, 'wang');
  expect(await published()).toEqual(['T2 2026-03 10.00', 'T2 2026-11 10.00']);
});

test('a wide decision counts every name of its scope before it is written, and a narrow one goes before it', async () => {
  await decide({ terminalCode: 'T1' });
  const wide = toEdit({ terminalCode: 'T2', scope: 'everywhere' }, 1);
  expect(await previewDecisions(own.database, [wide])).toMatchObject({ names: 1, rows: 1, moves: [{ from: 'undecided', to: 'person' }] });
  await decideNames(own.database, [wide], 'wang');
  expect(await published()).toEqual(['T1 2026-03 10.00', 'T1 2026-11 10.00', 'T2 2026-11 10.00']);
  await own.database('matching.raw_name').insert({ id: 13, distributor_id: 1, code: '', name: ' 甲乙院', address: '三路', region: '' });
  expect(await matchAll(own.database)).toMatchObject({ covered: 1, auto: 0 });
  expect(await own.database('matching.link').where({ raw_name_id: 13 }).first()).toMatchObject({ terminal_id: '2', by_person: true });
});

test('merged terminals are published as their survivor for ever, and undoing the merge gives each its own again', async () => {
  await decide({ terminalCode: 'T1' }, { rawNameId: '12', terminalCode: 'T2' }, { rawNameId: '12', verdict: 'not', terminalCode: 'T1' });
  const before = await published();
  const merging = { loser: 'T1', survivor: 'T2', reason: '同一家' };
  expect(await previewMerge(own.database, merging)).toMatchObject({ terminals: 1, names: 1, rows: 2, amount: '20.00', challenged: 1 });
  expect(await published()).toEqual(before);
  const { batchId } = await mergeTerminals(own.database, merging, 'wang');
  expect(await published()).toEqual(['T2 2026-03 10.00', 'T2 2026-11 20.00']);
  expect((await own.database.raw('select * from pub_v1.terminal_redirect')).rows).toEqual([{ code: 'T1', now_code: 'T2' }]);
  expect(await traceTotal(own.database, { terminal: 'T2', kind: 'sale' })).toMatchObject({ agree: true, published: { lines: 3 } });
  expect((await readQueue(own.database, { limit: 9 })).items).toMatchObject([{ rawNameId: '12', challenge: { reason: 'merged' } }]);
  await expect(mergeTerminals(own.database, { ...merging, loser: 'T2', survivor: 'T1' }, 'wang')).rejects.toThrow();
  const { names } = await matcherOf(own.database);
  expect(await names.matchBatch([{ key: '', name: '长沙市甲医院', city: '长沙市' }])).toMatchObject([
    { decision: 'auto', terminalId: '2' },
  ]);

  expect(await previewUndo(own.database, batchId)).toMatchObject({ redirected: { terminals: 1, names: 1, rows: 2 } });
  await undoDecisions(own.database, batchId, 'li');
  expect(await published()).toEqual(before);
});

test('a request makes one terminal with a code of our own; undone it is out of use and the request open again', async () => {
  await decide({ verdict: 'new', scope: 'distributor' });
  const [request] = await listRequests(own.database);
  expect(request).toMatchObject({ state: 'open', names: 2, fields: { name: '甲乙院', city: '长沙市', address: '一路' } });
  expect(await previewApproval(own.database, request!.id, { name: '长沙市甲乙医院' })).toMatchObject({ names: 2, rows: 3 });
  const { code, batchId } = await approveRequest(own.database, request!.id, { name: '长沙市甲乙医院' }, 'chen', '');
  expect(code).toMatch(/^H\d{6}$/);
  expect(await published()).toEqual([`${code} 2026-03 10.00`, `${code} 2026-11 20.00`]);
  await expect(approveRequest(own.database, request!.id, {}, 'chen', '')).rejects.toThrow(request!.id);

  await undoDecisions(own.database, batchId, 'chen');
  expect(await published()).toEqual([]);
  expect((await own.database.raw('select code from pub_v1.terminal order by 1')).rows).toEqual([{ code: 'T1' }, { code: 'T2' }]);
  expect(await listRequests(own.database)).toMatchObject([{ state: 'open', names: 2 }]);

  await rejectRequest(own.database, request!.id, 'chen', '查无此院');
  expect(await listRequests(own.database)).toEqual([]);
  expect((await readQueue(own.database, { limit: 9 })).items).toMatchObject([{ name: '甲乙院', names: 2, rows: 3, amount: '30.00' }]);
});

test('a name that came in the night was first seen on the day it was in China', async () => {
  await own.database('matching.raw_name').where({ id: 12 }).update({ first_seen_at: '2026-11-20T17:00:00Z' });
  expect((await readName(own.database, '12'))?.firstSeen).toBe('2026-11-21');
  await own.database('matching.raw_name').update({ first_seen_at: '2026-11-30T16:05:00Z' });
  await matchAll(own.database);
  expect((await readQueue(own.database, { limit: 9 })).items.map(({ firstSeen }) => firstSeen)).toContain('2026-12-01');
});
