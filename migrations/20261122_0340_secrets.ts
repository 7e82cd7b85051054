import type { Knex } from 'knex';

// Secrets that people give to the hub instead of to its environment. Each is sealed with a key of its own, and that key with one from a
// file (or service) outside the database: a copy of the database opens nothing. There is no way to read one back; it can be set anew.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table access.secret (
      name       text        primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      key_id     text        not null,   -- which outer key seals the inner one
      sealed_key bytea       not null,
      sealed     bytea       not null,
      set_by     text        not null,
      set_at     timestamptz not null default now(),
      sealed_at  timestamptz not null default now()
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table access.secret');
}
