import type { Database } from './database.js';
import { isEmpty, isMissing } from './find-missing.js';

export type RunKind = 'nightly' | 'import' | 'replay';
export type RunState = 'succeeded' | 'attention' | 'failed';

/**
 * Opens a run, or takes up the one of that kind and day that has not been closed. `businessDate` is `yyyy-MM-dd`. Until the transaction
 * ends, nobody else closes the run or begins its `match`, so steps added meanwhile belong to it; a run that is matching just now is
 * not taken up.
 */
export async function openRun(database: Database, kind: RunKind, businessDate: string): Promise<{ id: string; resumed: boolean }> {
  return database.transaction(async (trx) => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('run'))`);
    const { rows } = await trx.raw(
      `select id from ledger.run where kind = :kind and business_date = :businessDate and state = 'running'
        order by id desc limit 1 for no key update`,
      { kind, businessDate },
    );
    if (rows[0] && (await keepFromMatching(trx, rows[0].id))) return { id: rows[0].id as string, resumed: true };
    const [run] = await trx('ledger.run').insert({ kind, business_date: businessDate }).returning('id');
    return { id: run.id as string, resumed: false };
  });
}

// A match step whose lease has run out may belong to a frozen process: the raised fence keeps it from committing over what is added now.
async function keepFromMatching(trx: Database, runId: string): Promise<boolean> {
  const { rows } = await trx.raw(
    `with mine as (
       select id, state from ledger.stage_exec where run_id = :runId and stage = 'match' for update skip locked
     ), freed as (
       update ledger.stage_exec s set state = 'ready', fence = fence + 1, lease_owner = null, lease_until = null
         from mine where s.id = mine.id and s.state = 'running' and s.lease_until < now() returning s.id
     )
     select (select count(*) from ledger.stage_exec where run_id = :runId and stage = 'match')
          = (select count(*) from mine where state <> 'running' or id in (select id from freed)) as kept`,
    { runId },
  );
  return rows[0].kept;
}

/** How many steps of a run are still to do. */
export async function countOpenStages(database: Database, runId: string): Promise<number> {
  const { rows } = await database.raw(
    `select count(*)::int as open from ledger.stage_exec where run_id = ? and state in ('ready', 'running')`,
    [runId],
  );
  return rows[0].open;
}

/**
 * Closes every run whose steps have all ended, and returns their ids. Run by every process that works on steps, as often as it likes: a
 * run is closed once. Its row is locked before its steps are looked at (again), because `openRun` may just be adding some.
 */
export async function closeEndedRuns(database: Database): Promise<string[]> {
  return database.transaction(async (trx) => {
    const { rows } = await trx.raw(
      `select id from ledger.run r where state = 'running' and ${hasEnded} order by id for no key update skip locked`,
    );
    if (rows.length === 0) return [];
    const { rows: closed } = await trx.raw(
      `${close} where r.id = any(:ids) and r.state = 'running' and ${hasEnded} returning r.id, r.business_date`,
      {
        ids: rows.map(({ id }: { id: string }) => id),
      },
    );
    await judgeRunsAgain(trx, [...new Set<string>(closed.map((run: { business_date: string }) => run.business_date))]);
    const ids = closed.map(({ id }: { id: string }) => id);
    await trx('ledger.turn').whereIn('run_id', ids).delete();
    return ids;
  });
}

const hasEnded = `exists (select 1 from ledger.stage_exec s where s.run_id = r.id)
      and not exists (select 1 from ledger.stage_exec s where s.run_id = r.id and s.state in ('ready', 'running'))`;

// It has succeeded only if every step has and nothing is held: never green with something missing or empty (I4).
const outcome = `case
            when exists (select 1 from ledger.stage_exec s where s.run_id = r.id and s.state = 'failed') then 'failed'
            when exists (select 1 from ledger.stage_exec s where s.run_id = r.id and s.state = 'held')
              or exists (select 1 from ledger.stage_exec s where s.run_id = r.id and s.stage = 'collect' and (s.result->>'failed')::int > 0)
              or r.kind = 'nightly' and exists (
                 select 1 from ledger.source s where (${isMissing('r.business_date')} or ${isEmpty('r.business_date')})
                    and exists (select 1 from ledger.stage_exec e where e.run_id = r.id and e.source_id = s.id)) then 'attention'
            else 'succeeded' end`;

const close = `update ledger.run r set ended_at = now(), state = ${outcome}`;

/** Judges the closed runs of business days again, after a later run or a person has changed what is missing. What failed stays failed. */
export async function judgeRunsAgain(runner: Pick<Database, 'raw'>, businessDates: readonly string[]): Promise<void> {
  await runner.raw(
    `update ledger.run r set state = ${outcome} where r.kind = 'nightly' and r.state in ('succeeded', 'attention') and r.business_date = any(:days::date[])`,
    { days: businessDates },
  );
}
