import type { Database } from '../database.js';

export interface RecordChange {
  readonly no: string;
  readonly name: string;
  readonly kinds: readonly string[];
  /** Values that are others now; null where there is none. */
  readonly values: readonly { readonly attribute: string; readonly before: string | null; readonly after: string | null }[];
}

const shown = 50;

/** What the last refresh of this transaction changed, record by record. */
export async function readRecordChanges(trx: Database): Promise<{ records: number; changes: RecordChange[] }> {
  const { rows: there } = await trx.raw<{ rows: { there: boolean }[] }>(`select to_regclass('pg_temp.golden_event') is not null as there`);
  if (!there[0]!.there) return { records: 0, changes: [] };
  const { rows } = await trx.raw<{ rows: (RecordChange & { all: number })[] }>(
    `select r.no, coalesce(g.fields->>'name', g.fields->>'generic_name', e.before->>'name', '') as name, e.kinds,
            count(*) over ()::integer as all,
            coalesce((select jsonb_agg(jsonb_build_object('attribute', a, 'before', e.before->>a, 'after', g.fields->>a) order by a)
                        from unnest(e.attributes) as a), '[]') as values
       from (select record_id, array_agg(kind order by kind) as kinds, max(before::text)::jsonb as before,
                    (select x.attributes from golden_event x where x.record_id = o.record_id order by cardinality(x.attributes) desc limit 1) as attributes
               from golden_event o group by record_id) e
       join master.record r on r.id = e.record_id left join master.golden g on g.record_id = e.record_id
      order by r.id limit ${shown}`,
  );
  return { records: rows[0]?.all ?? 0, changes: rows.map(({ all: _, ...change }) => change) };
}
