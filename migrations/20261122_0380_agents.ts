import type { Knex } from 'knex';

// Programs at distributors that read their own database and send each branch, day and kind. The hub believes only what is signed with a
// key it knows, and of two states of one unit the one with the higher version, whenever and however often they arrive. Versions are
// counted by the agent on its disk; no clock but that of this database takes part in any decision.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table access.agent (
      source_id     integer     primary key references ledger.source (id),
      paused_at     timestamptz,
      paused_by     text,
      paused_why    text,
      rotate_at     timestamptz,                  -- a person asked for a new key
      log_wanted_at timestamptz,
      floor         bigint      not null default 0 check (floor >= 0),    -- highest version taken
      sequence      bigint      not null default 0,                       -- of the last request that told something
      enrolled_at   timestamptz,
      beat_at       timestamptz,
      beat          jsonb,
      bytes_on      date,
      bytes_taken   bigint      not null default 0
    );

    create table access.agent_invitation (
      id         integer     generated always as identity primary key,
      source_id  integer     not null references access.agent (source_id),
      sha256     text        not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
      created_by text        not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at    timestamptz,
      used_by    text                              -- fingerprint of the key that was enrolled with it
    );

    create table access.agent_key (
      id           integer     generated always as identity primary key,
      source_id    integer     not null references access.agent (source_id),
      fingerprint  text        not null unique,
      public_key   text        not null,
      created_at   timestamptz not null default now(),
      last_used_at timestamptz,                    -- to the minute
      ended_at     timestamptz,
      ended_by     text                            -- a person, or 'rotation' or 'enrolment'
    );
    create index on access.agent_key (source_id);

    create table access.agent_log (
      id          bigint      generated always as identity primary key,
      source_id   integer     not null references access.agent (source_id),
      received_at timestamptz not null default now(),
      lines       text        not null
    );
    create index on access.agent_log (source_id);

    -- The state of one branch, day and kind that counts: the highest version of which all parts are here.
    create table ledger.agent_unit (
      source_id      integer     not null references access.agent (source_id),
      locator        text        not null,
      version        bigint      not null check (version > 0),
      head           jsonb       not null,
      sha256         text        not null,         -- of the rows
      byte_count     bigint      not null,
      row_count      integer     not null,
      received_at    timestamptz not null,
      landed_version bigint      not null default 0,
      primary key (source_id, locator)
    );

    -- Parts of versions that have not landed yet; gone once they have.
    create table ledger.agent_chunk (
      source_id   integer     not null references access.agent (source_id),
      locator     text        not null,
      version     bigint      not null,
      part        integer     not null check (part >= 0),
      head        jsonb       not null,
      bytes       bytea       not null,
      received_at timestamptz not null default now(),
      primary key (source_id, locator, version, part)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table ledger.agent_chunk; drop table ledger.agent_unit; drop table access.agent_log;
    drop table access.agent_key; drop table access.agent_invitation; drop table access.agent`);
}
