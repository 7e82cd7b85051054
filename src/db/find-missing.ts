import type { Database } from './database.js';

export interface MissingSource {
  readonly source: string;
  readonly title: string;
  readonly connector: string;
  /** The time of day by which it was expected, as the source says it. */
  readonly by: string | null;
}

/**
 * True of a row `s` of ledger.source that was expected on a business day and of which nothing came: no line of that day, and no delivery
 * in a run of that day. `day` is SQL for that day. A source without `expects` is never missing; workdays are those of the calendar; a day
 * for which a person said that nothing will come is not missing.
 */
export function isMissing(day: string): string {
  return `${isOwed(day)} and not ${speaksFor(day)} and not ${wasSeen(day)}`;
}

/**
 * True of a source that was expected on a business day and brought something in its run, but no line of that day, where lines of the day
 * are what is expected. What is held or not yet loaded is neither missing nor empty.
 */
export function isEmpty(day: string): string {
  return `${isOwed(day)} and s.sender <> 'own' and coalesce(s.expects->>'figures', 'day') = 'day'
      and not ${speaksFor(day)} and ${wasSeen(day)} and not ${wasSeen(day, "and exists (select 1 from ledger.delivery d where d.id = g.delivery_id and d.state <> 'loaded')")}`;
}

/**
 * True of a source that was to bring something for a business day, whatever came and whatever a person said of it. The one rule for board,
 * night, scorecard and alerts: nobody owes a day whose hour had passed when the source was made.
 */
export function isAsked(day: string): string {
  return `ledger.is_asked(s, ${day})`;
}

/** The same, without days for which a person said that nothing will come. */
function isOwed(day: string): string {
  return `${isAsked(day)}
      and not exists (select 1 from ledger.excuse x where x.source_id = s.id and x.business_date = ${day} and x.nothing_due and x.undone_at is null)`;
}

function wasSeen(day: string, more = ''): string {
  return `exists (select 1 from ledger.sighting g join ledger.run n on n.id = g.run_id where g.source_id = s.id and n.business_date = ${day} ${more})`;
}

function speaksFor(day: string): string {
  return `exists (select 1 from ledger.generation v join ledger.sighting g on g.delivery_id = v.delivery_id and g.source_id = s.id
                   where v.business_date = ${day} and v.sender = s.sender and v.state <> 'withdrawn')`;
}

/** Whom to call: the sources that were expected on `businessDate` (`yyyy-MM-dd`) and brought nothing. */
export async function findMissing(database: Database, businessDate: string): Promise<MissingSource[]> {
  const { rows } = await database.raw(
    `select s.code as source, s.title, s.connector, s.expects->>'by' as by from ledger.source s
      where ${isMissing(':day::date')} order by s.code`,
    { day: businessDate },
  );
  return rows;
}
