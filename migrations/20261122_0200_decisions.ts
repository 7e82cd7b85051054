import type { Knex } from 'knex';

// Decisions become a log of batches: a batch is undone (and redone) by another batch, never changed, and the matching table is
// the fold of what is in force. A decision holds for one raw name, for a spelling of one distributor or of everybody, and from a
// day on. Terminals get what a master needs to be matched against over years: a redirect, an end, a number for each change.
// Foreign keys on decision and link cost half of the time of a night with 500,000 new names; the one INSERT..SELECT that writes
// them joins what they point at, so they are dropped.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table matching.raw_name add column spelling text not null
      generated always as (upper(regexp_replace(normalize(name, NFKC) collate "C", '\\s', '', 'g'))) stored;
    create index raw_name_spelling on matching.raw_name (spelling);

    create table matching.batch (
      id         bigint      primary key default nextval('matching.batch_id_seq'),
      kind       text        not null check (kind in ('match', 'decide', 'undo', 'merge', 'approve', 'reject')),
      actor      text        not null,
      by_person  boolean     not null,
      undoes     bigint references matching.batch,    -- of an undo; the undo of an undo is a redo
      follows    bigint references matching.batch,    -- what the matcher did at once because of that batch falls with it
      versions   jsonb       not null default '{}',   -- of a match: model, gazetteer, index
      master_seq bigint,                              -- of a match: changes of the master it has seen
      detail     jsonb       not null default '{}',   -- note, counts
      in_force   boolean     not null default true,   -- cache of matching.is_in_force
      at         timestamptz not null default now(),
      check ((kind = 'undo') = (undoes is not null))
    );
    create index on matching.batch (undoes) where undoes is not null;
    create index on matching.batch (follows) where follows is not null;

    create function matching.is_in_force(asked bigint) returns boolean language plpgsql stable as $$
    begin
      return not exists (select 1 from matching.batch u where u.undoes = asked and matching.is_in_force(u.id))
         and coalesce((select matching.is_in_force(b.follows) from matching.batch b where b.id = asked and b.follows is not null), true);
    end $$;

    alter table matching.decision
      drop constraint decision_raw_name_id_fkey, drop constraint decision_terminal_id_fkey, drop constraint decision_verdict_check,
      add constraint decision_verdict_check check (verdict in ('auto', 'suggest', 'review', 'new', 'hold', 'noise', 'unlink', 'not')),
      add column scope       text not null default 'name' check (scope in ('name', 'distributor', 'everywhere')),
      add column valid_from  date not null default '-infinity',
      add column probability real,
      add column stratum     text,
      add column stands_on   bigint,                  -- the person's decision that a rule repeated: when that falls, this falls
      add check (verdict <> 'not' or terminal_id is not null),
      add check (by_person or (scope = 'name' and valid_from = '-infinity'));

    -- Decisions from before: those of rules are one batch, an undo is a batch instead of rows.
    insert into matching.batch (id, kind, actor, by_person, at)
      select batch_id, 'decide', min(actor), true, min(decided_at) from matching.decision
       where batch_id is not null and undoes is null group by batch_id;
    insert into matching.batch (id, kind, actor, by_person, undoes, at)
      select u.batch_id, 'undo', min(u.actor), true, min(d.batch_id), min(u.decided_at)
        from matching.decision u join matching.decision d on d.id = u.undoes and d.batch_id is not null group by u.batch_id;
    update matching.batch b set in_force = matching.is_in_force(b.id);
    with old as (insert into matching.batch (kind, actor, by_person)
                 select 'match', 'match-exact', false where exists (select 1 from matching.decision where batch_id is null) returning id)
      update matching.decision set batch_id = old.id from old where batch_id is null;
    update matching.decision set stands_on = (evidence->>'standsOn')::bigint where jsonb_exists(evidence, 'standsOn');
    delete from matching.decision where undoes is not null;
    alter table matching.decision alter column batch_id set not null, drop column undoes;
    drop index matching.decision_batch_id_idx;
    create index decision_batch on matching.decision (batch_id);
    create index decision_wide on matching.decision (raw_name_id) where scope <> 'name';
    create index decision_stands_on on matching.decision (stands_on) where stands_on is not null;
    create index decision_not on matching.decision (raw_name_id) where verdict = 'not';

    drop view pub_v1.terminal_month, pub_v1.flow_line, pub_v1.terminal;
    alter table matching.link
      drop constraint link_raw_name_id_fkey, drop constraint link_decision_id_fkey, drop constraint link_terminal_id_fkey, drop constraint link_pkey,
      add column valid_from  date not null default '-infinity',
      add column valid_until date not null default 'infinity',   -- exclusive
      add primary key (raw_name_id, valid_from);

    alter table master.terminal
      add column merged_into bigint references master.terminal,  -- for ever; the fold of master.merge
      add column survivor_id bigint references master.terminal,  -- the end of that way; null = itself
      add column status      text not null default '' check (status in ('', 'closed', 'withdrawn')),
      add column batch_id    bigint references matching.batch,   -- of an approved request, which made it
      add column change_seq  bigint;
    create sequence master.change_seq;
    update master.terminal set change_seq = nextval('master.change_seq');
    alter table master.terminal alter column change_seq set default nextval('master.change_seq'), alter column change_seq set not null;
    create index on master.terminal (change_seq);
    create index on master.terminal (survivor_id) where survivor_id is not null;
    create index terminal_present on master.terminal (coalesce(survivor_id, id));
    create sequence master.terminal_code_seq;

    -- Whoever changes terminals holds this lock (shared) until the end; whoever asks for the last change takes it alone for a
    -- moment. So every change up to the number read is visible.
    create function master.hold_changes() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(hashtext('huiliu.master'));
      return null;
    end $$;
    create trigger terminal_hold before insert or update on master.terminal for each statement execute function master.hold_changes();
    create function master.count_change() returns trigger language plpgsql as $$
    begin
      new.change_seq := nextval('master.change_seq');
      return new;
    end $$;
    create trigger terminal_change before update on master.terminal for each row
      when ((old.name, old.former_names, old.type, old.level, old.province, old.city, old.county, old.address, old.status, old.merged_into)
            is distinct from (new.name, new.former_names, new.type, new.level, new.province, new.city, new.county, new.address, new.status, new.merged_into))
      execute function master.count_change();

    create table master.merge (
      id          bigint generated always as identity primary key,
      batch_id    bigint not null references matching.batch,
      loser_id    bigint not null references master.terminal,
      survivor_id bigint not null references master.terminal,
      reason      text   not null,
      check (loser_id <> survivor_id)
    );
    create index on master.merge (loser_id);
    create index on master.merge (batch_id);

    create table matching.request (
      id          bigint generated always as identity primary key,
      batch_id    bigint not null references matching.batch,
      raw_name_id bigint not null references matching.raw_name,
      fields      jsonb  not null,                    -- name, type, province, city, county, address as known
      seen        jsonb  not null default '[]',       -- terminals like it, when it was asked for
      reason      text   not null default ''
    );
    create index on matching.request (batch_id);
    create index on matching.request (raw_name_id);
    create table matching.request_answer (
      id          bigint generated always as identity primary key,
      batch_id    bigint not null references matching.batch,
      request_id  bigint not null references matching.request,
      terminal_id bigint references master.terminal,  -- null = rejected
      reason      text   not null default ''
    );
    create index on matching.request_answer (request_id);
    create index on matching.request_answer (batch_id);
    create view matching.request_state as
      select r.id, case when not b.in_force then 'withdrawn' when a.id is null then 'open' when a.terminal_id is null then 'rejected' else 'approved' end as state,
             a.terminal_id, coalesce(a.reason, '') as answer
        from matching.request r
        join matching.batch b on b.id = r.batch_id
        left join lateral (select a.id, a.terminal_id, a.reason from matching.request_answer a join matching.batch ab on ab.id = a.batch_id and ab.in_force
                            where a.request_id = r.id order by a.id desc limit 1) a on true;

    -- What the matcher holds against a decision of a person. Open while that decision is the one in force for the name.
    create table matching.challenge (
      id          bigint generated always as identity primary key,
      batch_id    bigint not null references matching.batch,
      raw_name_id bigint not null references matching.raw_name,
      decision_id bigint not null,
      reason      text   not null check (reason in ('disagrees', 'closed', 'merged')),
      terminal_id bigint references master.terminal,  -- what the matcher says instead
      probability real,
      evidence    jsonb  not null default '{}',
      raised_at   timestamptz not null default now()
    );
    create unique index on matching.challenge (decision_id, raw_name_id, reason, coalesce(terminal_id, 0));
    create index on matching.challenge (raw_name_id);

    -- Every decision that speaks of a name: its own, and wide ones of its spelling.
    create view matching.decision_of_name as
      select raw_name_id, id as decision_id from matching.decision where scope = 'name'
      union all
      select r.id, d.id from matching.decision d
        join matching.raw_name o on o.id = d.raw_name_id
        join matching.raw_name r on r.spelling = o.spelling and r.role = 'buyer' and (d.scope = 'everywhere' or r.distributor_id = o.distributor_id)
       where d.scope <> 'name';

    -- Terminals that a name does not mean, by the word of a person: no rule may link them.
    create view matching.denial as
      with said as (select d.id, d.scope, d.terminal_id, o.id as raw_name_id, o.spelling, o.distributor_id
                      from matching.decision d
                      join matching.batch b on b.id = d.batch_id and b.in_force
                      join matching.raw_name o on o.id = d.raw_name_id
                     where d.verdict = 'not')
      select raw_name_id, terminal_id, id as decision_id from said where scope = 'name'
      union all
      select r.id, s.terminal_id, s.id from said s
        join matching.raw_name r on r.spelling = s.spelling and r.role = 'buyer' and (s.scope = 'everywhere' or r.distributor_id = s.distributor_id)
       where s.scope <> 'name';

    -- The link of today; every name that has one has exactly one without an end.
    create view matching.current_link as select * from matching.link where valid_until = 'infinity';

    create view pub_v1.terminal as
      select code, name, former_names, type, level, province, city, county, address, credit_code from master.terminal
       where merged_into is null and status <> 'withdrawn';
    create view pub_v1.terminal_redirect as
      select l.code as code, s.code as now_code from master.terminal l join master.terminal s on s.id = l.survivor_id;
    ${flowLine(`
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
        left join master.terminal kt on kt.id = k.terminal_id
        left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)`)}`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw(`
    select 1 from matching.decision where scope <> 'name' or verdict = 'not' or valid_from > '-infinity'
    union all select 1 from matching.batch where kind not in ('match', 'decide')
    union all select 1 from master.terminal where batch_id is not null limit 1`);
  if (rows.length > 0)
    throw new Error('Wide, dated or undone decisions, merges and created terminals exist; the older tables cannot hold them.');
  await knex.raw(`
    drop view pub_v1.terminal_month, pub_v1.flow_line, pub_v1.terminal, pub_v1.terminal_redirect, matching.current_link, matching.request_state, matching.denial, matching.decision_of_name;
    drop table matching.challenge, matching.request_answer, matching.request, master.merge;
    drop trigger terminal_change on master.terminal;
    drop trigger terminal_hold on master.terminal;
    drop function master.count_change, master.hold_changes;
    drop index master.terminal_present;
    alter table master.terminal drop column merged_into, drop column survivor_id, drop column status, drop column batch_id, drop column change_seq;
    drop sequence master.change_seq, master.terminal_code_seq;
    alter table matching.link drop column valid_from, drop column valid_until, add primary key (raw_name_id);
    drop index matching.decision_wide, matching.decision_stands_on, matching.decision_not, matching.decision_batch;
    alter table matching.decision alter column batch_id drop not null;
    update matching.decision d set batch_id = null from matching.batch b where b.id = d.batch_id and b.kind = 'match';
    update matching.decision set evidence = evidence || jsonb_build_object('standsOn', stands_on) where stands_on is not null;
    drop function matching.is_in_force;
    drop table matching.batch;
    alter table matching.decision drop constraint decision_verdict_check, drop column scope, drop column valid_from, drop column probability,
      drop column stratum, drop column stands_on, add column undoes bigint references matching.decision,
      add constraint decision_verdict_check check (verdict in ('auto', 'suggest', 'review', 'new', 'hold', 'noise', 'unlink')),
      add foreign key (raw_name_id) references matching.raw_name, add foreign key (terminal_id) references master.terminal;
    create index on matching.decision (batch_id) where batch_id is not null;
    alter table matching.link add foreign key (raw_name_id) references matching.raw_name,
      add foreign key (decision_id) references matching.decision, add foreign key (terminal_id) references master.terminal;
    alter table matching.raw_name drop column spelling;
    create view pub_v1.terminal as
      select code, name, former_names, type, level, province, city, county, address, credit_code from master.terminal;
    ${flowLine(`
        left join matching.link k on k.raw_name_id = l.raw_name_id
        left join master.terminal t on t.id = k.terminal_id`)}`);
}

/** The published lines and months; what differs is the way from a raw name to its terminal. */
function flowLine(toTerminal: string): string {
  return `
    create view pub_v1.flow_line as
      select case l.kind when 's' then 'sale' when 'p' then 'purchase' else 'stock' end as kind,
             l.business_date, l.actual_month, l.counted_month,
             d.code as distributor_code, d.name as distributor_name,
             t.code as terminal_code, t.name as terminal_name, rn.name as raw_name, rn.code as raw_code,
             p.code as product_code, p.generic_name as product_name, rp.name as raw_product, rp.spec as raw_spec,
             l.quantity, l.unit, l.base_quantity, l.price, l.amount, l.lot, l.expiry, l.doc_no, l.is_return, l.is_red_letter,
             l.generation_id, l.part_id, l.row_no
        from flow.line l
        join ledger.generation g on g.id = l.generation_id and g.state = 'active'
        join master.distributor d on d.id = l.distributor_id
        left join matching.raw_name rn on rn.id = l.raw_name_id${toTerminal}
        join matching.raw_product rp on rp.id = l.raw_product_id
        left join matching.product_link pk on pk.raw_product_id = l.raw_product_id
        left join master.product p on p.id = pk.product_id;

    create view pub_v1.terminal_month as
      select terminal_code, terminal_name, product_code, product_name, distributor_code, counted_month,
             count(*) as line_count, sum(base_quantity) as base_quantity, sum(amount) as amount
        from pub_v1.flow_line where kind = 'sale'
       group by 1, 2, 3, 4, 5, 6`;
}
