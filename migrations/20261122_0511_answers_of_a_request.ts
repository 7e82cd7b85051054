import type { Knex } from 'knex';

/** The last answer of a request is one step into an index; by the number alone PostgreSQL walked through all answers from the end. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create index change_answer_last on master.change_answer (request_id, id); drop index master.change_answer_request_id_idx',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('create index on master.change_answer (request_id); drop index master.change_answer_last');
}
