import type { Knex } from 'knex';

// Parties belong to parties (a branch to its hospital, a store to its chain), for a time. Who wants the master changed asks for it,
// and somebody else answers: requests and answers are rows of batches, so both can be taken back. An override knows its own state.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table master.relation (
      id          bigint generated always as identity primary key,
      batch_id    bigint not null references matching.batch,
      child_id    bigint not null references master.record,
      parent_id   bigint not null references master.record,
      kind        text   not null check (kind in ('branch', 'store', 'member', 'supplied-by')),
      valid_from  date   not null default '-infinity',
      valid_until date   not null default 'infinity',   -- exclusive
      check (child_id <> parent_id), check (valid_from < valid_until)
    );
    create index on master.relation (child_id);
    create index on master.relation (parent_id);
    create index on master.relation (batch_id);
    -- Of one kind a party has one parent at a time: what was said later ends what was said before it.
    create view master.relation_in_force as
      select * from (
        select r.id, r.batch_id, r.child_id, r.parent_id, r.kind, r.valid_from,
               least(r.valid_until, min(case when n.valid_from > r.valid_from then n.valid_from end)) as valid_until,
               coalesce(bool_or(n.valid_from <= r.valid_from), false) as is_replaced
          from master.relation r join matching.batch b on b.id = r.batch_id and b.in_force
          left join (master.relation n join matching.batch nb on nb.id = n.batch_id and nb.in_force)
            on n.child_id = r.child_id and n.kind = r.kind and n.id > r.id and n.valid_from < r.valid_until and n.valid_until > r.valid_from
         group by r.id) r where not is_replaced;

    create view master.override_state as
      select o.id, case when not b.in_force then 'undone' when o.expires_at <= now() then 'expired'
                        when o.losing_key_id is not null and coalesce(c.fields->>o.attribute, '') <> o.losing_value then 'moved' else 'active' end as state
        from master.override o join matching.batch b on b.id = o.batch_id
        left join master.source_record c on c.key_id = o.losing_key_id and c.is_current;

    create table master.change_request (
      id        bigint generated always as identity primary key,
      batch_id  bigint not null references matching.batch,
      kind      text   not null check (kind in ('new', 'rename', 'close', 'merge', 'move')),
      record_id bigint references master.record,        -- null = new
      fields    jsonb  not null,
      seen      jsonb  not null default '[]',           -- records like it, when it was asked for
      reason    text   not null,
      check ((kind = 'new') = (record_id is null))
    );
    create index on master.change_request (batch_id);
    create table master.change_answer (
      id         bigint generated always as identity primary key,
      batch_id   bigint  not null references matching.batch,  -- of an approval the batch that did it: undone, the request is open again
      request_id bigint  not null references master.change_request,
      approved   boolean not null,
      reason     text    not null default ''
    );
    create index on master.change_answer (request_id);
    create index on master.change_answer (batch_id);
    create view master.change_request_state as
      select r.id, case when not b.in_force then 'withdrawn' when a.id is null then 'open' when a.approved then 'approved' else 'rejected' end as state,
             a.batch_id as answer_batch_id, ab.actor as answered_by, coalesce(a.reason, '') as answer
        from master.change_request r join matching.batch b on b.id = r.batch_id
        left join lateral (select a.* from master.change_answer a join matching.batch ab on ab.id = a.batch_id and ab.in_force
                            where a.request_id = r.id order by a.id desc limit 1) a on true
        left join matching.batch ab on ab.id = a.batch_id`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw('select 1 from master.relation union all select 1 from master.change_request limit 1');
  if (rows.length > 0) throw new Error('Relations of parties and change requests exist; the older tables cannot hold them.');
  await knex.raw(`
    drop view master.change_request_state, master.override_state, master.relation_in_force;
    drop table master.change_answer, master.change_request, master.relation`);
}
