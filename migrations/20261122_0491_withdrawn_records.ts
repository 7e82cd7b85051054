import type { Knex } from 'knex';

// Every run asks which rows need a record that was taken back; there are few such records among many.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index record_withdrawn on master.record (entity) where status = 'withdrawn'`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index master.record_withdrawn');
}
