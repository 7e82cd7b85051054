import type pg from 'pg';

/**
 * Brings the crosswalk of the keys in `touched_key` in line with the assignments in force, and adds the records they meant and mean
 * to `touched_record`, and the records on which an override goes before what one of the keys says: by merges undone, the key may mean another
 * one by now. A key means its first record from ever, each assignment another one from its day on until the next later
 * said one begins; while nothing in force speaks of it, nothing. What was believed before keeps its span, closed at this moment.
 */
export async function foldKeys(client: pg.Client, batchId: string): Promise<void> {
  await client.query(`
    analyze touched_key;
    insert into touched_record select distinct k.record_id from touched_key t join master.source_key k on k.id = t.key_id where k.record_id is not null;
    insert into touched_record select distinct o.record_id from touched_key t join master.override o on o.losing_key_id = t.key_id;
    create temp table if not exists key_to_fold (key_id bigint primary key, is_alive boolean) on commit drop;
    truncate key_to_fold;
    insert into key_to_fold
      select k.id, a.is_alive from (select distinct key_id from touched_key) t join master.source_key k on k.id = t.key_id
       cross join lateral (select exists (select 1 from master.source_record r where r.key_id = k.id and r.is_current) as is_alive) a
       where k.is_moved or not a.is_alive or k.record_id is null or exists (select 1 from master.assignment s where s.key_id = k.id)`);
  const { rows } = await client.query<{ keys: number }>('select count(*)::integer as keys from key_to_fold');
  if (rows[0]!.keys === 0) return;
  await client.query(`
    insert into master.crosswalk_span (key_id, record_id, validity, known, batch_id, how)
      select k.id, k.home_id, daterange('-infinity', 'infinity'), tstzrange(b.at, 'infinity'), k.batch_id, k.how
        from key_to_fold f join master.source_key k on k.id = f.key_id and not k.is_moved join matching.batch b on b.id = k.batch_id;
    update master.source_key k set is_moved = true from key_to_fold f where f.key_id = k.id and not k.is_moved;
    create temp table if not exists span_wanted (like master.crosswalk_span) on commit drop;
    truncate span_wanted`);
  await client.query(wanted);
  const isSame = 's.key_id = w.key_id and s.validity = w.validity and s.record_id = w.record_id';
  const isOpen = `upper(s.known) = 'infinity'`;
  // The clock may stand still or go back between two changes; what was believed for no time is not history.
  await client.query(
    `delete from master.crosswalk_span s using key_to_fold f where f.key_id = s.key_id and ${isOpen} and lower(s.known) >= clock_timestamp()
        and not exists (select 1 from span_wanted w where ${isSame})`,
  );
  await client.query(
    `update master.crosswalk_span s set known = tstzrange(lower(s.known), clock_timestamp()) from key_to_fold f
      where f.key_id = s.key_id and ${isOpen} and not exists (select 1 from span_wanted w where ${isSame})`,
  );
  await client.query(
    `insert into master.crosswalk_span (key_id, record_id, validity, known, batch_id, how)
     select w.key_id, w.record_id, w.validity,
            tstzrange(greatest(clock_timestamp(), (select max(upper(s.known)) from master.crosswalk_span s where s.key_id = w.key_id and upper(s.known) < 'infinity')), 'infinity'),
            $1, w.how
       from span_wanted w where not exists (select 1 from master.crosswalk_span s where ${isSame} and ${isOpen})`,
    [batchId],
  );
  await client.query(`
    with moved as (
      update master.source_key k set record_id = n.record_id
      from (select f.key_id, o.record_id as before, s.record_id from key_to_fold f join master.source_key o on o.id = f.key_id
              left join master.crosswalk_span s on s.key_id = f.key_id and upper(s.known) = 'infinity' and upper(s.validity) = 'infinity') n
     where n.key_id = k.id and k.record_id is distinct from n.record_id returning n.before, n.record_id)
    insert into golden_event
      select distinct one, 'crosswalk_changed', '{}'::text[], null::jsonb from moved cross join unnest(array[before, record_id]) as one where one is not null;
    insert into touched_record select distinct s.record_id from key_to_fold f join master.crosswalk_span s on s.key_id = f.key_id`);
}

const wanted = `
  insert into span_wanted (key_id, record_id, validity, known, batch_id, how)
    with said as (
      select f.key_id, k.home_id as record_id, '-infinity'::date as valid_from, k.how, 0::bigint as place
        from key_to_fold f join master.source_key k on k.id = f.key_id where f.is_alive
      union all
      select f.key_id, a.record_id, a.valid_from, a.how, a.id
        from key_to_fold f join master.assignment a on a.key_id = f.key_id join matching.batch b on b.id = a.batch_id and b.in_force where f.is_alive
    ), standing as (
      select *, max(place) over (partition by key_id order by valid_from) as best from said
    ), winning as (
      -- Two spans side by side that mean one record are one span.
      select *, lag(record_id) over (partition by key_id order by valid_from) as before from standing where place = best
    )
    select key_id, record_id, daterange(valid_from, coalesce(lead(valid_from) over (partition by key_id order by valid_from), 'infinity')), 'empty', 0, how
      from winning where before is distinct from record_id`;
