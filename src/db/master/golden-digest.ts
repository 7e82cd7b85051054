import type { Database } from '../database.js';

/**
 * What the master says, as one digest that depends on no id of the database and on no order: every golden record with the keys that
 * mean it, every redirect. Two hubs that were given the same say the same, in whatever order they were given it.
 */
export async function goldenDigest(database: Database): Promise<string> {
  const { rows } = await database.raw<{ rows: { digest: string }[] }>(`
    with named as (
      select r.id, r.no, r.status, r.survivor_id, string_agg(concat_ws('|', k.entity, k.role, k.system, k.key), ',' order by k.entity, k.role, k.system, k.key) as keys
        from master.record r join master.source_key k on k.record_id = r.id group by r.id)
    select md5(coalesce(string_agg(concat_ws(' ', n.keys, n.status, s.keys, g.hash, nullif(t.code, n.no), t.name, t.status), e'\\n' order by n.keys), '')) as digest
      from named n left join named s on s.id = n.survivor_id left join master.golden g on g.record_id = n.id
      left join master.terminal t on t.record_id = n.id and t.status <> 'withdrawn'`);
  return rows[0]!.digest;
}
