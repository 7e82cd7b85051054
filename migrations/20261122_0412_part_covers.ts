import type { Knex } from 'knex';

// The days a pulled part speaks for in full stand in its first line. They are kept with the part, so that a row that a person corrects is held
// to them as it was when it came. Parts loaded before this have none, and their rows are held to none.
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table ledger.part add column covers daterange');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table ledger.part drop column covers');
}
