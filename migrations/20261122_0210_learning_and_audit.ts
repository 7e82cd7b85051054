import type { Knex } from 'knex';

// Models that were refitted here, what is in use, what people's links taught; and the random audit of automatic links. All of it
// is append-only but `stratum_state`, which is the fold of the audits. A verdict is taken back by another row, never changed.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table matching.model (
      id           bigint generated always as identity primary key,
      version      text        not null unique,
      base         text        not null,               -- the shipped model it was fitted around
      content      jsonb       not null,
      content_hash text        not null,               -- sha256 of the content
      trained_on   jsonb       not null,               -- how many decisions, up to which one, and a hash of what they say
      metrics      jsonb       not null,
      diff         jsonb       not null,               -- against the model in use when it was made
      made_by      text        not null,
      made_at      timestamptz not null default now()
    );
    create table matching.model_event (
      id       bigint generated always as identity primary key,
      verb     text        not null check (verb in ('promote', 'rollback')),
      model_id bigint references matching.model,        -- in use from now on; null = the one that ships
      actor    text        not null,
      reason   text        not null default '',
      at       timestamptz not null default now()
    );
    create table matching.learned (
      version  text        primary key,
      content  jsonb       not null,
      links    integer     not null,                   -- how many links of people it is the fold of
      first_at timestamptz not null default now()
    );

    create table matching.audit (
      id            bigint generated always as identity primary key,
      seed          text        not null,
      strata        jsonb       not null,              -- per stratum: names it had, names drawn
      promise       numeric     not null check (promise > 0 and promise < 1),
      actor         text        not null,
      drawn_at      timestamptz not null default now(),
      abandoned_at  timestamptz,
      abandoned_by  text,
      abandoned_why text,
      check ((abandoned_at is null) = (abandoned_why is null))
    );
    create table matching.audit_item (
      audit_id    bigint  not null references matching.audit,
      item        integer not null,                    -- in the order shown
      raw_name_id bigint  not null,
      terminal_id bigint  not null references master.terminal,
      decision_id bigint  not null,
      stratum     text    not null,
      is_decoy    boolean not null,                    -- known to be wrong: measures attention, never precision
      primary key (audit_id, item)
    );
    create table matching.audit_verdict (
      id       bigint generated always as identity primary key,
      audit_id bigint      not null,
      item     integer     not null,
      verdict  text check (verdict in ('yes', 'no', 'unsure')),   -- null takes the verdict before it back
      note     text        not null default '',
      actor    text        not null,
      at       timestamptz not null default now(),
      foreign key (audit_id, item) references matching.audit_item
    );
    create index on matching.audit_verdict (audit_id, item, id);
    create view matching.audit_answer as
      select i.*, v.verdict, v.note, v.actor, v.at
        from matching.audit_item i
        left join lateral (select verdict, note, actor, at from matching.audit_verdict v
                            where v.audit_id = i.audit_id and v.item = i.item order by v.id desc limit 1) v on true;

    create table matching.stratum_state (
      stratum text        primary key,
      state   text        not null check (state in ('auto', 'suggest')),
      audit_id bigint     not null references matching.audit,
      since   timestamptz not null default now()
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table matching.stratum_state;
    drop view matching.audit_answer;
    drop table matching.audit_verdict, matching.audit_item, matching.audit, matching.learned, matching.model_event, matching.model`);
}
