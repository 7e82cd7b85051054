import type { Database } from './database.js';
import { inTransaction } from './with-client.js';

/**
 * Makes the monthly partitions of flow.line that the days need, in a short transaction of its own: the load itself must never
 * hold the lock that adding a partition takes. Made apart and attached, which waits for neither loads nor readers. `days` are `yyyy-MM-dd`.
 */
export async function ensurePartitions(database: Database, days: Iterable<string>): Promise<void> {
  const months = [...new Set([...days].map((day) => day.slice(0, 7)))].filter((month) => !known.get(database)?.has(month)).toSorted();
  if (months.length === 0) return;
  await inTransaction(database, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('flow.line partitions'))`);
    for (const month of months) {
      const name = `line_${month.replace('-', '')}`;
      const { rows } = await client.query(`select to_regclass($1) as there`, [`flow.${name}`]);
      if (rows[0].there !== null) continue;
      await client.query(`create table flow.${name} (like flow.line including defaults)`);
      await client.query(
        `alter table flow.line attach partition flow.${name} for values from ('${month}-01') to ('${nextMonth(month)}-01')`,
      );
    }
  });
  const seen = known.get(database) ?? new Set<string>();
  for (const month of months) seen.add(month);
  known.set(database, seen);
}

const known = new WeakMap<Database, Set<string>>();

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
