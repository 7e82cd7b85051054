import type { Knex } from 'knex';
import type pg from 'pg';
import type { ErrorClass } from '../model/hub-error.js';
import { HubError } from '../model/hub-error.js';
import { lease } from '../model/lease.js';
import { type Message, message } from '../model/message.js';
import type { Database } from './database.js';

export type Stage = 'collect' | 'load' | 'match';

/** A step that this process may work on until its lease ends; `fence` rises with every claim, so an older holder cannot commit. */
export interface Claim {
  readonly id: string;
  readonly stage: Stage;
  readonly fence: string;
  readonly attempt: number;
  readonly runId: string;
  readonly sourceId: number | null;
  readonly deliveryId: string | null;
}

export interface NewStage {
  readonly runId: string;
  readonly stage: Stage;
  readonly objectKey: string;
  readonly inputDigest: string;
  readonly logicVersion: string;
  readonly sender?: string;
  readonly sourceId?: number;
  readonly deliveryId?: string;
  readonly orderKey?: string;
}

type Runner = Pick<Knex, 'raw'>;

const leaseSeconds = lease.seconds;
export const maxAttempts = 3;

/**
 * Adds steps unless the same step with the same inputs and logic is there already: then its result stands. One that failed gets
 * new attempts, and one that an interrupted run left behind is taken over, so that nothing waits for a run that never comes back.
 * One statement, however many; no step may be in it twice.
 */
export async function addStages(runner: Runner, stages: readonly NewStage[]): Promise<void> {
  if (stages.length === 0) return;
  await runner.raw(
    `insert into ledger.stage_exec (run_id, stage, object_key, input_digest, logic_version, sender, source_id, delivery_id, order_key)
     select "runId", stage, "objectKey", "inputDigest", "logicVersion", sender, "sourceId", "deliveryId", coalesce("orderKey", '')
       from jsonb_to_recordset(:stages::jsonb) as s("runId" bigint, stage text, "objectKey" text, "inputDigest" text, "logicVersion" text,
            sender text, "sourceId" integer, "deliveryId" bigint, "orderKey" text)
     on conflict (stage, object_key, input_digest, logic_version) do update
        set run_id = excluded.run_id,
            state = case when stage_exec.state = 'failed' then 'ready' else stage_exec.state end,
            attempt = case when stage_exec.state = 'failed' then 0 else stage_exec.attempt end,
            due_at = case when stage_exec.state = 'failed' then now() else stage_exec.due_at end
      where stage_exec.state in ('failed', 'ready') or (stage_exec.state = 'running' and stage_exec.lease_until < now())`,
    { stages: JSON.stringify(stages) },
  );
}

export const addStage = (runner: Runner, stage: NewStage): Promise<void> => addStages(runner, [stage]);

/**
 * Adds the last step of a run: it decides the names when all others have ended. Where it has been done already and others were
 * added since, it is to be done again.
 */
export async function addMatchStage(runner: Runner, runId: string): Promise<void> {
  const key = `run:${runId}`;
  await addStage(runner, { runId, stage: 'match', objectKey: key, inputDigest: key, logicVersion: '1' });
  await runner.raw(
    `update ledger.stage_exec m set state = 'ready', attempt = 0, due_at = now(), ended_at = null
      where m.run_id = :runId and m.stage = 'match' and m.state in ('done', 'held', 'failed')
        and exists (select 1 from ledger.stage_exec s where s.run_id = m.run_id and s.stage <> 'match' and s.state in ('ready', 'running'))`,
    { runId },
  );
}

/**
 * Claims the next step that is due, or null. Steps of one sender run one at a time: its loads wait for its collections of the
 * same run, and go in business order. `match` waits until every other step of its run has ended.
 */
export async function claimStage(database: Database, owner: string, stages: readonly Stage[], runId?: string): Promise<Claim | null> {
  // `head`: the one step of a sender in a run that may go on, its collections before its loads. Worked out once per claim in one
  // pass over what is open: asked row by row, a night of a thousand files would spend its time on claiming.
  const { rows } = await database.raw(
    `with open as materialized (
       select id, run_id, stage, sender, order_key from ledger.stage_exec
        where state in ('ready', 'running') and (:runId::bigint is null or run_id = :runId)
     ), head as (
       select distinct on (run_id, sender) id, stage from open where stage <> 'match'
        order by run_id, sender, (stage = 'load'), order_key, id
     )
     update ledger.stage_exec set state = 'running', fence = fence + 1, attempt = attempt + 1, lease_owner = :owner,
            lease_until = now() + make_interval(secs => :leaseSeconds), started_at = now(), ended_at = null
      where id = (
        select s.id from ledger.stage_exec s
         where s.stage = any(:stages) and s.state in ('ready', 'running') and (:runId::bigint is null or s.run_id = :runId)
           and ((s.state = 'ready' and s.due_at <= now()) or (s.state = 'running' and s.lease_until < now()))
           and (s.stage <> 'load' or s.id in (select id from head where stage = 'load'))
           and (s.stage <> 'match' or s.run_id not in (select run_id from open where stage <> 'match'))
         order by s.order_key, s.id
         limit 1 for update skip locked)
      returning id, stage, fence, attempt, run_id, source_id, delivery_id`,
    { owner, leaseSeconds, stages, runId: runId ?? null },
  );
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    stage: row.stage,
    fence: row.fence,
    attempt: row.attempt,
    runId: row.run_id,
    sourceId: row.source_id,
    deliveryId: row.delivery_id,
  };
}

/** Keeps the lease while work goes on; false when the step now belongs to someone else. */
export async function renewLease(database: Database, claim: Claim): Promise<boolean> {
  const { rowCount } = await database.raw(
    `update ledger.stage_exec set lease_until = now() + make_interval(secs => :leaseSeconds)
      where id = :id and fence = :fence and state = 'running'`,
    { id: claim.id, fence: claim.fence, leaseSeconds },
  );
  return rowCount === 1;
}

/** Locks the step's row for the rest of the transaction and proves that the claim still holds. First statement of every commit. */
export async function holdFence(client: pg.Client, claim: Claim): Promise<void> {
  const { rowCount } = await client.query(`select 1 from ledger.stage_exec where id = $1 and fence = $2 and state = 'running' for update`, [
    claim.id,
    claim.fence,
  ]);
  if (rowCount !== 1) throw new HubError('transient', message('hub.lease-lost', { stage: claim.stage, id: claim.id }));
}

/** Ends a step inside the transaction that commits its work. */
export async function finishStage(client: pg.Client, claim: Claim, state: 'done' | 'held', result: object): Promise<void> {
  await client.query(
    `update ledger.stage_exec set state = $3, result = $4, ended_at = now(), lease_owner = null, lease_until = null, told = null, error_class = null
      where id = $1 and fence = $2`,
    [claim.id, claim.fence, state, JSON.stringify(result)],
  );
}

/** Records a fault: `again` puts the step back with a growing delay, otherwise it has failed and a person is told. */
export async function failStage(
  database: Database,
  claim: Claim,
  fault: { errorClass: ErrorClass; told: Message; again: boolean },
): Promise<void> {
  const again = fault.again && claim.attempt < maxAttempts;
  await database.raw(
    `update ledger.stage_exec set state = :state, error_class = :errorClass, told = :told, lease_owner = null, lease_until = null,
            due_at = now() + make_interval(secs => :delay), ended_at = case when :state = 'failed' then now() end
      where id = :id and fence = :fence and state = 'running'`,
    {
      id: claim.id,
      fence: claim.fence,
      state: again ? 'ready' : 'failed',
      errorClass: fault.errorClass,
      told: JSON.stringify(fault.told),
      delay: again ? 2 ** claim.attempt : 0,
    },
  );
}

/** Puts a step back that could not be worked on because the database was away. That is no attempt, unless it happens again and again. */
export async function postponeStage(database: Database, claim: Claim): Promise<void> {
  await database.raw(
    `update ledger.stage_exec set state = 'ready', attempt = attempt - case when fence < :patience then 1 else 0 end,
            lease_owner = null, lease_until = null, due_at = now() + interval '1 second'
      where id = :id and fence = :fence and state = 'running'`,
    { id: claim.id, fence: claim.fence, patience: 50 },
  );
}

/** Frees the steps of owners that are known to be gone, so that a restart need not wait for their leases. */
export async function releaseLeases(database: Database, isGone: (owner: string) => boolean): Promise<void> {
  const { rows } = await database.raw(
    `select distinct lease_owner from ledger.stage_exec where state = 'running' and lease_owner is not null`,
  );
  const gone = rows.map((row: { lease_owner: string }) => row.lease_owner).filter(isGone);
  if (gone.length === 0) return;
  await database.raw(
    `update ledger.stage_exec set state = 'ready', lease_owner = null, lease_until = null where state = 'running' and lease_owner = any(:gone)`,
    {
      gone,
    },
  );
}

/** For how long the step that waits longest has been due, in whole seconds; 0 when none is. */
export async function oldestReadySeconds(database: Database): Promise<number> {
  const { rows } = await database.raw(
    `select coalesce(max(extract(epoch from now() - due_at)), 0)::int as seconds from ledger.stage_exec where state = 'ready' and due_at <= now()`,
  );
  return rows[0].seconds;
}
