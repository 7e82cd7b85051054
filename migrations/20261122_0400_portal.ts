import type { Knex } from 'knex';

// What is remembered of portals made for people. Sessions and half logins are sealed, as secrets of the hub; here is who uses an account,
// what a person was asked (picture or code, an answer that helps once), and how pages looked when somebody last agreed with them.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger.portal_account (
      account    text        primary key,          -- host and user: several sources may share one
      holder     uuid,                             -- the collection that uses it
      held_until timestamptz,
      kept_at    timestamptz                       -- since when the session that is kept was last seen alive; null: none is kept
    );
    create table ledger.portal_question (
      id          bigint      generated always as identity primary key,
      source_id   integer     not null references ledger.source on delete cascade,
      account     text        not null,
      kind        text        not null check (kind in ('captcha', 'sms', 'other')),
      prompt      text        not null,
      image       bytea       check (octet_length(image) <= 2097152),
      image_type  text,
      asked_at    timestamptz not null default now(),
      expires_at  timestamptz not null,
      answer      text,                            -- until it is used
      answered_by text,
      answered_at timestamptz,
      outcome     text        check (outcome in ('accepted', 'refused', 'replaced')),
      ended_at    timestamptz,
      check ((outcome is null) = (ended_at is null)),
      check ((answered_by is null) = (answered_at is null))
    );
    create unique index portal_question_open on ledger.portal_question (account) where outcome is null;
    create table ledger.portal_look (
      source_id     integer     not null references ledger.source on delete cascade,
      place         text        not null,          -- feed and step, with a digest of the recipe that leads there
      lines         jsonb       not null,          -- form fields, titles
      seen_at       timestamptz not null default now(),
      accepted_by   text,                          -- null: the first look
      accepted_at   timestamptz,
      found         jsonb,                         -- how it looks now, when that is something else
      found_at      timestamptz,
      evidence      bytea,
      evidence_type text,
      primary key (source_id, place)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table ledger.portal_look, ledger.portal_question, ledger.portal_account');
}
