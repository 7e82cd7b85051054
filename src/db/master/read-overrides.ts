import type pg from 'pg';
import type { Override } from '../../master/golden-of.js';

/**
 * Overrides that hold, of the records in `settled_record` and of those merged into them; of two for one attribute the later. One
 * ends when its day comes, when its batch is taken back, and when the source it goes before says something else (what
 * waits for approval is not said yet).
 */
export async function readOverrides(client: pg.Client): Promise<ReadonlyMap<string, Override[]>> {
  const { rows } = await client.query<Override & { record_id: string }>(`
    select distinct on (m.record_id, o.attribute) m.record_id, o.attribute, o.value, b.actor
      from (select record_id, record_id as member_id from settled_record
            union all select s.record_id, l.id from settled_record s join master.record l on l.survivor_id = s.record_id) m
      join master.override o on o.record_id = m.member_id
      join master.override_state n on n.id = o.id and n.state = 'active'
      join matching.batch b on b.id = o.batch_id
     order by m.record_id, o.attribute, o.id desc`);
  const byRecord = new Map<string, Override[]>();
  for (const { record_id, ...override } of rows) byRecord.set(record_id, [...(byRecord.get(record_id) ?? []), override]);
  return byRecord;
}
