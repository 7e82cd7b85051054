import type { Database } from '../src/db/database.js';
import { inTransaction } from '../src/db/with-client.js';

/** Writes one record's new values as the golden record does: record, values and change in one commit. Returns the number of the change. */
export function writeChange(
  database: Database,
  entity: string,
  id: number,
  fields: Readonly<Record<string, string>>,
  survivor: number | null = null,
): Promise<number> {
  return inTransaction(database, async (client) => {
    const { rows: made } = await client.query(
      `insert into master.record (id, entity, first_batch_id) values ($1, $2, 0) on conflict (id) do nothing returning id`,
      [id, entity],
    );
    await client.query(
      `update master.record set survivor_id = $2, merged_into = $2, status = case when $2::bigint is null then 'active' else 'merged' end where id = $1`,
      [id, survivor],
    );
    await client.query(
      `insert into master.golden (record_id, fields, why, hash, policy_version) values ($1, $2::jsonb, '{}', md5($2::jsonb::text), 't')
       on conflict (record_id) do update set fields = excluded.fields, hash = excluded.hash`,
      [id, JSON.stringify(fields)],
    );
    const { rows } = await client.query(
      `with counted as (update master.change_counter set last = last + 1 returning last)
       insert into master.change (seq, record_id, entity, kind, after, batch_id)
       select last, r.id, r.entity, $2, jsonb_build_object('no', r.no, 'status', r.status, 'fields', g.fields, 'isVoid', g.is_void)
              || case when s.no is null then '{}' else jsonb_build_object('survivor', s.no) end, 0
         from counted, master.record r left join master.record s on s.id = r.survivor_id join master.golden g on g.record_id = r.id where r.id = $1
       returning seq`,
      [id, survivor !== null ? 'merged' : made.length > 0 ? 'created' : 'updated'],
    );
    return Number(rows[0].seq);
  });
}
