import type { Knex } from 'knex';
import type pg from 'pg';
import type { ErrorClass } from '../model/hub-error.js';
import { HubError } from '../model/hub-error.js';
import { lease } from '../model/lease.js';
import { type Message, message } from '../model/message.js';
import { senderLock } from './activate-generations.js';
import type { Database } from './database.js';
import { transact, withClient } from './with-client.js';

export type Stage = 'collect' | 'load' | 'match';

/** A step that this process may work on until its lease ends; `fence` rises with every claim, so an older holder cannot commit. */
export interface Claim {
  readonly id: string;
  readonly stage: Stage;
  readonly fence: string;
  readonly attempt: number;
  /** How many of the attempts before failed by themselves; the others lost their process. */
  readonly faults: number;
  readonly runId: string;
  readonly sourceId: number | null;
  readonly deliveryId: string | null;
  readonly host: string;
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
  /** Whom a collection asks, so that nobody is asked by too many at a time: see `hostOf`. */
  readonly host?: string;
}

type Runner = Pick<Knex, 'raw'>;

export const leaseSeconds = lease.seconds;
/** A step that has failed so often by itself is not tried again. */
export const maxFaults = 3;
/** Raised when steps mean something that earlier programs do not know: those then leave new steps alone. */
export const stepVersion = 1;
/** A step whose holder vanished so often is taken for what kills it. */
const maxVanished = 20;

/**
 * Adds steps unless the same step with the same inputs and logic is there already: then its result stands. One that failed gets
 * new attempts, and one that an interrupted run left behind is taken over, so that nothing waits for a run that never comes back.
 * One statement, however many; no step may be in it twice.
 */
export async function addStages(runner: Runner, stages: readonly NewStage[]): Promise<void> {
  if (stages.length === 0) return;
  await runner.raw(
    `insert into ledger.stage_exec
            (run_id, stage, object_key, input_digest, logic_version, sender, source_id, delivery_id, order_key, host, needs_version)
     select "runId", stage, "objectKey", "inputDigest", "logicVersion", sender, "sourceId", "deliveryId", coalesce("orderKey", ''),
            coalesce(host, ''), :stepVersion
       from jsonb_to_recordset(:stages::jsonb) as s("runId" bigint, stage text, "objectKey" text, "inputDigest" text, "logicVersion" text,
            sender text, "sourceId" integer, "deliveryId" bigint, "orderKey" text, host text)
     on conflict (stage, object_key, input_digest, logic_version) do update
        set run_id = excluded.run_id, host = excluded.host, needs_version = excluded.needs_version,
            state = case when stage_exec.state = 'failed' then 'ready' else stage_exec.state end,
            attempt = case when stage_exec.state = 'failed' then 0 else stage_exec.attempt end,
            faults = case when stage_exec.state = 'failed' then 0 else stage_exec.faults end,
            due_at = case when stage_exec.state = 'failed' then now() else stage_exec.due_at end
      where stage_exec.state in ('failed', 'ready') or (stage_exec.state = 'running' and stage_exec.lease_until < now())`,
    { stages: JSON.stringify(stages), stepVersion },
  );
}

/** The load step of a delivery that the same statement inserts: `fresh` has its id. Bindings are those of `recordLanding`. */
export const insertLoadStage = (fresh: string): string =>
  `insert into ledger.stage_exec (run_id, stage, object_key, input_digest, logic_version, sender, delivery_id, order_key, needs_version)
   select :runId, 'load', 'delivery:' || id, :sha256, :logicVersion, :sender, id, :key, :stepVersion from ${fresh}`;

export const addStage = (runner: Runner, stage: NewStage): Promise<void> => addStages(runner, [stage]);

/**
 * Adds the last step of a run: it decides the names when all others have ended. Where it has been done already and others were
 * added since, it is to be done again.
 */
export async function addMatchStage(runner: Runner, runId: string): Promise<void> {
  const key = `run:${runId}`;
  await addStage(runner, { runId, stage: 'match', objectKey: key, inputDigest: key, logicVersion: '1' });
  await runner.raw(
    `update ledger.stage_exec m set state = 'ready', attempt = 0, faults = 0, due_at = now(), ended_at = null
      where m.run_id = :runId and m.stage = 'match' and m.state in ('done', 'held', 'failed')
        and exists (select 1 from ledger.stage_exec s where s.run_id = m.run_id and s.stage <> 'match' and s.state in ('ready', 'running'))`,
    { runId },
  );
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
  const { rowCount } = await client.query(fenceOf(claim));
  if (rowCount !== 1) throw leaseLost(claim);
}

/**
 * A transaction that begins with `holdFence`, and then with the lock of a sender where one is named (see `lockSender`): the three go to
 * the server in one message, because each of a night's loads begins so.
 */
export async function inFencedTransaction<Result>(
  database: Database,
  claim: Claim,
  { lockSender }: { readonly lockSender?: string },
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  return withClient(database, (held) => {
    const lock = lockSender === undefined ? '' : `; select ${senderLock(held.escapeLiteral(lockSender))}`;
    return transact(
      held,
      (client, [, fenced]) => {
        if (fenced?.rowCount !== 1) throw leaseLost(claim);
        return work(client);
      },
      `begin; ${fenceOf(claim)}${lock}`,
    );
  });
}

const fenceOf = ({ id, fence }: Claim): string =>
  `select 1 from ledger.stage_exec where id = ${BigInt(id)} and fence = ${BigInt(fence)} and state = 'running' for update`;

const leaseLost = ({ stage, id }: Claim): HubError => new HubError('transient', message('hub.lease-lost', { stage, id }));

/** What a load says of its delivery in the statement that ends its step. */
interface Said {
  readonly deliveryId: string;
  readonly state: 'loaded' | 'held';
  readonly findings: readonly object[];
  /** Left as they are where nothing is said. */
  readonly notes?: readonly object[];
}

/** Ends a step inside the transaction that commits its work. The moment is that of the end: the transaction may have taken minutes. */
export async function finishStage(client: pg.Client, claim: Claim, state: 'done' | 'held', result: object, said?: Said): Promise<void> {
  await client.query({
    name: 'finish-stage',
    text: `
      with said as (update ledger.delivery set state = $6, findings = $7, notes = coalesce($8, notes) where id = $5)
      update ledger.stage_exec set state = $3, result = $4, ended_at = clock_timestamp(), lease_owner = null, lease_until = null, told = null, error_class = null
       where id = $1 and fence = $2`,
    values: [
      ...[claim.id, claim.fence, state, JSON.stringify(result)],
      ...[
        said?.deliveryId ?? null,
        said?.state ?? null,
        JSON.stringify(said?.findings ?? []),
        said?.notes ? JSON.stringify(said.notes) : null,
      ],
    ],
  });
}

/** Puts a step back as if it had not been claimed: its holder stops, others may go on with it at once. */
export async function giveBack(database: Database, claim: Claim): Promise<void> {
  await database.raw(
    `update ledger.stage_exec set state = 'ready', attempt = attempt - 1, lease_owner = null, lease_until = null
      where id = :id and fence = :fence and state = 'running'`,
    { id: claim.id, fence: claim.fence },
  );
}

/**
 * Frees the steps whose holders let the lease run out: killed, frozen, cut off. One that has lost twenty holders has failed. The
 * old holder cannot commit any more, for the step is no longer `running` under its fence. Returns how many.
 */
export async function expireLeases(database: Database): Promise<number> {
  const { rowCount } = await database.raw(
    `update ledger.stage_exec s set lease_owner = null, lease_until = null,
            state = case when s.attempt < :maxVanished then 'ready' else 'failed' end,
            ended_at = case when s.attempt < :maxVanished then null else now() end,
            error_class = case when s.attempt < :maxVanished then s.error_class else 'bug' end,
            told = case when s.attempt < :maxVanished then s.told else :told end
       from (select id from ledger.stage_exec where state = 'running' and lease_until < now() order by id for update skip locked) gone
      where s.id = gone.id`,
    { maxVanished, told: JSON.stringify(message('hub.holders-vanished', { times: maxVanished })) },
  );
  return rowCount;
}

/** Records a fault: `again` puts the step back with a growing delay, otherwise it has failed and a person is told. */
export async function failStage(
  database: Database,
  claim: Claim,
  fault: { errorClass: ErrorClass; told: Message; again: boolean },
): Promise<void> {
  const faults = claim.faults + 1;
  const again = fault.again && faults < maxFaults;
  await database.raw(
    `update ledger.stage_exec set state = :state, faults = :faults, error_class = :errorClass, told = :told, lease_owner = null, lease_until = null,
            due_at = now() + make_interval(secs => :delay), ended_at = case when :state = 'failed' then now() end
      where id = :id and fence = :fence and state = 'running'`,
    {
      id: claim.id,
      fence: claim.fence,
      faults,
      state: again ? 'ready' : 'failed',
      errorClass: fault.errorClass,
      told: JSON.stringify(fault.told),
      delay: again ? 2 ** faults : 0,
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
