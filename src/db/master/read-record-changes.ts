import type { Database } from '../database.js';

export interface RecordChange {
  readonly no: string;
  readonly entity: string;
  readonly name: string;
  readonly kinds: readonly string[];
  /** Values that are others now; null where there is none. */
  readonly values: readonly { readonly attribute: string; readonly before: string | null; readonly after: string | null }[];
}

const shown = 50;

/** Without the numbers that a key of ours was given for a moment, before it was said whose it is: they never had a value. */
const told = `(select * from golden_event e
  where kind <> 'crosswalk_changed' or before is not null or exists (select 1 from master.golden g where g.record_id = e.record_id)) as told`;

/** What the last refresh of this transaction changed, record by record. */
export async function readRecordChanges(trx: Database): Promise<{ records: number; changes: RecordChange[] }> {
  const { rows: there } = await trx.raw<{ rows: { there: boolean }[] }>(`select to_regclass('pg_temp.golden_event') is not null as there`);
  if (!there[0]!.there) return { records: 0, changes: [] };
  const { rows: counted } = await trx.raw<{ rows: { records: number }[] }>(
    `select count(distinct record_id)::integer as records from ${told}`,
  );
  const { rows } = await trx.raw<{ rows: RecordChange[] }>(
    `with few as (select distinct record_id from ${told} order by record_id limit ${shown}),
     one as (
       select f.record_id, array_agg(e.kind order by e.kind) as kinds, max(e.before::text)::jsonb as before,
              array(select distinct a from golden_event x cross join unnest(x.attributes) a where x.record_id = f.record_id) as attributes
         from few f join golden_event e on e.record_id = f.record_id group by f.record_id)
     select r.no, r.entity, coalesce(g.fields->>'name', g.fields->>'generic_name', o.before->>'name', '') as name, o.kinds,
            coalesce((select jsonb_agg(jsonb_build_object('attribute', a, 'before', o.before->>a, 'after', g.fields->>a) order by a)
                        from unnest(o.attributes) as a), '[]') as values
       from one o join master.record r on r.id = o.record_id left join master.golden g on g.record_id = o.record_id order by r.id`,
  );
  return { records: counted[0]!.records, changes: rows };
}
