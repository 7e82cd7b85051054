import type { Knex } from 'knex';

// First cut of the master: what reference workbooks say. `code` is the list's own id and never re-used; part and row lead
// back to the cell. `name_key` is the normalised name (src/journey/match/name-key.ts), written by the loader.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema master;

    create table master.distributor (
      id         integer generated always as identity primary key,
      code       text not null unique,
      name       text not null,
      province   text not null default '',
      city       text not null default '',
      tier       text not null default '',
      part_id    bigint, row_no integer,
      updated_at timestamptz not null default now()
    );

    create table master.terminal (
      id           bigint generated always as identity primary key,
      code         text not null unique,
      name         text not null,
      name_key     text not null,
      former_names text not null default '',
      type         text not null default '',
      level        text not null default '',
      province     text not null default '',
      city         text not null default '',
      county       text not null default '',
      address      text not null default '',
      credit_code  text not null default '',
      part_id      bigint, row_no integer,
      updated_at   timestamptz not null default now()
    );
    create index on master.terminal (name_key);

    create table master.product (
      id           bigint generated always as identity primary key,
      code         text not null unique,
      generic_name text not null,
      trade_name   text not null default '',
      spec         text not null default '',
      dosage_form  text not null default '',
      maker        text not null default '',
      approval_no  text not null default '',
      unit         text not null default '',
      name_key     text not null,                     -- normalised generic name + spec
      part_id      bigint, row_no integer,
      updated_at   timestamptz not null default now()
    );
    create index on master.product (name_key)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema master cascade');
}
