import type { Knex } from 'knex';

// Whose key it is. Requests and answers through keys of one person, or by that person at the terminal, are of one person (rule of two).
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table access.api_key add column person text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table access.api_key drop column person');
}
