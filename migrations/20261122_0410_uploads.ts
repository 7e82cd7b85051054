import type { Knex } from 'knex';

// A file that a person hands in is where figures can be made up, so who, when and why are kept with it, and how it differed from what had
// come by itself, before anything of it takes effect. An upload is decided once and never deleted. Of a link only the hash of its token is
// kept; the one upload that used it up names it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger.upload_link (
      id         integer     generated always as identity primary key,
      sha256     text        not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
      source_id  integer     not null references ledger.source,
      meant_for  text        not null,
      reason     text        not null check (reason <> ''),
      made_by    text        not null,
      made_at    timestamptz not null default now(),
      expires_at timestamptz not null,
      byte_limit bigint      not null check (byte_limit > 0),
      tries      integer     not null default 0,
      revoked_at timestamptz,
      revoked_by text
    );

    create table ledger.upload (
      id          bigint      generated always as identity primary key,
      source_id   integer     not null references ledger.source,
      sha256      text        not null references ledger.raw_object,
      name        text        not null,
      way         text        not null check (way in ('cli', 'api', 'link')),
      link_id     integer     unique references ledger.upload_link,
      by          text        not null check (by <> ''),
      reason      text        not null check (reason <> ''),
      address     text        not null default '',    -- where it was handed in from, as far as known
      days        daterange,                          -- the business days it is said to be about
      uploaded_at timestamptz not null default now(),
      comparison  jsonb       not null,               -- with what had come by itself, when it was handed in
      state       text        not null default 'waiting' check (state in ('waiting', 'taken', 'refused')),
      decided_by  text,
      decided_at  timestamptz,
      why         text        not null default '',
      delivery_id bigint references ledger.delivery,
      check ((state = 'waiting') = (decided_by is null)),
      check ((state = 'taken') = (delivery_id is not null))
    );
    create unique index upload_once_waiting on ledger.upload (source_id, sha256) where state = 'waiting';
    create index on ledger.upload (delivery_id)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table ledger.upload; drop table ledger.upload_link');
}
