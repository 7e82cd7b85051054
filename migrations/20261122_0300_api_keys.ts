import type { Knex } from 'knex';

// Programs that ask the API prove themselves by a key. Only its hash is kept, so that whoever reads the database cannot ask in
// somebody's name. A key is never deleted: what was done with it names it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema if not exists access;

    create table access.api_key (
      id           integer generated always as identity primary key,
      name         text        not null unique,
      sha256       text        not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
      rights       text[]      not null check (cardinality(rights) > 0),
      created_by   text        not null,
      created_at   timestamptz not null default now(),
      last_used_at timestamptz,                        -- to the minute
      revoked_by   text,
      revoked_at   timestamptz
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table access.api_key; drop schema access');
}
