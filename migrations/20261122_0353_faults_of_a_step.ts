import type { Knex } from 'knex';

// Attempts that failed by themselves are counted apart from those whose process was killed: a machine that goes down three times
// says nothing about the file it was reading.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger.stage_exec add column faults integer not null default 0 check (faults >= 0);
    update ledger.stage_exec set faults = attempt where state = 'ready' and told is not null`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table ledger.stage_exec drop column faults');
}
