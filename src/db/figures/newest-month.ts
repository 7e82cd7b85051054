import type { Database } from '../database.js';

/** The newest month that has figures, `yyyy-MM`; this month while there are none. */
export async function newestMonth(database: Database): Promise<string> {
  const { rows } = await database.raw<{ rows: { month: string }[] }>(
    `select to_char(coalesce(greatest((select max(month) from figures.counted), (select max(counted_month) from figures.late_sum)), now() at time zone 'Asia/Shanghai'), 'YYYY-MM') as month`,
  );
  return rows[0]!.month;
}
