import type { Database } from '../database.js';

/** How good the records of one system are. Shares are 0-1. */
export interface SourceQuality {
  readonly entity: string;
  readonly system: string;
  readonly records: number;
  readonly voided: number;
  /** Of the fields that the policy asks of a complete record, how many are filled. null when it asks none. */
  readonly completeness: number | null;
  /** Values that another source beat, by the rung of the ladder that decided. */
  readonly lost: Readonly<Record<string, number>>;
  /** Share of its values that no other source beat. */
  readonly consistency: number;
}

/** Records whose values are least complete, the worst first. */
export interface PoorRecord {
  readonly no: string;
  readonly name: string;
  readonly completeness: number;
  readonly missing: readonly string[];
}

export async function readQuality(database: Database, entity: string): Promise<{ sources: SourceQuality[]; poor: PoorRecord[] }> {
  const { rows: sources } = await database.raw<{ rows: SourceQuality[] }>(
    `with policy as (select entity, array(select jsonb_array_elements_text(body->'complete')) as complete from master.policy where entity = :entity),
     said as (
       select k.system, count(*)::integer as records, count(*) filter (where c.is_void)::integer as voided,
              sum((select count(*) from jsonb_object_keys(c.fields)))::float8 as values,
              avg((select count(*) from unnest(p.complete) f where jsonb_exists(c.fields, f))::float8 / nullif(cardinality(p.complete), 0)) as completeness
         from master.source_key k join master.source_record c on c.key_id = k.id and c.is_current left join policy p on true
        where k.entity = :entity group by k.system),
     lost as (
       select l.value->'from'->>1 as system, l.value->>'by' as by, count(*)::integer as values
         from master.golden g join master.record r on r.id = g.record_id and r.entity = :entity and r.status = 'active'
        cross join lateral jsonb_each(g.why) w cross join lateral jsonb_array_elements(w.value->'lost') l
        where jsonb_path_exists(g.why, '$.*.lost') group by 1, 2)
     select :entity as entity, s.system, s.records, s.voided, round(s.completeness::numeric, 4)::float8 as completeness,
            coalesce((select jsonb_object_agg(l.by, l.values) from lost l where l.system = s.system), '{}') as lost,
            round((1 - coalesce((select sum(l.values) from lost l where l.system = s.system), 0) / greatest(s.values, 1))::numeric, 4)::float8 as consistency
       from said s order by s.records desc, s.system`,
    { entity },
  );
  const { rows: poor } = await database.raw<{ rows: PoorRecord[] }>(
    `select r.no, coalesce(g.fields->>'name', g.fields->>'generic_name', '') as name, g.completeness,
            array(select f from jsonb_array_elements_text(p.body->'complete') f where not jsonb_exists(g.fields, f)) as missing
       from master.golden g join master.record r on r.id = g.record_id and r.status = 'active' join master.policy p on p.entity = r.entity
      where r.entity = ? and g.completeness < 100 order by g.completeness, r.id limit 20`,
    [entity],
  );
  return { sources, poor };
}
