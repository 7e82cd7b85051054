import type pg from 'pg';

/**
 * Makes `touched_record` the set of records whose golden values may have changed: each once, with the survivors that they were
 * merged into. A record that no key means any more is withdrawn; its number stays its own, and it comes back with its key.
 */
export async function settleRecords(client: pg.Client): Promise<void> {
  await client.query(`
    insert into touched_record
      select r.survivor_id from touched_record t join master.record r on r.id = t.record_id where r.survivor_id is not null;
    create temp table if not exists settled_record (record_id bigint primary key) on commit drop;
    truncate settled_record;
    insert into settled_record select distinct record_id from touched_record order by record_id;
    analyze settled_record;
    with wanted as (
      select r.id, r.status, case when r.merged_into is not null then 'merged'
             when exists (select 1 from master.source_key k where k.record_id = r.id) then 'active'
             when exists (select 1 from master.record l join master.source_key k on k.record_id = l.id where l.survivor_id = r.id) then 'active'
             else 'withdrawn' end as now
        from settled_record s join master.record r on r.id = s.record_id)
    , changed as (update master.record r set status = w.now from wanted w where w.id = r.id and w.status <> w.now returning r.id, w.status as before, w.now)
    insert into golden_event
      select id, case when now = 'merged' then 'merged' else 'split' end, '{}'::text[], null::jsonb from changed where now = 'merged' or (before = 'merged' and now = 'active')
      union all
      -- Merged before, and by now into another: whoever follows must know where the way ends.
      select r.id, 'merged', '{}', null
        from settled_record t join master.record r on r.id = t.record_id and r.status = 'merged' join master.record s on s.id = r.survivor_id
       where exists (select 1 from wanted w where w.id = r.id and w.status = w.now)
         and s.no <> (select c.after->>'survivor' from master.change c where c.record_id = r.id order by c.seq desc limit 1)`);
}
