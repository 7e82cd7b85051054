import type { Issue } from '../../journey/map/map-outcome.js';
import type { Database } from '../database.js';

/** What became of one row of a part: its fate, and what was found wrong with it. */
export interface RowResult {
  readonly fate: 'new' | 'changed' | 'same' | 'duplicate' | 'waiting' | 'refused' | 'dismissed';
  readonly issues: readonly Issue[];
}

/** The results of a part's rows from one number to another, by row number. A row that was left out (a title, a blank line) has none. */
export async function readRowResults(
  database: Database,
  partId: string,
  { first, last }: { first: number; last: number },
): Promise<ReadonlyMap<number, RowResult>> {
  const range = { partId, first, last };
  const { rows } = await database.raw<{ rows: (RowResult & { row_no: number })[] }>(
    `select r.row_no, r.fate, coalesce(m.remarks, '[]') as issues
       from (select f.fate, generate_series(greatest(lower(one), :first::int), least(upper(one) - 1, :last::int)) as row_no
               from master.row_fate f cross join unnest(f.rows) as one where f.part_id = :partId and one && int4range(:first::int, :last::int + 1)) r
       left join master.remark m on m.part_id = :partId and m.row_no = r.row_no
     union all
     select q.row_no, case when q.state = 'replayed' then 'new' when q.state = 'dismissed' then 'dismissed' when w.part_id is not null then 'waiting' else 'refused' end,
            case when q.state = 'replayed' then '[]' else q.issues end
       from ledger.quarantine q left join master.waiting w on (w.part_id, w.row_no) = (q.part_id, q.row_no)
      where q.part_id = :partId and q.row_no between :first and :last`,
    range,
  );
  return new Map(rows.map(({ row_no: rowNo, fate, issues }) => [rowNo, { fate, issues }]));
}
