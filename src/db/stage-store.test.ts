import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { closedAs, emptyDatabase } from '../../test/delivery-fixture.js';
import { message } from '../model/message.js';
import { claimStage } from './claim-stage.js';
import { closeEndedRuns, countOpenStages, openRun } from './run-store.js';
import { addStage, type Claim, failStage, finishStage, type NewStage, releaseLeases, renewLease } from './stage-store.js';
import { inTransaction } from './with-client.js';

let own: TestDatabase;
let runId: string;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  runId = (await openRun(own.database, 'nightly', '2026-03-31')).id;
});

const add = (stage: NewStage['stage'], objectKey: string, over: Partial<NewStage> = {}) =>
  addStage(own.database, { runId, stage, objectKey, inputDigest: 'x', logicVersion: '1', ...over });
const load = (objectKey: string, sender: string, orderKey: string) => add('load', objectKey, { sender, orderKey });
const keyOf = async (claim: Claim | null) =>
  claim && ((await own.database('ledger.stage_exec').where({ id: claim.id }).first('object_key')).object_key as string);
const claim = (...stages: NewStage['stage'][]) => claimStage(own.database, { owner: 'me', stages: stages, runId: runId });
const finish = (held: Claim) => inTransaction(own.database, (client) => finishStage(client, held, 'done', {}));
const dueNow = () => own.database('ledger.stage_exec').update({ due_at: own.database.raw(`now() - interval '1 second'`) });
const expire = () => own.database('ledger.stage_exec').update({ lease_until: own.database.raw(`now() - interval '1 second'`) });
const fault = { errorClass: 'transient', told: message('hub.unexpected', { where: 'x', cause: 'y' }), again: true } as const;

test('loads wait for the collections of their sender, then go in business order and one at a time; other senders do not wait', async () => {
  await add('collect', 'a1', { sender: 'A' });
  await add('collect', 'a2', { sender: 'A' });
  await load('a-later', 'A', '2');
  await load('a-earlier', 'A', '1');
  await load('b', 'B', '3');
  expect(await keyOf(await claim('load'))).toBe('b');
  const first = await claim('collect');
  const second = await claim('collect');
  await finish(first!);
  expect(await claim('load')).toBeNull();
  await finish(second!);
  const earlier = await claim('load');
  expect([await keyOf(earlier), await claim('load')]).toEqual(['a-earlier', null]);
  await finish(earlier!);
  expect(await keyOf(await claim('load'))).toBe('a-later');
});

test('a load that waits for another attempt keeps its place before the later ones of its sender', async () => {
  await load('earlier', 'A', '1');
  await load('later', 'A', '2');
  await failStage(own.database, (await claim('load'))!, fault);
  expect(await claim('load')).toBeNull();
  await dueNow();
  expect(await keyOf(await claim('load'))).toBe('earlier');
});

test('match waits until every other step of its run has ended, also one that failed', async () => {
  await add('match', 'run');
  await load('a', 'A', '1');
  await load('b', 'B', '1');
  const [first, second] = [await claim('load'), await claim('load')];
  expect(await claim('match')).toBeNull();
  await finish(first!);
  await failStage(own.database, second!, { ...fault, again: false });
  expect((await claim('match'))?.stage).toBe('match');
});

test('claimers at the same time never get the same step', async () => {
  for (let sender = 0; sender < 40; sender++) await load(`l${sender}`, `S${sender}`, '1');
  const claimed = await Promise.all(Array.from({ length: 8 }, () => claimAll()));
  const ids = claimed.flat();
  expect([ids.length, new Set(ids).size]).toEqual([40, 40]);

  async function claimAll(): Promise<string[]> {
    const mine: string[] = [];
    for (let misses = 0; misses < 3; ) {
      const one = await claim('load');
      if (one) mine.push(one.id);
      else misses += 1;
    }
    return mine;
  }
});

test('a step whose lease has run out is claimed again under a higher fence, and the earlier holder can neither renew, finish nor fail it', async () => {
  await load('a', 'A', '1');
  const frozen = (await claim('load'))!;
  expect([await claim('load'), await renewLease(own.database, frozen)]).toEqual([null, true]);
  await expire();
  const holder = (await claim('load'))!;
  expect([holder.id, Number(holder.fence), holder.attempt]).toEqual([frozen.id, Number(frozen.fence) + 1, 2]);
  expect(await renewLease(own.database, frozen)).toBe(false);
  await finish(frozen);
  await failStage(own.database, frozen, fault);
  expect(await own.database('ledger.stage_exec').first('state', 'fence', 'error_class')).toEqual({
    state: 'running',
    fence: holder.fence,
    error_class: null,
  });
});

test('attempts whose process was killed are none of the three', async () => {
  await load('a', 'A', '1');
  for (let kills = 0; kills < 5; kills += 1) {
    expect(await claim('load')).toMatchObject({ faults: 0 });
    await releaseLeases(own.database, () => true);
  }
  for (let faults = 0; faults < 3; faults += 1) {
    const held = await claim('load');
    expect(held).toMatchObject({ faults, attempt: 6 + faults });
    await failStage(own.database, held!, fault);
    await dueNow();
  }
  expect(await claim('load')).toBeNull();
});

test('a step is tried three times, then it has failed and says why; added again it gets new attempts', async () => {
  for (let attempt = 1; attempt <= 3; attempt++) {
    await load('a', 'A', '1');
    await dueNow();
    await failStage(own.database, (await claim('load'))!, fault);
  }
  expect(await own.database('ledger.stage_exec').first('state', 'error_class', 'told')).toEqual({
    state: 'failed',
    error_class: 'transient',
    told: fault.told,
  });
  await dueNow();
  expect(await claim('load')).toBeNull();
  await load('a', 'A', '1');
  expect((await claim('load'))?.attempt).toBe(1);
});

test('the result of a step that is done stands; another logic version is another step', async () => {
  await load('a', 'A', '1');
  await finish((await claim('load'))!);
  await load('a', 'A', '1');
  expect(await claim('load')).toBeNull();
  await add('load', 'a', { logicVersion: '2' });
  expect(await keyOf(await claim('load'))).toBe('a');
});

test('what an interrupted run left behind is taken over by the run that adds it again, but not from a holder that lives', async () => {
  await load('ready', 'A', '1');
  await load('running', 'B', '1');
  await load('expired', 'C', '1');
  const claims = [await claim('load'), await claim('load'), await claim('load')];
  await own.database('ledger.stage_exec').where({ object_key: 'ready' }).update({ state: 'ready', lease_owner: null, lease_until: null });
  await own
    .database('ledger.stage_exec')
    .where({ object_key: 'expired' })
    .update({ lease_until: own.database.raw(`now() - interval '1 second'`) });
  const next = (await openRun(own.database, 'nightly', '2026-04-01')).id;
  for (const key of ['ready', 'running', 'expired']) await add('load', key, { runId: next });
  const taken = await own.database('ledger.stage_exec').where({ run_id: next }).pluck('object_key');
  expect([claims.length, taken.toSorted()]).toEqual([3, ['expired', 'ready']]);
});

test('the leases of owners that are gone are freed at once, those of others stay', async () => {
  await load('a', 'A', '1');
  await load('b', 'B', '1');
  await claimStage(own.database, { owner: 'gone', stages: ['load'], runId: runId });
  await claimStage(own.database, { owner: 'alive', stages: ['load'], runId: runId });
  await releaseLeases(own.database, (owner) => owner === 'gone');
  expect(await own.database('ledger.stage_exec').pluck('state').orderBy('object_key')).toEqual(['ready', 'running']);
});

test('an interrupted run of the day is taken up, also by two at the same time; a closed one is not', async () => {
  const opened = await Promise.all([openRun(own.database, 'nightly', '2026-04-02'), openRun(own.database, 'nightly', '2026-04-02')]);
  expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
  await add('collect', 'a', { runId: opened[0]!.id });
  expect(await closedAs(own.database, opened[0]!.id)).toBeNull();
  await finish((await claimStage(own.database, { owner: 'me', stages: ['collect'], runId: opened[0]!.id }))!);
  expect(await closedAs(own.database, opened[0]!.id)).toBe('succeeded');
  expect((await openRun(own.database, 'nightly', '2026-04-02')).resumed).toBe(false);
});

test('many close the ended runs at the same time, each run is closed once; one without steps stays open', async () => {
  const ended: string[] = [];
  for (let day = 1; day <= 9; day++) {
    const { id } = await openRun(own.database, 'import', `2026-05-0${day}`);
    await add('collect', id, { runId: id });
    await own
      .database('ledger.stage_exec')
      .where({ run_id: id })
      .update({ state: day === 9 ? 'ready' : 'done' });
    if (day < 9) ended.push(id);
  }
  const closed = await Promise.all(Array.from({ length: 6 }, () => closeEndedRuns(own.database)));
  expect(closed.flat().toSorted()).toEqual(ended.toSorted());
  expect(await own.database('ledger.run').where({ state: 'running' }).count()).toEqual([{ count: '2' }]);
});

test('a run is only green when every step is done, nothing is held and no object failed', async () => {
  const stateAfter = async (...states: string[]) => {
    const { id } = await openRun(own.database, 'import', '2026-04-03');
    for (const [index, state] of states.entries()) {
      await add('collect', `${id}-${index}`, { runId: id });
      await own
        .database('ledger.stage_exec')
        .where({ object_key: `${id}-${index}` })
        .update(state === 'objects-failed' ? { state: 'done', result: JSON.stringify({ failed: 1 }) } : { state });
    }
    expect(await countOpenStages(own.database, id)).toBe(0);
    return closedAs(own.database, id);
  };
  expect(await stateAfter('done', 'done')).toBe('succeeded');
  expect(await stateAfter('done', 'held')).toBe('attention');
  expect(await stateAfter('done', 'objects-failed')).toBe('attention');
  expect(await stateAfter('held', 'failed')).toBe('failed');
});
