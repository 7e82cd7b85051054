import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase } from '../../test/delivery-fixture.js';
import { message } from '../model/message.js';
import { breakAfter, closeBreakers, countFailure, listBreakers } from './breaker-store.js';
import { claimStage, listClaimable } from './claim-stage.js';
import { openRun } from './run-store.js';
import { addStages, type Claim, expireLeases, failStage, finishStage, giveBack, type NewStage, type Stage } from './stage-store.js';
import { inTransaction } from './with-client.js';

let own: TestDatabase;
let runId: string;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  await own.database('ledger.breaker').delete();
  runId = (await openRun(own.database, 'nightly', '2026-03-31')).id;
  const sources = Array.from({ length: 12 }, (_, index) => ({ code: `s${index}`, sender: `D${index}`, connector: 'ftp', settings: '{}' }));
  await own.database('ledger.source').insert(sources);
});

const limits = { perHost: 2 };
const claim = (stage: Stage, id?: string) => claimStage(own.database, { owner: 'me', stages: [stage], limits, ...(id && { id }) });
const finish = (held: Claim) => inTransaction(own.database, (client) => finishStage(client, held, 'done', {}));
const collects = (hosts: readonly string[], over: Partial<NewStage> = {}) =>
  addStages(
    own.database,
    hosts.map((host, index) => ({
      ...{ runId, stage: 'collect', objectKey: `c${index}`, inputDigest: JSON.stringify(over), logicVersion: '1' },
      ...{ sender: `D${index}`, sourceId: index + 1, host, ...over },
    })),
  );
const away = message('hub.unexpected', { where: 'x', cause: 'ECONNREFUSED' });
const soon = () => own.database('ledger.breaker').update({ open_until: own.database.raw(`now() - interval '1 second'`) });

test('one source is collected from once at a time, also by two runs', async () => {
  await collects(['']);
  await collects([''], { inputDigest: 'another run' });
  const first = (await claim('collect'))!;
  expect(await claim('collect')).toBeNull();
  await finish(first);
  expect(await claim('collect')).not.toBeNull();
});

test('a host is asked by as many as may, however many claim at the same moment; other hosts and folders do not wait', async () => {
  await collects(['one:21', 'one:21', 'one:21', 'one:21', 'one:21', 'two:21', '', '', '']);
  const claims = (await Promise.all(Array.from({ length: 12 }, () => claim('collect')))).filter((one) => one !== null);
  for (let more = await claim('collect'); more; more = await claim('collect')) claims.push(more);
  expect(claims.map(({ host }) => host).toSorted()).toEqual(['', '', '', 'one:21', 'one:21', 'two:21']);
  await finish(claims.find(({ host }) => host === 'one:21')!);
  expect((await claim('collect'))?.host).toBe('one:21');
});

test('after five faults in a row a host is left in peace; then one tries, and when it comes through the others follow', async () => {
  await collects(['one:21', 'one:21', 'one:21', 'two:21']);
  for (let times = 1; times <= breakAfter; times++) await countFailure(own.database, { sourceId: 9, host: 'one:21' }, away);
  expect((await claim('collect'))?.host).toBe('two:21');
  expect(await claim('collect')).toBeNull();
  expect((await listBreakers(own.database)).map(({ name, failures, told }) => [name, failures, told])).toEqual([
    ['host:one:21', 5, away],
    ['source:s8', 5, away],
  ]);
  await soon();
  const probe = (await claim('collect'))!;
  expect([probe.host, await claim('collect')]).toEqual(['one:21', null]);
  await closeBreakers(own.database, probe);
  expect((await claim('collect'))?.host).toBe('one:21');
});

test('when the one that tries fails too, those that wait for the host fail with its reason; faults meanwhile do not count', async () => {
  await collects(['one:21', 'one:21', 'one:21']);
  for (let times = 1; times <= breakAfter + 3; times++) await countFailure(own.database, { sourceId: 9, host: 'one:21' }, away);
  expect((await listBreakers(own.database))[0]?.failures).toBe(breakAfter);
  expect(await own.database('ledger.stage_exec').where({ state: 'ready' }).pluck('id')).toHaveLength(3);
  await soon();
  const probe = (await claim('collect'))!;
  await failStage(own.database, probe, { errorClass: 'transient', told: away, again: true });
  await countFailure(own.database, probe, away);
  const states = await own.database('ledger.stage_exec').select('state', 'error_class', 'told');
  expect(states).toEqual(Array.from({ length: 3 }, () => ({ state: 'failed', error_class: 'transient', told: away })));
  const { rows } = await own.database.raw(
    `select open_until - now() > interval '45 seconds' as longer from ledger.breaker where name like 'host%'`,
  );
  expect(rows[0].longer).toBe(true);
});

test('of ten claims of one step one gets it, and of a load asked for by id the next of its sender is given', async () => {
  await collects(['']);
  const [{ id }] = await own.database('ledger.stage_exec').select('id');
  const got = (await Promise.all(Array.from({ length: 10 }, () => claim('collect', id)))).filter((one) => one !== null);
  expect(got).toHaveLength(1);
  await finish(got[0]!);
  const load = { runId, stage: 'load', inputDigest: 'x', logicVersion: '1', sender: 'D1' } as const;
  await addStages(own.database, [
    { ...load, objectKey: 'late', orderKey: '2' },
    { ...load, objectKey: 'early', orderKey: '1' },
  ]);
  const late = await own.database('ledger.stage_exec').where({ object_key: 'late' }).first('id');
  const given = (await claim('load', late.id))!;
  expect((await own.database('ledger.stage_exec').where({ id: given.id }).first('object_key')).object_key).toBe('early');
});

test('a program that does not know all migrations, or is older than a step, claims nothing', async () => {
  await collects(['']);
  await own.database('knex_migrations').insert({ name: '29991231_0000_of_the_future', batch: 9, migration_time: new Date() });
  expect([await claim('collect'), await listClaimable(own.database, limits, 9)]).toEqual([null, []]);
  await own.database('knex_migrations').where({ name: '29991231_0000_of_the_future' }).delete();
  await own.database('ledger.stage_exec').update({ needs_version: 99 });
  expect(await claim('collect')).toBeNull();
  await own.database('ledger.stage_exec').update({ needs_version: 1 });
  expect(await listClaimable(own.database, limits, 9)).toHaveLength(1);
  expect(await claim('collect')).not.toBeNull();
});

test('what is given back is no attempt and may be taken at once; a step that loses twenty holders has failed', async () => {
  await collects(['']);
  await giveBack(own.database, (await claim('collect'))!);
  const held = (await claim('collect'))!;
  expect(held.attempt).toBe(1);
  for (let times = 1; times < 20; times++) {
    await own.database('ledger.stage_exec').update({ lease_until: own.database.raw(`now() - interval '1 second'`) });
    expect(await expireLeases(own.database)).toBe(1);
    expect((await claim('collect'))?.attempt).toBe(times + 1);
  }
  await own.database('ledger.stage_exec').update({ lease_until: own.database.raw(`now() - interval '1 second'`) });
  expect(await claim('collect')).toBeNull();
  expect(await own.database('ledger.stage_exec').first('state', 'error_class')).toEqual({ state: 'failed', error_class: 'bug' });
});

test('the turns are what is open, whatever happened to the steps', async () => {
  const key = (index: number) => ({ runId, inputDigest: 'x', logicVersion: '1', sender: `D${index % 4}`, objectKey: `k${index}` });
  await addStages(
    own.database,
    Array.from({ length: 8 }, (_, index) => ({ ...key(index), stage: 'collect', sourceId: index + 1 })),
  );
  await addStages(
    own.database,
    Array.from({ length: 30 }, (_, index) => ({ ...key(index), stage: 'load', orderKey: `${index}` })),
  );
  const workers = Array.from({ length: 4 }, async (_, worker) => {
    for (let steps = 0; steps < 25; steps++) {
      const held = (await claim('collect')) ?? (await claim('load'));
      if (!held) continue;
      if ((steps + worker) % 5 === 0) await giveBack(own.database, held);
      else if ((steps + worker) % 7 === 0) await failStage(own.database, held, { errorClass: 'transient', told: away, again: true });
      else await finish(held);
    }
  });
  await Promise.all(workers);
  const other = (await openRun(own.database, 'import', '2026-04-01')).id;
  await addStages(
    own.database,
    Array.from({ length: 30 }, (_, index) => ({ ...key(index), runId: other, stage: 'load', orderKey: `${index}` })),
  );
  await own.database('ledger.stage_exec').where({ stage: 'load', state: 'ready' }).delete();
  const { rows } = await own.database.raw(
    `select run_id, sender, sum(c)::int as c, sum(l)::int as l, sum(r)::int as r from (
       select run_id, sender, collects as c, loads as l, loading as r from ledger.turn
       union all
       select run_id, sender, -count(*) filter (where stage = 'collect'), -count(*) filter (where stage = 'load'),
              -count(*) filter (where stage = 'load' and state = 'running')
         from ledger.stage_exec where state in ('ready', 'running') and stage <> 'match' group by 1, 2) t
      group by 1, 2 having sum(c) <> 0 or sum(l) <> 0 or sum(r) <> 0`,
  );
  expect(rows).toEqual([]);
});
