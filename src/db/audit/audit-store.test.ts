import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { nameKey } from '../../journey/match/name-key.js';
import { type AuditVerdict, abandonAudit, answerAudit, listAuditCards } from './audit-answers.js';
import { readAuditReport } from './audit-report.js';
import { drawAudit, openAudit } from './draw-audit.js';
import { readDemotedStrata } from './settle-strata.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

/** 40 names of each kind, linked by the matcher; terminal n belongs to name n. */
beforeEach(async () => {
  const { database } = own;
  await emptyDatabase(database);
  await database.raw('truncate matching.batch, matching.decision, matching.link, matching.audit restart identity cascade');
  await database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
  const place = { province: '湖南省', city: '长沙市' };
  const numbers = Array.from({ length: 80 }, (_, i) => i + 1);
  await database('master.terminal').insert(
    numbers.map((n) => ({ ...place, code: `T${n}`, name: `长沙第${n}医院`, name_key: nameKey(`长沙第${n}医院`) })),
  );
  await database('matching.raw_name').insert(
    numbers.map((n) => ({ id: n, distributor_id: 1, code: `c${n}`, name: `长沙${n}院`, address: '', region: '湖南省/长沙市' })),
  );
  await database('matching.batch').insert({ kind: 'match', actor: 'matcher', by_person: false });
  await database.raw(`
    insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, batch_id, stratum, probability)
      select id, 'auto', id, false, 'matcher', 1, case when id <= 40 then 'same name' else 'core agrees' end, 0.98 from matching.raw_name order by id;
    insert into matching.link (raw_name_id, decision_id, verdict, terminal_id, by_person)
      select raw_name_id, id, verdict, terminal_id, by_person from matching.decision`);
});

const draw = (size: number, strata: string[] = []) => drawAudit(own.database, { size, strata, actor: 'wang' });
const items = async (auditId: string) =>
  (await own.database('matching.audit_item').where({ audit_id: auditId }).orderBy('item')) as {
    item: number;
    stratum: string;
    is_decoy: boolean;
    raw_name_id: string;
    terminal_id: string;
  }[];

/** Answers every card: decoys no; of a kind the first `wrong` are no. */
async function answerAll(auditId: string, wrong: Partial<Record<string, number>>, decoys: AuditVerdict = 'no') {
  const left = { ...wrong };
  const edits = (await items(auditId)).map(({ item, stratum, is_decoy: isDecoy }) => {
    if (isDecoy) return { item, verdict: decoys };
    const isWrong = (left[stratum] ?? 0) > 0;
    if (isWrong) left[stratum]!--;
    return { item, verdict: isWrong ? ('no' as const) : ('yes' as const) };
  });
  return answerAudit(own.database, auditId, edits, 'wang');
}

test('a sample has its kinds, decoys that are known to be wrong, and a seed on record; a second is not drawn while it is open', async () => {
  const { auditId, strata, sample, decoys, seed } = await draw(60);
  expect([sample, decoys, strata]).toEqual([60, 6, { 'same name': { names: 40, drawn: 30 }, 'core agrees': { names: 40, drawn: 30 } }]);
  const all = await items(auditId);
  expect(all.filter(({ is_decoy: d, raw_name_id: name, terminal_id: id }) => d !== (name !== id))).toEqual([]);
  expect(all.map(({ item }) => item)).toEqual(Array.from({ length: 66 }, (_, i) => i + 1));
  expect(await own.database('ledger.event').where({ verb: 'audit-draw' }).select('detail')).toMatchObject([{ detail: { seed } }]);
  await expect(draw(10)).rejects.toMatchObject({ told: { code: 'audit.still-open' } });
});

test('a card shows both sides and nothing of what the matcher thinks; decoys look like the others', async () => {
  const { auditId } = await draw(20);
  const cards = await listAuditCards(own.database, auditId, { all: true });
  const shapes = new Set(cards.map((card) => Object.keys(card).toSorted().join()));
  expect(shapes.size).toBe(1);
  expect([...shapes][0]).not.toMatch(/probab|stratum|decoy|rule|decision/i);
  expect(cards[0]).toMatchObject({ item: 1, items: 23, distributor: '青禾医药', terminalPlace: '湖南省/长沙市', verdict: null });
});

test('a complete audit that keeps the promise changes nothing; one that does not demotes the kind, and an answer taken back restores it exactly', async () => {
  const first = await draw(60);
  expect((await answerAll(first.auditId, {})).settled).toEqual([]);
  expect(await openAudit(own.database)).toBeNull();

  const second = await draw(60);
  const { settled } = await answerAll(second.auditId, { 'core agrees': 2 });
  expect(settled).toEqual([{ stratum: 'core agrees', from: 'auto', to: 'suggest' }]);
  expect(await readDemotedStrata(own.database)).toEqual(['core agrees']);
  const { strata, wrong, total, decoys } = await readAuditReport(own.database, second.auditId);
  expect(strata.find(({ stratum }) => stratum === 'core agrees')).toMatchObject({ yes: 28, no: 2, point: 28 / 30, state: 'suggest' });
  expect(wrong).toHaveLength(2);
  expect(wrong[0]).toMatchObject({ isStillLinked: true });
  expect(total.point).toBeCloseTo((1 + 28 / 30) / 2, 9);
  expect(decoys).toMatchObject({ answered: 6, missed: 0, isAttentive: true });

  const back = await answerAudit(own.database, second.auditId, [{ item: wrong[0]!.item, verdict: null }], 'wang');
  expect(back).toMatchObject({ left: 1, settled: [{ stratum: 'core agrees', from: 'suggest', to: 'auto' }] });
  expect(await readDemotedStrata(own.database)).toEqual([]);
  expect(await own.database('matching.audit_verdict').where({ item: wrong[0]!.item, audit_id: second.auditId }).count()).toEqual([
    { count: '2' },
  ]);
  const verbs = (await own.database('ledger.event').where('verb', 'like', 'stratum-%').orderBy('id')).map(({ verb }) => verb as string);
  expect(verbs).toEqual(['stratum-demote', 'stratum-restore']);
});

test('a later audit that keeps the promise restores a kind, unless its auditor did not look', async () => {
  await answerAll((await draw(60)).auditId, { 'core agrees': 3 });
  const careless = await draw(60);
  expect((await answerAll(careless.auditId, {}, 'yes')).settled).toEqual([]);
  expect((await readAuditReport(own.database, null)).decoys).toMatchObject({ missed: 6, isAttentive: false });
  const careful = await draw(60);
  expect((await answerAll(careful.auditId, {})).settled).toEqual([{ stratum: 'core agrees', from: 'suggest', to: 'auto' }]);
});

test('an abandoned audit judges nothing and stays on record', async () => {
  const { auditId } = await draw(40, ['same name']);
  expect(new Set((await items(auditId)).filter(({ is_decoy: d }) => !d).map(({ stratum }) => stratum))).toEqual(new Set(['same name']));
  await answerAudit(own.database, auditId, [{ item: 1, verdict: 'no' }], 'wang');
  await abandonAudit(own.database, auditId, { actor: 'wang', why: '选错了种类' });
  expect(await readAuditReport(own.database, null)).toMatchObject({ state: 'abandoned', why: '选错了种类', abandoned: 1 });
  await expect(answerAudit(own.database, auditId, [{ item: 2, verdict: 'no' }], 'wang')).rejects.toMatchObject({
    told: { code: 'audit.not-open' },
  });
  await draw(10);
});

test('of a demoted kind the suggestions that would have been links are drawn', async () => {
  await answerAll((await draw(60)).auditId, { 'core agrees': 3 });
  const { database } = own;
  await database('matching.raw_name').insert({ id: 900, distributor_id: 1, code: 'n', name: '长沙新院', address: '', region: '' });
  const evidence = JSON.stringify({ candidates: [{ id: '7', p: 0.98 }], whyNotAuto: ['kind of link not certified: core agrees'] });
  await database.raw(
    `with d as (insert into matching.decision (raw_name_id, verdict, by_person, actor, batch_id, stratum, evidence)
                values (900, 'suggest', false, 'matcher', 1, 'core agrees', ?) returning id)
     insert into matching.link (raw_name_id, decision_id, verdict, by_person) select 900, id, 'suggest', false from d`,
    [evidence],
  );
  const { auditId } = await draw(40, ['core agrees']);
  expect((await items(auditId)).filter(({ is_decoy: d }) => !d)).toMatchObject([{ raw_name_id: '900', terminal_id: '7' }]);
});

test('an answer for a card that is not there writes nothing', async () => {
  const { auditId } = await draw(10);
  await expect(
    answerAudit(
      own.database,
      auditId,
      [
        { item: 1, verdict: 'yes' },
        { item: 99, verdict: 'no' },
      ],
      'w',
    ),
  ).rejects.toMatchObject({ told: { code: 'audit.unknown-item' } });
  expect(await own.database('matching.audit_verdict')).toEqual([]);
});
