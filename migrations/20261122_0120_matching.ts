import type { Knex } from 'knex';

// A raw name is one distinct spelling of one sender; its id is a hash of the raw keys, so loads on several machines agree
// without asking each other; the loader fails loudly should two spellings ever share an id. Decisions are append-only; `link` is their fold (the matching table).
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema matching;

    create table matching.raw_name (
      id             bigint      primary key,
      distributor_id integer     not null references master.distributor,
      role           text        not null default 'buyer' check (role in ('buyer', 'supplier')),  -- suppliers are never terminals
      code           text        not null,
      name           text        not null,
      address        text        not null,
      region         text        not null,
      first_seen_at  timestamptz not null default now()
    );

    create table matching.raw_product (
      id             bigint      primary key,
      distributor_id integer     not null references master.distributor,
      code           text        not null,
      name           text        not null,
      spec           text        not null,
      maker          text        not null,
      first_seen_at  timestamptz not null default now()
    );

    create table matching.decision (
      id          bigint generated always as identity primary key,
      raw_name_id bigint      not null references matching.raw_name,
      verdict     text        not null check (verdict in ('auto', 'suggest', 'review', 'new', 'hold', 'noise', 'unlink')),
      terminal_id bigint references master.terminal,
      by_person   boolean     not null,
      actor       text        not null,               -- a person, or the rule that decided
      evidence    jsonb       not null default '{}',
      batch_id    bigint,                             -- decisions taken together are undone together
      undoes      bigint references matching.decision,
      decided_at  timestamptz not null default now()
    );
    create index on matching.decision (raw_name_id, id);
    create index on matching.decision (batch_id) where batch_id is not null;
    create sequence matching.batch_id_seq;

    create table matching.link (
      raw_name_id bigint  primary key references matching.raw_name,
      decision_id bigint  not null references matching.decision,
      verdict     text    not null,
      terminal_id bigint references master.terminal,
      by_person   boolean not null
    );
    create index on matching.link (terminal_id);

    create table matching.product_link (
      raw_product_id bigint      primary key references matching.raw_product,
      product_id     bigint references master.product,
      rule           text        not null,
      decided_at     timestamptz not null default now()
    );
    create index on matching.product_link (product_id)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema matching cascade');
}
