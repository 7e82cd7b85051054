import type { Database } from '../database.js';

export interface RecordHit {
  readonly no: string;
  readonly entity: string;
  readonly status: string;
  readonly name: string;
  readonly place: string;
  readonly keys: number;
  /** The number it was merged into. */
  readonly survivor: string | null;
}

/** Records whose number, key, credit code, name or former name has the text in it; the very ones first. */
export async function searchRecords(
  database: Database,
  asked: string,
  { entity, limit }: { entity: string | null; limit: number },
): Promise<RecordHit[]> {
  const { rows } = await database.raw<{ rows: RecordHit[] }>(
    `with hit as (
       select id, 1 as rank from master.record where no = :asked
       union all select record_id, 2 from master.source_key where key = :asked and record_id is not null
       union all select record_id, case when coalesce(fields->>'name', fields->>'generic_name') = :asked then 2 else 3 end from master.golden
         where strpos(coalesce(fields->>'name', fields->>'generic_name', ''), :asked) > 0 or strpos(coalesce(fields->>'former_names', ''), :asked) > 0
            or fields->>'credit_code' = :asked)
     select r.no, r.entity, r.status, coalesce(g.fields->>'name', g.fields->>'generic_name', '') as name,
            concat(g.fields->>'province', g.fields->>'city', g.fields->>'county') as place,
            (select count(*) from master.source_key k where k.record_id = r.id)::integer as keys, s.no as survivor
       from (select id, min(rank) as rank from hit group by id) h join master.record r on r.id = h.id
       left join master.record s on s.id = r.survivor_id left join master.golden g on g.record_id = r.id
      where :entity::text is null or r.entity = :entity
      order by h.rank, r.status <> 'active', name, r.id limit :limit`,
    { asked, entity, limit },
  );
  return rows;
}
