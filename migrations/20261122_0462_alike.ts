import type { Knex } from 'knex';

// Customers of the master that may be one. Pairs are a cache, found again by every look; what people said of them are rows of
// batches: that two are different holds for whatever they are merged into. An override that has ended waits until somebody has looked.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table master.alike (
      low_id  bigint not null references master.record,
      high_id bigint not null references master.record,
      why     text   not null check (why in ('credit-code', 'name', 'matcher')),
      p       double precision not null,
      bits    jsonb  not null default '[]',           -- the matcher's strongest reasons
      primary key (low_id, high_id, why),
      check (low_id < high_id)
    );
    create index on master.alike (high_id);
    create table master.alike_look (
      only_one boolean     primary key default true check (only_one),
      seq      bigint      not null,                  -- master.change that was seen by the look for equal codes and names
      full_at  timestamptz                            -- when all customers were put to the matcher
    );
    insert into master.alike_look (seq) values (0);

    create table master.apart (
      batch_id bigint not null references matching.batch,
      low_id   bigint not null references master.record,
      high_id  bigint not null references master.record,
      because  text   not null,
      primary key (batch_id, low_id, high_id)
    );
    -- Pairs that wait for a person, by the records they are now.
    create view master.alike_open as
      with pair as (
        select least(coalesce(l.survivor_id, l.id), coalesce(h.survivor_id, h.id)) as low_id, greatest(coalesce(l.survivor_id, l.id), coalesce(h.survivor_id, h.id)) as high_id,
               a.why, a.p, a.bits
          from master.alike a join master.record l on l.id = a.low_id join master.record h on h.id = a.high_id),
      told as (
        select least(coalesce(l.survivor_id, l.id), coalesce(h.survivor_id, h.id)) as low_id, greatest(coalesce(l.survivor_id, l.id), coalesce(h.survivor_id, h.id)) as high_id
          from master.apart a join matching.batch b on b.id = a.batch_id and b.in_force join master.record l on l.id = a.low_id join master.record h on h.id = a.high_id)
      select distinct on (p.low_id, p.high_id) p.*
        from pair p join master.record l on l.id = p.low_id and l.status = 'active' join master.record h on h.id = p.high_id and h.status = 'active'
       where p.low_id <> p.high_id
         and not exists (select 1 from told t where (t.low_id, t.high_id) = (p.low_id, p.high_id))
         and not exists (select 1 from master.relation_in_force r where (least(r.child_id, r.parent_id), greatest(r.child_id, r.parent_id)) = (p.low_id, p.high_id))
       order by p.low_id, p.high_id, p.why = 'credit-code' desc, p.p desc;

    create table master.override_seen (
      batch_id    bigint not null references matching.batch,
      override_id bigint not null references master.override,
      primary key (batch_id, override_id)
    );
    -- Overrides that ended by themselves, were not renewed, and that nobody has looked at since.
    create view master.override_ended as
      select o.id, o.record_id, coalesce(r.survivor_id, r.id) as now_id, o.attribute, o.value, o.losing_value, o.losing_key_id, s.state,
             coalesce(c.fields->>o.attribute, '') as said_now,
             case when s.state = 'expired' then o.expires_at else cb.at end as ended_at
        from master.override o join master.override_state s on s.id = o.id and s.state in ('moved', 'expired') join master.record r on r.id = o.record_id
        left join master.source_record c on c.key_id = o.losing_key_id and c.is_current
        left join matching.batch cb on cb.id = c.batch_id
       where not exists (select 1 from master.override_seen n join matching.batch b on b.id = n.batch_id and b.in_force where n.override_id = o.id)
         and not exists (select 1 from master.override n join matching.batch b on b.id = n.batch_id and b.in_force
                          where n.record_id = o.record_id and n.attribute = o.attribute and n.id > o.id);`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw('select 1 from master.apart union all select 1 from master.override_seen limit 1');
  if (rows.length > 0)
    throw new Error('People said of records that they are different, or looked at overrides; the older tables cannot hold that.');
  await knex.raw(`
    drop view master.override_ended, master.alike_open;
    drop table master.override_seen, master.apart, master.alike_look, master.alike`);
}
