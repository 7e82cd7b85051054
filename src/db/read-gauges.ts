import { breakAfter } from './breaker-store.js';
import type { Database } from './database.js';

/** Figures of the hub as a whole, for those who watch it. Names of sources and customers are not among them. */
export interface Gauges {
  /** Steps still to do, by stage and whether they are ready or running. */
  readonly open: readonly {
    readonly stage: string;
    readonly state: 'ready' | 'running';
    readonly count: number;
    readonly oldestSeconds: number;
  }[];
  /** Running steps whose holder let the lease run out. */
  readonly expiredLeases: number;
  /** Steps of the last seven days that have failed for good. */
  readonly deadLetters: number;
  /** Deliveries that wait for a person. */
  readonly held: number;
  readonly openRuns: number;
  /** Age of the oldest open run, in seconds. */
  readonly oldestRunSeconds: number;
  /** Sources and hosts that are left in peace after too many faults. */
  readonly shutBreakers: number;
  /** Rows of the runs of the last two days, by fate. */
  readonly rows: { readonly decoded: number; readonly loaded: number; readonly quarantined: number; readonly dropped: number };
  readonly databaseBytes: number;
}

export async function readGauges(database: Database): Promise<Gauges> {
  const { rows: open } = await database.raw(
    `select stage, state, count(*)::int as count,
            greatest(0, coalesce(max(extract(epoch from now() - case when state = 'ready' then due_at else started_at end)), 0))::int as "oldestSeconds"
       from ledger.stage_exec where state in ('ready', 'running') group by stage, state order by stage, state`,
  );
  const { rows } = await database.raw(
    `select (select count(*)::int from ledger.stage_exec where state = 'running' and lease_until < now()) as "expiredLeases",
            (select count(*)::int from ledger.stage_exec s join ledger.run r on r.id = s.run_id
              where s.state = 'failed' and r.started_at > now() - interval '7 days') as "deadLetters",
            (select count(*)::int from ledger.delivery where state = 'held') as held,
            (select count(*)::int from ledger.run where state = 'running') as "openRuns",
            (select coalesce(extract(epoch from now() - min(started_at)), 0)::int from ledger.run where state = 'running') as "oldestRunSeconds",
            (select count(*)::int from ledger.breaker where failures >= :breakAfter) as "shutBreakers",
            pg_database_size(current_database())::float8 as "databaseBytes",
            (select jsonb_build_object('decoded', coalesce(sum(p.decoded), 0), 'loaded', coalesce(sum(p.loaded), 0),
                    'quarantined', coalesce(sum(p.quarantined), 0), 'dropped', coalesce(sum(p.dropped_count), 0))
               from ledger.run r join ledger.delivery d on d.run_id = r.id join ledger.part p on p.delivery_id = d.id
              where r.started_at > now() - interval '2 days') as rows`,
    { breakAfter },
  );
  return { open, ...rows[0] };
}
