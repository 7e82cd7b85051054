import type { Knex } from 'knex';

// A row that names a customer as it was called before means that customer: its former names are looked up like its name.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- As src/journey/match/former-names.ts splits them, in the form of plain_name; a single sign (无) is no name.
    create function master.former_names(fields jsonb) returns text[] language sql immutable parallel safe as $$
      select coalesce(array_agg(name), '{}') from (
        select master.plain_name(regexp_replace(one, '^\\s*[（(]{0,1}\\s*(原名|原|曾用名|又名)\\s*[:：]{0,1}', '')) as name
          from regexp_split_to_table(fields->>'former_names', '[;；,，、|/〓\\n]+') as one) split where length(name) > 1 $$;
    create index golden_former_names on master.golden using gin (master.former_names(fields)) with (fastupdate = off)
      where jsonb_exists(fields, 'former_names');
    -- Within a load the planner knows nothing of the rows that were just written, and read all of them for each name.
    create function master.formerly_called(name text) returns setof bigint language sql stable set enable_seqscan = off as $$
      select record_id from master.golden where jsonb_exists(fields, 'former_names') and master.former_names(fields) @> array[master.plain_name(name)] $$`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop function master.formerly_called(text); drop index master.golden_former_names; drop function master.former_names(jsonb)',
  );
}
