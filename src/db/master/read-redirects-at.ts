import type { Database } from '../database.js';
import { foldRedirects, type Merge } from '../names/fold-master.js';

/**
 * Where merges led from the records and from all that ever had to do with them by merges, as far as was known at a moment (null = now). By
 * ids; a record that was not merged then is left out.
 */
export async function readRedirectsAt(
  database: Database,
  recordIds: readonly string[],
  knownAt: string | null,
): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map();
  const { rows } = await database.raw<{ rows: Merge[] }>(
    `with recursive concerned as (
       select unnest(:ids::bigint[]) as id
       union select next.id from concerned c
         cross join lateral (select m.survivor_id as id from master.merge m where m.loser_id = c.id
                   union all select m.loser_id from master.merge m where m.survivor_id = c.id) next)
     select m.loser_id, m.survivor_id from concerned c join master.merge m on m.loser_id = c.id
      where matching.was_in_force(m.batch_id, coalesce(:knownAt::timestamptz, 'infinity')) order by m.id`,
    { ids: `{${[...new Set(recordIds)].join(',')}}`, knownAt } as never,
  );
  return new Map([...foldRedirects(rows)].map(([id, { survivor }]) => [id, survivor]));
}
