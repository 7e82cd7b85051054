import type pg from 'pg';

/**
 * Brings the current versions of the keys in `touched_key` in line with the sendings in force: of each key the one that was sent
 * last counts, whenever it was loaded. A key of which nothing in force speaks has none.
 */
export async function foldCurrent(client: pg.Client): Promise<void> {
  await client.query(`
    create temp table if not exists said_last (key_id bigint, id bigint) on commit drop;
    truncate said_last;
    analyze touched_key;
    insert into said_last
      with touched as (select distinct key_id from touched_key),
      systems as (select distinct k.system from touched t join master.source_key k on k.id = t.key_id),
      said as (
        select r.key_id, r.id, s.order_key, s.batch_id
          from touched t join master.source_record r on r.key_id = t.key_id
          join master.sending s on s.batch_id = r.batch_id join matching.batch b on b.id = s.batch_id and b.in_force
        union all
        select r.key_id, r.id, s.order_key, s.batch_id
          from systems y join master.sending s on s.system = y.system join matching.batch b on b.id = s.batch_id and b.in_force
          join master.confirmation c on c.batch_id = s.batch_id cross join unnest(c.records) as again(id)
          join master.source_record r on r.id = again.id join touched t on t.key_id = r.key_id)
      select distinct on (key_id) key_id, id from said order by key_id, order_key desc, batch_id desc, id desc;
    update master.source_record r set is_current = false from touched_key t
     where t.key_id = r.key_id and r.is_current and not exists (select 1 from said_last l where l.id = r.id);
    update master.source_record r set is_current = true from said_last l where l.id = r.id and not r.is_current`);
}
