import type { Knex } from 'knex';

// Where a merged record led at a moment: the merges that were in force as far as was known then. A batch counts from when it was said; what
// undid it, and what undid that, from when that was said. `matching.is_in_force` answers the same of today.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function matching.was_in_force(asked bigint, moment timestamptz) returns boolean language plpgsql stable as $$
    begin
      return exists (select 1 from matching.batch b where b.id = asked and b.at <= moment)
         and not exists (select 1 from matching.batch u where u.undoes = asked and matching.was_in_force(u.id, moment))
         and coalesce((select matching.was_in_force(b.follows, moment) from matching.batch b where b.id = asked and b.follows is not null), true)
         and coalesce((select matching.was_in_force(b.part_of, moment) from matching.batch b where b.id = asked and b.part_of is not null), true);
    end $$;
    create index merge_survivor on master.merge (survivor_id)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index master.merge_survivor; drop function matching.was_in_force');
}
