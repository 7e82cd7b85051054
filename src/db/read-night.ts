import type { RunReport } from '../model/run-report.js';
import { readDemotedStrata } from './audit/settle-strata.js';
import type { Database } from './database.js';
import { findMissing } from './find-missing.js';
import { waitsForPerson } from './names/names-at-stake.js';
import { readRunReport } from './run-report.js';

/** The night of one business day, all its runs together; `held` are all deliveries that wait now, from whatever night. */
type NightReport = Pick<RunReport, 'businessDate' | 'sources' | 'totals' | 'names' | 'held' | 'failed'> & {
  readonly state: RunReport['state'] | 'running';
};

/** How a night went, and what waits for people. */
export interface Night {
  /** Null when no night has run yet. `state` may be `running`: it goes on, or was interrupted. */
  readonly report: NightReport | null;
  /** Enabled sources that are expected to bring something that day and brought nothing. */
  readonly missing: readonly { readonly source: string; readonly title: string; readonly connector: string; readonly by: string | null }[];
  readonly namesWaiting: number;
  readonly quarantineOpen: number;
  /** Kinds of link that are suggested only, because an audit found too many wrong. */
  readonly demotedKinds: readonly string[];
}

/** The last night, or the last one of a business day (`yyyy-MM-dd`). */
export async function readNight(database: Database, businessDate: string | null): Promise<Night> {
  const run = await database('ledger.run')
    .where({ kind: 'nightly', ...(businessDate && { business_date: businessDate }) })
    .orderBy('id', 'desc')
    .first('id', 'business_date');
  const { rows: waiting } = await database.raw(
    `select (select count(*)::int from matching.raw_name n left join matching.current_link k on k.raw_name_id = n.id
              where n.role = 'buyer' and (k.raw_name_id is null or ${waitsForPerson('k')})) as names,
            (select count(*)::int from ledger.quarantine where state = 'open') as quarantine`,
  );
  const missing = run ? await findMissing(database, run.business_date as string) : [];
  return {
    report: run ? await readNightReport(database, run.id as string, run.business_date as string) : null,
    missing,
    namesWaiting: waiting[0].names,
    quarantineOpen: waiting[0].quarantine,
    demotedKinds: await readDemotedStrata(database),
  };
}

// A night may take several runs (a second look, a source by itself): what came is that of all, what failed that of the last.
async function readNightReport(database: Database, lastRunId: string, businessDate: string): Promise<NightReport> {
  const { names, failed, state } = await readRunReport(database, lastRunId);
  const { rows: sources } = await database.raw(
    `with night as (select id from ledger.run where kind = 'nightly' and business_date = :day)
     select s.code as source, count(distinct d.id)::int as deliveries, coalesce(sum(p.decoded), 0)::int as decoded,
            coalesce(sum(p.loaded), 0)::int as loaded, coalesce(sum(p.quarantined), 0)::int as quarantined,
            coalesce(sum(p.dropped_count), 0)::int as dropped
       from ledger.source s
       left join ledger.delivery d on d.source_id = s.id and d.run_id in (select id from night)
       left join ledger.part p on p.delivery_id = d.id
      where exists (select 1 from ledger.stage_exec e where e.source_id = s.id and e.run_id in (select id from night))
      group by s.code order by s.code`,
    { day: businessDate },
  );
  const { rows: held } = await database.raw(
    `select s.code as source, d.id::text as "deliveryId", d.name,
            (select coalesce(json_agg(f.value - 'attachment'), '[]') from jsonb_array_elements(d.findings) f) as findings
       from ledger.delivery d join ledger.source s on s.id = d.source_id
      where d.state = 'held' order by s.code, d.order_key`,
  );
  const sum = (key: keyof NightReport['totals']) => (sources as NightReport['sources']).reduce((total, one) => total + one[key], 0);
  const totals = {
    deliveries: sum('deliveries'),
    decoded: sum('decoded'),
    loaded: sum('loaded'),
    quarantined: sum('quarantined'),
    dropped: sum('dropped'),
  };
  return { businessDate, state, sources, totals, names, held, failed };
}
