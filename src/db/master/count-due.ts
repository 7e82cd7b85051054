import type { Database } from '../database.js';
import { customerRows } from './read-customers.js';

/** How many customers the matcher has not compared since they came or changed. */
export async function countDue(database: Database): Promise<number> {
  const { rows } = await database.raw(
    `select count(*)::integer as count from master.alike_due d where exists (select 1 from ${customerRows} where g.record_id = d.record_id)`,
  );
  return rows[0].count;
}
