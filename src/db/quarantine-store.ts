import type { Issue } from '../journey/map/map-outcome.js';
import type { Database } from './database.js';

export interface QuarantineFilter {
  readonly deliveryId?: string;
  readonly rule?: string;
}

/** How many open rows one rule keeps back, per source. A row with several issues counts once under each of its rules. */
export interface QuarantineCount {
  readonly source: string;
  readonly rule: string;
  readonly rows: number;
  readonly deliveries: number;
}

/** An open row with all that is needed to show and to correct it. `titles` are the sender's own, by column. */
export interface QuarantinedRow {
  readonly id: string;
  readonly deliveryId: string;
  readonly source: string;
  readonly fileName: string;
  readonly partId: string;
  readonly path: string;
  readonly sheet: string | null;
  readonly rowNo: number;
  readonly titles: readonly string[];
  readonly cells: readonly string[];
  /** What a person corrected before: column index -> text. */
  readonly patch: Readonly<Record<string, string>>;
  readonly issues: readonly Issue[];
}

export async function countQuarantine(database: Database, filter: QuarantineFilter): Promise<QuarantineCount[]> {
  const { rows } = await database.raw<{ rows: QuarantineCount[] }>(
    `select s.code as source, i.rule, count(distinct q.id)::integer as rows, count(distinct q.delivery_id)::integer as deliveries
       from ledger.quarantine q
       join ledger.delivery d on d.id = q.delivery_id
       join ledger.source s on s.id = d.source_id
       cross join lateral (select distinct e->>'rule' as rule from jsonb_array_elements(q.issues) e) i
      where q.state = 'open' and (?::bigint is null or q.delivery_id = ?::bigint) and (?::text is null or i.rule = ?::text)
      group by 1, 2 order by 1, 3 desc, 2`,
    [filter.deliveryId ?? null, filter.deliveryId ?? null, filter.rule ?? null, filter.rule ?? null],
  );
  return rows;
}

/** Open rows in the order of delivery, part and row. */
export async function listQuarantine(database: Database, filter: QuarantineFilter, limit?: number): Promise<QuarantinedRow[]> {
  const { rows } = await database.raw<{ rows: QuarantinedRow[] }>(
    `select q.id, q.delivery_id as "deliveryId", s.code as source, d.name as "fileName", q.part_id as "partId", p.path, p.sheet,
            q.row_no as "rowNo", p.titles, q.cells, coalesce(q.patch, '{}') as patch, q.issues
       from ledger.quarantine q
       join ledger.delivery d on d.id = q.delivery_id
       join ledger.source s on s.id = d.source_id
       join ledger.part p on p.id = q.part_id
      where q.state = 'open' and (?::bigint is null or q.delivery_id = ?::bigint)
        and (?::text is null or q.issues @> jsonb_build_array(jsonb_build_object('rule', ?::text)))
      order by q.delivery_id, q.part_id, q.row_no limit ?`,
    [filter.deliveryId ?? null, filter.deliveryId ?? null, filter.rule ?? null, filter.rule ?? null, limit ?? null],
  );
  return rows;
}
