import type { Database } from '../database.js';

/** What hangs on a record, with what was merged into it: it goes along with one that is merged, and stays behind with one that is closed. */
export interface Behind {
  /** Spellings of the flow that mean it today. */
  readonly names: number;
  /** Lines of sales, purchases and stock that count as its own, and their last day; null = none. */
  readonly lines: number;
  readonly lastDay: string | null;
  /** Contracts, receivables, contacts ... that point at it. */
  readonly related: readonly { readonly entity: string; readonly records: number }[];
}

export const nothingBehind: Behind = { names: 0, lines: 0, lastDay: null, related: [] };

/** By the ids of the records; those on which nothing hangs are left out. */
export async function readBehind(trx: Database, recordIds: readonly string[]): Promise<ReadonlyMap<string, Behind>> {
  if (recordIds.length === 0) return new Map();
  const { rows } = await trx.raw<{ rows: (Behind & { id: string })[] }>(
    `with member as materialized (
       select w.id as of, r.id from unnest(:ids::bigint[]) as w(id) join master.record r on r.id = w.id or r.survivor_id = w.id),
     named as (
       select m.of, count(distinct k.raw_name_id)::integer as names from member m join master.terminal t on t.record_id = m.id
         join matching.current_link k on k.terminal_id = t.id group by 1),
     line as (
       select m.of, count(*) as lines, max(l.business_date) as last_day from member m join master.terminal t on t.record_id = m.id
         join matching.link k on k.terminal_id = t.id
         join flow.line l on l.raw_name_id = k.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
         join ledger.generation g on g.id = l.generation_id and g.state = 'active' group by 1
       union all
       -- What a distributor sent are millions of lines; the generations know how many.
       select m.of, sum(g.row_count), max(g.business_date) from member m join master.distributor t on t.record_id = m.id
         join ledger.generation g on g.sender = t.code and g.state = 'active' group by 1),
     lined as (select of, sum(lines)::integer as lines, max(last_day)::text as last_day from line group by 1),
     pointing as (
       select m.of, k.entity, count(distinct k.record_id)::integer as records from member m join master.reference f on f.record_id = m.id
         join master.source_record c on c.id = f.source_record_id and c.is_current join master.source_key k on k.id = c.key_id and k.record_id is not null group by 1, 2),
     pointed as (select of, jsonb_agg(jsonb_build_object('entity', entity, 'records', records) order by entity) as related from pointing group by 1)
     select w.id::text as id, coalesce(n.names, 0) as names, coalesce(l.lines, 0) as lines, l.last_day as "lastDay", coalesce(p.related, '[]') as related
       from unnest(:ids::bigint[]) as w(id) left join named n on n.of = w.id left join lined l on l.of = w.id left join pointed p on p.of = w.id
      where n.of is not null or l.of is not null or p.of is not null`,
    { ids: `{${[...new Set(recordIds)].join(',')}}` },
  );
  return new Map(rows.map(({ id, ...behind }) => [id, behind]));
}
