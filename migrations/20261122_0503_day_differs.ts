import type { Knex } from 'knex';

// A day that is not proven yet, while the newest comparison by its end did not agree, is one that differs: it was told as not compared.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(exchangeDay(`case when p.agrees then 'proven' when p.id is not null or not b.agrees then 'differs' else 'unproven' end`));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(exchangeDay(`case when p.id is null then 'unproven' when p.agrees then 'proven' else 'differs' end`));
}

const exchangeDay = (state: string): string => `
  create or replace view pub_v1.exchange_day as
    with day as (
      select d::date as day,
             (select c.seq from master.change c where c.at < (d + interval '1 day')::timestamp at time zone 'Asia/Shanghai' order by c.seq desc limit 1) as last_seq
        from generate_series((now() at time zone 'Asia/Shanghai')::date - 30, (now() at time zone 'Asia/Shanghai')::date, interval '1 day') d
    )
    select d.day, s.code as subscriber, s.kind, coalesce(d.last_seq, 0) as last_seq, g.acked_seq, greatest(coalesce(d.last_seq, 0) - g.acked_seq, 0) as lag,
           ${state} as state,
           n.seq as parity_seq, n.our_count, n.their_count, n.our_hash, n.their_hash, n.differing, n.compared_at
      from day d
      join share.subscriber s on s.enabled
      cross join lateral (select acked_seq from share.progress g where g.subscriber = s.code and g.day <= d.day order by g.day desc limit 1) g
      left join lateral (
        select p.id, p.agrees from share.parity p
         where p.subscriber = s.code and p.seq >= coalesce(d.last_seq, 0)
           and (not p.agrees or not exists (
             select 1 from share.parity w where w.subscriber = s.code and w.seq = d.last_seq and w.id > p.id and not w.agrees))
         order by p.agrees desc, case when p.agrees then p.id else -p.id end limit 1) p on true
      left join lateral (
        select b.id, b.agrees from share.parity b
         where b.subscriber = s.code and b.compared_at < (d.day + interval '1 day')::timestamp at time zone 'Asia/Shanghai' order by b.id desc limit 1) b on true
      left join share.parity n on n.id = coalesce(p.id, b.id)`;
