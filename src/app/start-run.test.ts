import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { claimStage } from '../db/claim-stage.js';
import { closeEndedRuns } from '../db/run-store.js';
import { type Claim, finishStage, renewLease, type Stage } from '../db/stage-store.js';
import { inTransaction } from '../db/with-client.js';
import { parseDictionary } from '../journey/map/dictionary.js';
import type { RunOrder } from './run-order.js';
import { startRun } from './start-run.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  const sources = ['a', 'b', 'c'].map((code) => ({ code, sender: code.toUpperCase(), connector: 'folder', settings: '{}' }));
  await own.database('ledger.source').insert(sources);
});

const knowledge = { layouts: new Map(), dictionary: parseDictionary(readFileSync('mappings/dictionary.yaml', 'utf8'), 'dictionary.yaml') };
const start = (over: Partial<RunOrder> = {}, database = own.database) =>
  startRun(database, knowledge, { kind: 'nightly', businessDate: '2026-03-31', sourceIds: [1, 2], ...over });
const claim = (stage: Stage) => claimStage(own.database, { owner: 'me', stages: [stage] });
const finish = (held: Claim) => inTransaction(own.database, (client) => finishStage(client, held, 'done', {}));
const finishAll = async (stage: Stage) => {
  for (let held = await claim(stage); held; held = await claim(stage)) await finish(held);
};
const steps = () => own.database('ledger.stage_exec').orderBy('id').select('run_id', 'stage', 'source_id', 'state');

test('a run begins with one collection per source and a match that waits for them', async () => {
  const { id, resumed } = await start();
  expect([resumed, await steps()]).toEqual([
    false,
    [
      { run_id: id, stage: 'collect', source_id: 1, state: 'ready' },
      { run_id: id, stage: 'collect', source_id: 2, state: 'ready' },
      { run_id: id, stage: 'match', source_id: null, state: 'ready' },
    ],
  ]);
  expect(await claim('match')).toBeNull();
  await finishAll('collect');
  await finishAll('match');
  expect(await closeEndedRuns(own.database)).toEqual([id]);
  expect(await closeEndedRuns(own.database)).toEqual([]);
});

test('in a transaction of the caller it is all or nothing', async () => {
  await expect(
    own.database.transaction(async (trx) => {
      await start({}, trx);
      throw new Error('the slot was taken');
    }),
  ).rejects.toThrow('the slot was taken');
  expect([await steps(), await own.database('ledger.run')]).toEqual([[], []]);
});

test('an open run takes further sources up and matches again when it had done so', async () => {
  const first = await start();
  await finishAll('collect');
  await finishAll('match');
  expect(await start({ sourceIds: [1, 3] })).toEqual({ id: first.id, resumed: true });
  expect((await steps()).map(({ stage, source_id, state }) => [stage, source_id, state])).toEqual([
    ['collect', 1, 'done'],
    ['collect', 2, 'done'],
    ['match', null, 'ready'],
    ['collect', 3, 'ready'],
  ]);
});

test('a source is collected from again by the same run only on another occasion', async () => {
  await start({ occasion: '07:00' });
  await finishAll('collect');
  await start({ occasion: '07:00' });
  expect(await claim('collect')).toBeNull();
  await start({ occasion: '08:00', sourceIds: [2] });
  expect((await claim('collect'))?.sourceId).toBe(2);
});

test('a run that is matching just now is left alone; what is started then is a run of its own', async () => {
  const first = await start();
  await finishAll('collect');
  const matching = (await claim('match'))!;
  const second = await start({ sourceIds: [3] });
  expect([second.resumed, second.id === first.id]).toEqual([false, false]);
  await finish(matching);
  expect(await closeEndedRuns(own.database)).toEqual([first.id]);
});

test('a match whose lease has run out cannot commit over what is added to its run', async () => {
  const first = await start();
  await finishAll('collect');
  const frozen = (await claim('match'))!;
  await own
    .database('ledger.stage_exec')
    .where({ id: frozen.id })
    .update({ lease_until: own.database.raw(`now() - interval '1 second'`) });
  expect(await start({ sourceIds: [3] })).toEqual({ id: first.id, resumed: true });
  expect(await renewLease(own.database, frozen)).toBe(false);
});

test('starts and closings at the same time: no run is closed while it has steps to do', async () => {
  for (let round = 0; round < 15; round++) {
    await start({ occasion: `${round}` });
    await finishAll('collect');
    await finishAll('match');
    await Promise.all([closeEndedRuns(own.database), start({ occasion: `again ${round}` }), closeEndedRuns(own.database)]);
    const { rows } = await own.database.raw(
      `select count(*)::int as lost from ledger.stage_exec s join ledger.run r on r.id = s.run_id
        where s.state in ('ready', 'running') and r.state <> 'running'`,
    );
    expect(rows[0].lost).toBe(0);
  }
});
