import type { Knex } from 'knex';

// Rows whose parent has not arrived wait in quarantine; here is what they said, ready to be loaded, so that nothing has to be read or
// mapped again when it comes. A row waits while no batch in force has brought it in: the batch that did follows the parent's, so
// taking back the parent makes the row wait again. Optional references that mean nothing yet are kept and tried again.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table master.waiting (
      part_id     bigint  not null references ledger.part on delete cascade,
      row_no      integer not null,
      delivery_id bigint  not null references ledger.delivery,
      entity      text    not null,
      role        text    not null,
      key         text    collate "C" not null,
      fields      jsonb   not null,
      changed_at  timestamptz,
      is_void     boolean not null,
      lacks       text[]  not null,                   -- entities of the records it refers to in vain
      batch_id    bigint references matching.batch,   -- that brought it in at last
      primary key (part_id, row_no)
    );
    create index on master.waiting (delivery_id);
    create index on master.waiting (entity);

    create table master.asked_reference (
      source_record_id bigint not null references master.source_record,
      field            text   not null,
      target           text   not null,
      system           text   not null,
      code             text   not null,
      name             text   not null,
      side             text   not null,
      within           text   not null default '',
      primary key (source_record_id, field)
    );
    create index on master.asked_reference (target);

    -- The form in which names are compared when a record is looked up by its exact name.
    create function master.plain_name(name text) returns text language sql immutable strict parallel safe as $$
      select upper(regexp_replace(normalize(name, NFKC) collate "C", '[\\s·.,，。、''"()（）-]', '', 'g')) $$;
    create index golden_name on master.golden (master.plain_name(coalesce(fields->>'name', fields->>'generic_name')));
    create index golden_credit_code on master.golden ((fields->>'credit_code')) where jsonb_exists(fields, 'credit_code');

    -- An import: files that a person handed over together, which are loaded when that person says so, and taken back together.
    create table master.import (
      id         bigint generated always as identity primary key,
      actor      text        not null,
      system     text        not null,
      state      text        not null default 'previewed' check (state in ('previewed', 'committed', 'undone')),
      at         timestamptz not null default now(),
      ended_at   timestamptz,
      ended_by   text
    );
    create table master.import_delivery (
      import_id   bigint  not null references master.import,
      delivery_id bigint  not null references ledger.delivery,
      place       integer not null,
      path        text    not null,                   -- where the person had it
      primary key (import_id, delivery_id)
    );
    create index on master.import_delivery (delivery_id)`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw(`select 1 from master.import union all select 1 from master.waiting limit 1`);
  if (rows.length > 0) throw new Error('Imports of history exist, or rows that wait for their parents; the older tables cannot hold them.');
  await knex.raw(`
    drop table master.import_delivery, master.import, master.asked_reference, master.waiting;
    drop index master.golden_name, master.golden_credit_code;
    drop function master.plain_name`);
}
