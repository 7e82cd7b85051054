import type { Knex } from 'knex';

// The moment after which the figures of a business day are late, as src/schedule/due-at.ts says it: what a source owes is decided in one
// place of SQL for the board, the night, the scorecard and alerts. A test holds both to each other.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function ledger.due_at(expects jsonb, asked date) returns timestamptz language sql stable as $$
      select ((case coalesce(expects->>'due', 'next-day')
                 when 'same-day' then asked
                 when 'next-workday' then (select d::date from generate_series(asked + 1, asked + 60, interval '1 day') d where ledger.is_workday(d::date) order by d limit 1)
                 else asked + 1 end
               + case when expects->>'by' is null then interval '1 day' else (expects->>'by')::time - time '00:00' end) at time zone 'Asia/Shanghai')
    $$`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function ledger.due_at(jsonb, date)');
}
