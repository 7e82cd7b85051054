import type { Knex } from 'knex';

// What a list that a person imported would change of a controlled value waits at the key that says it, not as an override of the record:
// nothing pins a value of yesterday, and what waits follows from the log alone, in whatever order batches are taken back. A batch may be
// part of an act (an answer to many requests): undone with it, and with what it follows.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table matching.batch add column part_of bigint references matching.batch;
    create index on matching.batch (part_of) where part_of is not null;
    create or replace function matching.is_in_force(asked bigint) returns boolean language plpgsql stable as $$
    begin
      return not exists (select 1 from matching.batch u where u.undoes = asked and matching.is_in_force(u.id))
         and coalesce((select matching.is_in_force(b.follows) from matching.batch b where b.id = asked and b.follows is not null), true)
         and coalesce((select matching.is_in_force(b.part_of) from matching.batch b where b.id = asked and b.part_of is not null), true);
    end $$;

    alter table master.sending add column asks boolean not null default false;   -- imported by a person: what it changes of a controlled value waits
    create index on master.sending (batch_id) where asks;
    -- The keys whose values a request of an import is about; the load is what the request's batch follows.
    create table master.asked (
      request_id bigint not null references master.change_request,
      key_id     bigint not null references master.source_key,
      primary key (request_id, key_id)
    );
    create index on master.asked (key_id);
    -- Cache of src/master/held-of.ts: keys of which something waits, and what counts meanwhile.
    create table master.held_value (
      key_id   bigint not null references master.source_key,
      kind     text   not null check (kind in ('rename', 'close', 'move')),
      accepted jsonb,                                   -- null = nothing of it counts
      waiting  jsonb  not null,                         -- every attribute of the kind; '' = says nothing
      batch_id bigint not null references matching.batch,  -- the load that said it first
      primary key (key_id, kind)
    );

    create temp view held_by_override as
      select q.id as request_id, q.kind, r.follows as load_id, o.losing_key_id as key_id, o.attribute, o.value, o.losing_value
        from master.change_request q join matching.batch r on r.id = q.batch_id and r.follows is not null and r.kind = 'change-request'
        join master.override o on o.batch_id = r.id and o.record_id = q.record_id and o.losing_key_id is not null
             and q.kind = case o.attribute when 'name' then 'rename' when 'status' then 'close' else 'move' end;
    update master.sending s set asks = true where s.batch_id in (select load_id from held_by_override);
    insert into master.asked select distinct request_id, key_id from held_by_override;
    insert into master.held_value
      select distinct on (key_id, kind) key_id, kind, said || instead, said, load_id from (
        select h.key_id, h.kind, h.load_id, h.request_id, jsonb_object_agg(h.attribute, h.value) as instead,
               (select jsonb_object_agg(a.name, coalesce(c.fields->>a.name, '')) from unnest(case h.kind when 'rename' then array['name'] when 'close' then array['status']
                  else array['province', 'city', 'county', 'address'] end) as a(name)) as said
          from held_by_override h join master.source_record c on c.key_id = h.key_id and c.is_current and coalesce(c.fields->>h.attribute, '') = h.losing_value
          join master.change_request_state s on s.id = h.request_id and s.state in ('open', 'rejected')
         group by h.key_id, h.kind, h.load_id, h.request_id, c.fields) one
       order by key_id, kind, request_id desc;
    drop view held_by_override;
    delete from master.override o using matching.batch r where r.id = o.batch_id and r.kind = 'change-request' and r.follows is not null;

    ${overrideState('case when h.key_id is null then c.fields else h.accepted end', heldJoin)};
    ${overrideEnded('case when h.key_id is null then c.fields else h.accepted end', heldJoin)};
    ${requestState(`when exists (select 1 from master.asked k where k.request_id = r.id) and not exists (
             select 1 from master.asked k join master.held_value h on h.key_id = k.key_id and h.kind = r.kind and h.batch_id = b.follows where k.request_id = r.id) then 'moot'`)}`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw('select 1 from master.asked union all select 1 from matching.batch where part_of is not null limit 1');
  if (rows.length > 0) throw new Error('Requests of imports wait at keys; the older tables cannot hold that.');
  await knex.raw(`
    ${overrideState('c.fields', '')};
    ${overrideEnded('c.fields', '')};
    ${requestState('')};
    drop table master.held_value, master.asked;
    alter table master.sending drop column asks;
    create or replace function matching.is_in_force(asked bigint) returns boolean language plpgsql stable as $$
    begin
      return not exists (select 1 from matching.batch u where u.undoes = asked and matching.is_in_force(u.id))
         and coalesce((select matching.is_in_force(b.follows) from matching.batch b where b.id = asked and b.follows is not null), true);
    end $$;
    alter table matching.batch drop column part_of`);
}

const heldJoin = 'left join master.held_value h on h.key_id = o.losing_key_id and jsonb_exists(h.waiting, o.attribute)';

const overrideState = (said: string, join: string): string => `
    create or replace view master.override_state as
      select o.id, case when not b.in_force then 'undone' when o.expires_at <= now() then 'expired'
                        when o.losing_key_id is not null and coalesce(${said}->>o.attribute, '') <> o.losing_value then 'moved' else 'active' end as state
        from master.override o join matching.batch b on b.id = o.batch_id
        left join master.source_record c on c.key_id = o.losing_key_id and c.is_current ${join}`;

const overrideEnded = (said: string, join: string): string => `
    create or replace view master.override_ended as
      select o.id, o.record_id, coalesce(r.survivor_id, r.id) as now_id, o.attribute, o.value, o.losing_value, o.losing_key_id, s.state,
             coalesce(${said}->>o.attribute, '') as said_now,
             case when s.state = 'expired' then o.expires_at else cb.at end as ended_at
        from master.override o join master.override_state s on s.id = o.id and s.state in ('moved', 'expired') join master.record r on r.id = o.record_id
        left join master.source_record c on c.key_id = o.losing_key_id and c.is_current ${join}
        left join matching.batch cb on cb.id = c.batch_id
       where not exists (select 1 from master.override_seen n join matching.batch b on b.id = n.batch_id and b.in_force where n.override_id = o.id)
         and not exists (select 1 from master.override n join matching.batch b on b.id = n.batch_id and b.in_force
                          where n.record_id = o.record_id and n.attribute = o.attribute and n.id > o.id)`;

/** \`moot\`: of an import, and the list says something else by now, or what it asked for holds already. */
const requestState = (moot: string): string => `
    create or replace view master.change_request_state as
      select r.id, case when not b.in_force then 'withdrawn' when a.id is not null and a.approved then 'approved' when a.id is not null then 'rejected' ${moot}
                        else 'open' end as state,
             a.batch_id as answer_batch_id, ab.actor as answered_by, coalesce(a.reason, '') as answer
        from master.change_request r join matching.batch b on b.id = r.batch_id
        left join lateral (select a.* from master.change_answer a join matching.batch ab on ab.id = a.batch_id and ab.in_force
                            where a.request_id = r.id order by a.id desc limit 1) a on true
        left join matching.batch ab on ab.id = a.batch_id`;
