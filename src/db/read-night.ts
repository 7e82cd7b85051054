import type { RunReport } from '../model/run-report.js';
import type { Database } from './database.js';
import { readRunReport } from './run-report.js';

/** How a night went, and what waits for people. */
export interface Night {
  /** Null when no night has run yet. `state` may be `running`: it goes on, or was interrupted. */
  readonly report: (Omit<RunReport, 'resumed' | 'state'> & { readonly state: RunReport['state'] | 'running' }) | null;
  /** Enabled sources that are expected to bring something that day and brought nothing. */
  readonly missing: readonly { readonly source: string; readonly title: string; readonly connector: string; readonly by: string | null }[];
  readonly namesWaiting: number;
  readonly quarantineOpen: number;
}

/** The last night, or the last one of a business day (`yyyy-MM-dd`). */
export async function readNight(database: Database, businessDate: string | null): Promise<Night> {
  const run = await database('ledger.run')
    .where({ kind: 'nightly', ...(businessDate && { business_date: businessDate }) })
    .orderBy('id', 'desc')
    .first('id', 'business_date');
  const { rows: waiting } = await database.raw(
    `select (select count(*)::int from matching.raw_name n left join matching.link k on k.raw_name_id = n.id
              where k.raw_name_id is null or k.verdict in ('suggest', 'review', 'hold')) as names,
            (select count(*)::int from ledger.quarantine where state = 'open') as quarantine`,
  );
  const missing = run ? await findMissing(database, run.business_date as string) : [];
  return {
    report: run ? await readRunReport(database, run.id as string) : null,
    missing,
    namesWaiting: waiting[0].names,
    quarantineOpen: waiting[0].quarantine,
  };
}

// A source is there when any run of that day saw something of it, whatever became of it: what is held or failed is told as such.
async function findMissing(database: Database, businessDate: string): Promise<Night['missing']> {
  const { rows } = await database.raw(
    `select s.code as source, s.title, s.connector, s.expects->>'by' as by
       from ledger.source s
      where s.enabled and s.expects <> '{}'
        and (coalesce(s.expects->>'every', 'day') = 'day' or extract(isodow from :day::date) < 6)
        and not exists (select 1 from ledger.sighting g join ledger.run r on r.id = g.run_id
                         where g.source_id = s.id and r.business_date = :day::date)
      order by s.code`,
    { day: businessDate },
  );
  return rows;
}
