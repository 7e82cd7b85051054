import type { Knex } from 'knex';

// Old files may be moved to a slower disk; they are read from there.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger.raw_object add column archived_at timestamptz;
    create index raw_object_here on ledger.raw_object (stored_at) where archived_at is null`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table ledger.raw_object drop column archived_at');
}
