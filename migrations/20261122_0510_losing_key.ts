import type { Knex } from 'knex';

/** When a key speaks, the overrides that go before what it says are found by it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index override_losing_key on master.override (losing_key_id) where losing_key_id is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index master.override_losing_key');
}
