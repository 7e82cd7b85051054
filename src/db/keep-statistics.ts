import type { Database } from './database.js';

/**
 * Lets the planner look at tables of the master and the ledger that have changed by a third since it looked last. The database does so by
 * itself once a minute, which is too late: what comes right after a load of many rows would be planned for empty tables and pair
 * everything with everything. Not for inside a transaction. Costs a few milliseconds when nothing has grown, some tenths of a second when something has.
 */
export async function keepStatistics(database: Database): Promise<void> {
  const { rows } = await database.raw<{ rows: { name: string }[] }>(`
    select format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     cross join lateral (select pg_relation_size(c.oid) / current_setting('block_size')::integer as pages) now
     where n.nspname in ('master', 'matching', 'ledger') and c.relkind = 'r' and now.pages > 8
       and (now.pages > 1.33 * c.relpages
         or coalesce(pg_stat_get_mod_since_analyze(c.oid), 0) > 1000 + 0.33 * c.reltuples
         -- A rehearsal that was taken back left pages that are known to be empty; the load has filled them since.
         or c.reltuples < now.pages and now.pages < 10000)`);
  // Somebody who loads at this moment looks at them, too: nobody waits for that.
  if (rows.length > 0) await database.raw(`analyze (skip_locked) ${rows.map(({ name }) => name).join(', ')}`);
}
