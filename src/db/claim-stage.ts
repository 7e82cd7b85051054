import type { Knex } from 'knex';
import { breakAfter } from './breaker-store.js';
import type { Database } from './database.js';
import { knownMigrations } from './migrate.js';
import { type Claim, expireLeases, leaseSeconds, type Stage, stepVersion } from './stage-store.js';

export interface ClaimLimits {
  /** Collections that may ask one host at the same time, over all processes. */
  readonly perHost: number;
}

interface Wanted {
  readonly owner: string;
  readonly stages: readonly Stage[];
  readonly limits?: ClaimLimits;
  /** Only of this run. */
  readonly runId?: string;
  /** Only this step; of a load: whichever is next of its sender. */
  readonly id?: string;
  /** False: steps whose holders are gone are left to a later claim. */
  readonly tidies?: boolean;
}

/**
 * Claims the next step that is due, or null. Of one sender in one run the loads wait for the collections, then go one at a time in
 * business order. One collection per source at a time, and a few per host. `match` waits until every other step of its run has
 * ended. A database with migrations this program does not know gives it nothing: it is too old to work there.
 *
 * What it costs does not depend on how many steps are open.
 */
export async function claimStage(database: Database, wanted: Wanted): Promise<Claim | null> {
  for (const again of [true, false]) {
    for (const stage of wanted.stages) {
      const claim = await claimers[stage](database, wanted);
      if (claim) return claim;
    }
    // Whoever finds nothing looks after those that were left: so nothing depends on one process that tidies up.
    if (!again || wanted.tidies === false || (await expireLeases(database)) === 0) return null;
  }
  return null;
}

/** Steps that could be claimed now, at most `limit` of each kind, who waited longest first. For ringing: a claim looks again. */
export async function listClaimable(
  database: Database,
  limits: ClaimLimits,
  limit: number,
): Promise<{ id: string; stage: Stage; attempt: number }[]> {
  const { rows } = await database.raw(
    `(${collectCandidates} order by s.due_at, s.id limit :limit)
     union all (${loadCandidates} order by t.since limit :limit)
     union all (${matchCandidates} order by s.id limit :limit)`,
    await bindings({ owner: '', stages: [], limits }, { limit }),
  );
  return rows.map(({ id, stage, attempt }: { id: string; stage: Stage; attempt: number }) => ({ id, stage, attempt }));
}

const columns = 's.id, s.stage, s.attempt';
const canBeTaken = `s.state = 'ready' and s.due_at <= now() and s.needs_version <= :stepVersion and (:runId::bigint is null or s.run_id = :runId)
   and not exists (select 1 from knex_migrations where name <> all(:known))`;

// Arrays are made once per claim and are short: what runs now, and what a breaker keeps shut. Of what a breaker lets try again, one.
const collectCandidates = `
  select ${columns} from ledger.stage_exec s
   where s.stage = 'collect' and ${canBeTaken} and (:id::bigint is null or s.id = :id)
     and coalesce(s.source_id, 0) <> all(array(select source_id from ledger.stage_exec where stage = 'collect' and state = 'running' and source_id is not null))
     and s.host <> all(array(
         select r.host from ledger.stage_exec r left join ledger.breaker b on b.name = 'host:' || r.host and b.failures >= :breakAfter
          where r.stage = 'collect' and r.state = 'running' and r.host <> ''
          group by r.host having count(*) >= case when max(b.failures) is null then :perHost else 1 end))
     and ('host:' || s.host) <> all(array(select name from ledger.breaker where open_until > now()))
     and concat('source:', s.source_id) <> all(array(select name from ledger.breaker where open_until > now()))`;

const loadCandidates = `
  select ${columns} from ledger.turn t cross join lateral (
    select * from ledger.stage_exec s
     where s.run_id = t.run_id and coalesce(s.sender, '') = t.sender and s.stage = 'load' and s.state = 'ready'
     order by s.order_key, s.id limit 1) s
   where t.collects = 0 and t.loads > 0 and t.loading = 0 and ${canBeTaken}
     and (:id::bigint is null or (t.run_id, t.sender) = (select run_id, coalesce(sender, '') from ledger.stage_exec where id = :id))`;

const matchCandidates = `
  select ${columns} from ledger.stage_exec s
   where s.stage = 'match' and ${canBeTaken} and (:id::bigint is null or s.id = :id)
     and not exists (select 1 from ledger.turn t where t.run_id = s.run_id and t.collects + t.loads > 0)`;

const take = (id: string, condition = 'true') => `
  update ledger.stage_exec s set state = 'running', fence = fence + 1, attempt = attempt + 1, lease_owner = :owner,
         lease_until = now() + make_interval(secs => :leaseSeconds), started_at = now(), ended_at = null
   where s.id = ${id} and s.state = 'ready' and ${condition}
  returning s.id, s.stage, s.fence, s.attempt, s.faults, s.run_id, s.source_id, s.delivery_id, s.host`;

// Named where it is run, because planning it takes longer than running it.
const nextLoad = `
  with next as materialized (${loadCandidates} order by t.since limit 1 for update of t skip locked),
       taken as (${take('(select id from next)')})
  select n.id as "seen", taken.* from next n left join taken on true`;

const claimers: Record<Stage, (database: Database, wanted: Wanted) => Promise<Claim | null>> = {
  // The turn is locked first: of several who want the next load of a sender, one gets it and the others look elsewhere. Whoever finds
  // the turn changed since gets nothing and looks again.
  load: async (database, wanted) => {
    for (let look = 0; look < 3; look++) {
      const { rows } = await database.raw(nextLoad, await bindings(wanted)).options({ name: 'claim-load' });
      if (!rows[0]) return null;
      if (rows[0].fence) return claimOf(rows[0]);
    }
    return null;
  },
  match: async (database, wanted) => {
    const { rows } = await database.raw(
      take(`(${matchCandidates} order by s.id limit 1 for update of s skip locked)`.replace(columns, 's.id')),
      await bindings(wanted),
    );
    return rows[0] ? claimOf(rows[0]) : null;
  },
  // Two claims for one host must see each other: they go one after the other, and count again.
  collect: async (database, wanted) => {
    for (let look = 0; look < 3; look++) {
      const found = await database.transaction(async (trx) => {
        const values = await bindings(wanted);
        const { rows: seen } = await trx.raw(`${collectCandidates} order by s.due_at, s.id limit 1 for update of s skip locked`, values);
        if (!seen[0]) return null;
        await lockNeighbours(trx, seen[0].id);
        const { rows } = await trx.raw(take(':id', `s.id in (select id from (${collectCandidates}) still)`), { ...values, id: seen[0].id });
        return rows[0] ? claimOf(rows[0]) : 'changed';
      });
      if (found !== 'changed') return found;
    }
    return null;
  },
};

async function lockNeighbours(trx: Knex.Transaction, id: string): Promise<void> {
  await trx.raw(
    `select pg_advisory_xact_lock(hashtext('source'), coalesce(source_id, 0)), pg_advisory_xact_lock(hashtext('host'), hashtext(host))
       from ledger.stage_exec where id = ?`,
    [id],
  );
}

async function bindings({ owner, limits, runId, id }: Wanted, more: object = {}): Promise<Record<string, Knex.Value>> {
  known ??= await knownMigrations();
  const values = {
    owner,
    leaseSeconds,
    stepVersion,
    breakAfter,
    runId: runId ?? null,
    id: id ?? null,
    known,
    perHost: limits?.perHost ?? 4,
  };
  return { ...values, ...more } as Record<string, Knex.Value>;
}
let known: string[] | null = null;

function claimOf(row: Record<string, never>): Claim {
  return {
    id: row['id']!,
    stage: row['stage']!,
    fence: row['fence']!,
    attempt: row['attempt']!,
    faults: row['faults']!,
    runId: row['run_id']!,
    sourceId: row['source_id']!,
    deliveryId: row['delivery_id']!,
    host: row['host']!,
  };
}
