import type { Knex } from 'knex';

// Where a subscriber's copy is another: record by record, when it says what it holds of each. And how each subscriber stood on each
// day: how far it was, and whether a state with all changes of that day was compared and agreed.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table share.parity
      add column differing   bigint,      -- records that differ; null = only count and hash were compared
      add column differences jsonb;       -- the first of them, src/db/share/compare-copy.ts

    create function share.record_hash(after jsonb) returns text language sql immutable parallel safe as $$
      select share.sum_hash(share.record_bits(after)) $$;

    -- How far a subscriber was at the end of a day (Shanghai); no row: as on the day before.
    create table share.progress (
      subscriber text        not null references share.subscriber on delete cascade,
      day        date        not null,
      acked_seq  bigint      not null,
      acked_at   timestamptz not null,
      primary key (subscriber, day)
    );
    insert into share.progress select code, (coalesce(acked_at, now()) at time zone 'Asia/Shanghai')::date, acked_seq, coalesce(acked_at, now()) from share.subscriber;
    create function share.keep_progress() returns trigger language plpgsql as $$
      begin
        insert into share.progress values (new.code, (now() at time zone 'Asia/Shanghai')::date, new.acked_seq, now())
            on conflict (subscriber, day) do update set acked_seq = excluded.acked_seq, acked_at = excluded.acked_at;
        return null;
      end $$;
    create trigger keep_progress after insert on share.subscriber for each row execute function share.keep_progress();
    create trigger keep_progress_on after update of acked_seq on share.subscriber
      for each row when (old.acked_seq is distinct from new.acked_seq) execute function share.keep_progress();

    -- The last 31 days, from the first on which we know of the subscriber. A day is proven once a state with all of its
    -- changes agreed, unless the same state did not agree later.
    create view pub_v1.exchange_day as
      with day as (
        select d::date as day,
               (select c.seq from master.change c where c.at < (d + interval '1 day')::timestamp at time zone 'Asia/Shanghai' order by c.seq desc limit 1) as last_seq
          from generate_series((now() at time zone 'Asia/Shanghai')::date - 30, (now() at time zone 'Asia/Shanghai')::date, interval '1 day') d
      )
      select d.day, s.code as subscriber, s.kind, coalesce(d.last_seq, 0) as last_seq, g.acked_seq, greatest(coalesce(d.last_seq, 0) - g.acked_seq, 0) as lag,
             case when p.id is null then 'unproven' when p.agrees then 'proven' else 'differs' end as state,
             p.seq as parity_seq, p.our_count, p.their_count, p.our_hash, p.their_hash, p.differing, p.compared_at
        from day d
        join share.subscriber s on s.enabled
        cross join lateral (select acked_seq from share.progress g where g.subscriber = s.code and g.day <= d.day order by g.day desc limit 1) g
        left join lateral (
          select p.id, p.seq, p.agrees, p.our_count, p.their_count, p.our_hash, p.their_hash, p.differing, p.compared_at
            from share.parity p
           where p.subscriber = s.code and p.seq >= coalesce(d.last_seq, 0)
             and (not p.agrees or not exists (
               select 1 from share.parity w where w.subscriber = s.code and w.seq = d.last_seq and w.id > p.id and not w.agrees))
           order by p.agrees desc, case when p.agrees then p.id else -p.id end limit 1) p on true;

    create or replace view pub_v1.exchange as
      select s.code as subscriber, s.kind, s.acked_seq, (select last from master.change_counter) as last_seq,
             (select last from master.change_counter) - s.acked_seq as lag, s.acked_at, s.failing_since,
             (select count(*) from share.dead_letter d where d.subscriber = s.code and d.sent_at is null) as dead_letters,
             p.seq as parity_seq, p.agrees as parity_agrees, p.our_count, p.their_count, p.our_hash, p.their_hash, p.compared_at, p.differing
        from share.subscriber s
        left join lateral (select * from share.parity p where p.subscriber = s.code order by p.id desc limit 1) p on true`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view pub_v1.exchange_day;
    drop view pub_v1.exchange;
    drop trigger keep_progress_on on share.subscriber;
    drop trigger keep_progress on share.subscriber;
    drop function share.keep_progress();
    drop table share.progress;
    drop function share.record_hash(jsonb);
    alter table share.parity drop column differences, drop column differing;
    create view pub_v1.exchange as
      select s.code as subscriber, s.kind, s.acked_seq, (select last from master.change_counter) as last_seq,
             (select last from master.change_counter) - s.acked_seq as lag, s.acked_at, s.failing_since,
             (select count(*) from share.dead_letter d where d.subscriber = s.code and d.sent_at is null) as dead_letters,
             p.seq as parity_seq, p.agrees as parity_agrees, p.our_count, p.their_count, p.our_hash, p.their_hash, p.compared_at
        from share.subscriber s
        left join lateral (select * from share.parity p where p.subscriber = s.code order by p.id desc limit 1) p on true`);
}
