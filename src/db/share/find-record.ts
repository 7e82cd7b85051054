import type { RecordImage } from '../../share/change.js';
import type { Database } from '../database.js';

/** A record for another system: itself, or the one it was merged into. */
export interface SharedRecord extends RecordImage {
  readonly entity: string;
  /** Numbers that mean this record by now, when another one was asked for: for ever. */
  readonly redirectedFrom: readonly string[];
  readonly completeness: number | null;
  /** What each system calls it today. */
  readonly keys: readonly { readonly system: string; readonly role: string; readonly key: string }[];
}

/** By our number or as `system:entity:key`. A number that was merged away leads to its survivor. null = nobody ever had it. */
export async function findRecord(database: Database, asked: string): Promise<SharedRecord | null> {
  const [system, entity, ...rest] = asked.split(':');
  const key = rest.join(':');
  const { rows } = await database.raw<{ rows: SharedRecord[] }>(
    `with asked as (
       select r.id, r.no, r.survivor_id from master.record r where r.no = :asked
       union all
       select r.id, r.no, r.survivor_id from master.source_key k join master.record r on r.id = k.record_id
        where :key <> '' and k.system = :system and k.entity = :entity and k.key = :key limit 1)
     select n.no, n.entity, n.status, coalesce(g.fields, '{}') as fields, coalesce(g.is_void, false) as "isVoid", g.completeness,
            case when a.survivor_id is null then array[]::text[] else array[a.no] end as "redirectedFrom",
            (select coalesce(jsonb_agg(jsonb_build_object('system', k.system, 'role', k.role, 'key', k.key) order by k.system, k.role, k.key), '[]')
               from master.source_key k join master.record m on m.id = k.record_id where coalesce(m.survivor_id, m.id) = n.id) as keys
       from asked a join master.record n on n.id = coalesce(a.survivor_id, a.id) left join master.golden g on g.record_id = n.id`,
    { asked, system: system ?? '', entity: entity ?? '', key },
  );
  return rows[0] ?? null;
}
