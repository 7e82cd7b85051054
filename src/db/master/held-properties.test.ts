import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../scripts/sample-night/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { adoptDistributors, loadCustomers } from '../../../test/load-customers.js';
import { pick } from '../../../test/master-history.js';
import { HubError } from '../../model/hub-error.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { answerRequest } from './answer-requests.js';
import { listChanges } from './change-requests.js';
import { goldenDigest } from './golden-digest.js';
import { rebuildMaster } from './rebuild-master.js';

// Random orders of feed, import, approval, refusal, undo and redo of all of them. HUILIU_HELD_OPERATIONS=2000 makes them long.
const operations = Number(process.env['HUILIU_HELD_OPERATIONS'] ?? 50);

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
});
afterEach(() => desk.close());

interface Sent {
  readonly batchId: string;
  readonly minute: number;
  readonly isImport: boolean;
  readonly values: ReadonlyMap<string, { readonly name: string; readonly city: string; readonly status: string }>;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'history %i: what a person imported never counts unapproved, and all of it follows from the log',
  { timeout: 3_600_000 },
  async (seed) => {
    const chance = seededRandom(seed).next;
    const sent: Sent[] = [];
    const send = async (minute: number, isImport: boolean, keys: readonly string[]) => {
      const values = new Map(
        keys.map((key) => [
          key,
          {
            name: pick(chance, ['甲医院', '乙医院', '丙医院']),
            city: pick(chance, ['南京市', '苏州市', '']),
            status: pick(chance, ['', '', 'active', 'closed']),
          },
        ]),
      );
      const rows = [...values].map(
        ([key, { name, city, status }], at) => `${key},${name},医院,江苏省,${city},,${status},025-8310${1000 + ((minute * 7 + at) % 9000)}`,
      );
      const batchId = await loadCustomers(own.database, desk, { minute, rows: rows.join('\n'), by: isImport ? 'wang' : null });
      sent.push({ batchId, minute, isImport, values });
    };
    await send(0, false, ['C1', 'C2', 'C3']);
    await adoptDistributors(own.database);
    const before = await goldenDigest(own.database);
    const firstOther = Number((await own.database('matching.batch').max('id as id').first())!.id) + 1;
    const minutes = Array.from({ length: 500 }, (_, n) => n + 1);
    for (let n = 0; n < operations / 2; n += 1) {
      const dice = chance();
      const [minute] = minutes.splice(chance() < 0.8 ? 20 : 0, 1);
      const keys = ['C1', 'C2', 'C3'].filter(() => chance() < 0.6);
      if (dice < 0.4 || n < 2) await send(minute!, chance() < 0.75, keys.length > 0 ? keys : ['C1']);
      else if (dice < 0.7) await answerOne(chance);
      else await undoOne(chance, firstOther);
      await expectAllApproved(sent);
      if (n % 10 === 9)
        expect(await rebuildMaster(own.database, { actor: 'x', isPreview: true })).toMatchObject({ changed: 0, records: 0 });
    }
    for (const { batchId } of sent.slice(1)) if (await isInForce(batchId)) await undoDecisions(own.database, batchId, 'li');
    expect(await goldenDigest(own.database)).toBe(before);
    expect(await listChanges(own.database)).toEqual([]);
    expect(await own.database('master.held_value').select()).toEqual([]);
  },
);

async function answerOne(chance: () => number): Promise<void> {
  const requests = await listChanges(own.database, { all: chance() < 0.2 });
  if (requests.length === 0) return;
  const answer = { decision: chance() < 0.65 ? ('approve' as const) : ('reject' as const), actor: 'li', reason: 'x', isPreview: false };
  await answerRequest(own.database, pick(chance, requests).id, answer).catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error;
  });
}

/** The first list stays. */
async function undoOne(chance: () => number, firstOther: number): Promise<void> {
  const batches: string[] = await own.database('matching.batch').where('id', '>=', firstOther).orderBy('id').pluck('id');
  if (batches.length > 0) await undoDecisions(own.database, pick(chance, batches), 'li');
}

const isInForce = async (id: string): Promise<boolean> => (await own.database('matching.batch').where({ id }).first('in_force')).in_force;

/**
 * Straight from the log, key by key: of an import only what is approved counts, or repeats what counts, or what nobody was ever asked about
 * (taken back or not) because it only adds; what waits has one open request or an answer.
 */
async function expectAllApproved(sent: readonly Sent[]): Promise<void> {
  const { rows } = await own.database.raw(
    `select concat_ws(' ', b.follows, q.kind, k.key) as place, b.in_force and coalesce(w.approved, false) as "isApproved"
       from master.change_request q join matching.batch b on b.id = q.batch_id
       join master.asked a on a.request_id = q.id join master.source_key k on k.id = a.key_id
       left join master.change_answer w on w.id = (
            select max(n.id) from master.change_answer n join matching.batch nb on nb.id = n.batch_id and nb.in_force where n.request_id = q.id)`,
  );
  const placesOf = (list: readonly { place: string }[]) => new Set(list.map(({ place }) => place));
  const asked = placesOf(rows);
  const approved = placesOf(rows.filter(({ isApproved }: { isApproved: boolean }) => isApproved));
  const inForce: Sent[] = [];
  for (const one of sent) if (await isInForce(one.batchId)) inForce.push(one);
  inForce.sort((a, b) => a.minute - b.minute);
  for (const key of ['C1', 'C2', 'C3']) {
    const expected = { name: '', city: '', status: '' };
    for (const [attribute, kind] of [
      ['name', 'rename'],
      ['city', 'move'],
      ['status', 'close'],
    ] as const) {
      let waiting: string | null = null;
      let isFirst = true;
      for (const { batchId, isImport, values } of inForce) {
        const said = values.get(key)?.[attribute];
        if (said === undefined) continue;
        const isChange = attribute === 'status' ? said === 'closed' : expected[attribute] !== '';
        const place = `${batchId} ${kind} ${key}`;
        const isFree = !isImport || approved.has(place) || (!asked.has(place) && (isFirst || !isChange));
        isFirst = false;
        if (said === expected[attribute]) waiting = null;
        else if (said === waiting && !approved.has(place)) continue;
        else if (isFree) [expected[attribute], waiting] = [said, null];
        else waiting = said;
      }
    }
    const golden = await own
      .database('master.golden as g')
      .join('master.source_key as k', 'k.record_id', 'g.record_id')
      .where({ 'k.key': key, 'k.system': 'D1' })
      .first('g.fields');
    expect({ name: golden.fields.name, city: golden.fields.city ?? '', status: golden.fields.status ?? '' }, key).toEqual(expected);
  }
}
