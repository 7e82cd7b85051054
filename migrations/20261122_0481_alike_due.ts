import type { Knex } from 'knex';

// Which customers the matcher has not compared yet with the others: new ones, and those whose name or place changed since. A look takes them
// off block by block, so that a night may stop in time and the next one goes on.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table master.alike_due (
      record_id bigint      primary key references master.record,
      at        timestamptz not null default clock_timestamp()   -- changed; a look takes off what is not younger than what it read
    );
    insert into master.alike_due (record_id) select id from master.record where entity = 'customer' and status = 'active';
    alter table master.alike_look rename column full_at to looked_at;
    alter table master.alike_look add column night_at timestamptz;   -- when a night began to look, at most once a day`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table master.alike_look drop column night_at;
    alter table master.alike_look rename column looked_at to full_at;
    drop table master.alike_due`);
}
