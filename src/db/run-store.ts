import type { Database } from './database.js';
import { isMissing } from './find-missing.js';

export type RunKind = 'nightly' | 'import' | 'replay';
export type RunState = 'succeeded' | 'attention' | 'failed';

/** Opens a run, or takes up the one of that kind and day that was interrupted. `businessDate` is `yyyy-MM-dd`. */
export async function openRun(database: Database, kind: RunKind, businessDate: string): Promise<{ id: string; resumed: boolean }> {
  return database.transaction(async (trx) => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext('run'))`);
    const open = await trx('ledger.run').where({ kind, business_date: businessDate, state: 'running' }).orderBy('id').first('id');
    if (open) return { id: open.id as string, resumed: true };
    const [run] = await trx('ledger.run').insert({ kind, business_date: businessDate }).returning('id');
    return { id: run.id as string, resumed: false };
  });
}

/** How many steps of a run are still to do. */
export async function countOpenStages(database: Database, runId: string): Promise<number> {
  const { rows } = await database.raw(
    `select count(*)::int as open from ledger.stage_exec where run_id = ? and state in ('ready', 'running')`,
    [runId],
  );
  return rows[0].open;
}

/** Closes a run. It has succeeded only if every step has and nothing is held: never green with something missing (I4). */
export async function closeRun(database: Database, runId: string): Promise<RunState> {
  const { rows } = await database.raw(
    `update ledger.run r set ended_at = now(), state = case
            when exists (select 1 from ledger.stage_exec s where s.run_id = r.id and s.state = 'failed') then 'failed'
            when exists (select 1 from ledger.stage_exec s where s.run_id = r.id and s.state = 'held')
              or exists (select 1 from ledger.stage_exec s where s.run_id = r.id and s.stage = 'collect' and (s.result->>'failed')::int > 0)
              or r.kind = 'nightly' and exists (
                 select 1 from ledger.source s where ${isMissing('r.business_date')}
                    and exists (select 1 from ledger.stage_exec e where e.run_id = r.id and e.source_id = s.id)) then 'attention'
            else 'succeeded' end
      where id = ? returning state`,
    [runId],
  );
  return rows[0].state;
}
