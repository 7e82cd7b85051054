import type { Knex } from 'knex';

// A delivery that is loaded again under another layout may say something about other days than before. What it said first is
// then withdrawn: kept, but never a candidate again, so that its days fall back to the delivery that held them before.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger.generation drop constraint generation_state_check;
    alter table ledger.generation add constraint generation_state_check check (state in ('active', 'superseded', 'withdrawn'));
    create index generation_candidates on ledger.generation (sender, kind, business_date, document) where state <> 'withdrawn'`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index ledger.generation_candidates;
    update ledger.generation set state = 'superseded' where state = 'withdrawn';
    alter table ledger.generation drop constraint generation_state_check;
    alter table ledger.generation add constraint generation_state_check check (state in ('active', 'superseded'))`);
}
