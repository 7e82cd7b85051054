import type { Knex } from 'knex';

// Where a source was left off, for connectors whose far side wants to be told (Singer's state). Written only after all that lies before it
// is committed, so that losing it costs work and never rows.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger.bookmark (
      source_id integer     primary key references ledger.source,
      text      text        not null check (octet_length(text) <= 1048576),
      kept_at   timestamptz not null
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table ledger.bookmark');
}
