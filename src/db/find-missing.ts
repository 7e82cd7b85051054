import type { Database } from './database.js';

export interface MissingSource {
  readonly source: string;
  readonly title: string;
  readonly connector: string;
  /** The time of day by which it was expected, as the source says it. */
  readonly by: string | null;
}

/**
 * True of a row `s` of ledger.source that was expected on a business day but has not been seen. `day` is SQL for that day.
 * A source without `expects` is never missing; `every: weekday` knows Monday to Friday, not the public holidays.
 */
export function isMissing(day: string): string {
  return `s.enabled and s.expects <> '{}'
      and (coalesce(s.expects->>'every', 'day') = 'day' or extract(isodow from ${day}) < 6)
      and not exists (select 1 from ledger.sighting g join ledger.run n on n.id = g.run_id
                       where g.source_id = s.id and n.business_date = ${day})`;
}

/** Whom to call: the sources that were expected on `businessDate` (`yyyy-MM-dd`) and brought nothing new. */
export async function findMissing(database: Database, businessDate: string): Promise<MissingSource[]> {
  const { rows } = await database.raw(
    `select s.code as source, s.title, s.connector, s.expects->>'by' as by from ledger.source s
      where ${isMissing(':day::date')} order by s.code`,
    { day: businessDate },
  );
  return rows;
}
