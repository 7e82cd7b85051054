/**
 * SQL: brings `in_force` in line for a batch and all that depends on it (what it undoes, what follows it, what is part of it), and
 * yields the ids of those that are in force no longer, or again. `batch` is an SQL expression.
 */
export const switchBatches = (batch: string): string => `
    with recursive concerned as (
       select ${batch}::bigint as id
       union select next.id from concerned c
         cross join lateral (select b.undoes as id from matching.batch b where b.id = c.id and b.undoes is not null
                   union all select b.id from matching.batch b where b.follows = c.id
                   union all select b.id from matching.batch b where b.part_of = c.id) next)
     update matching.batch b set in_force = matching.is_in_force(b.id)
       from concerned c where c.id = b.id and b.in_force <> matching.is_in_force(b.id) returning b.id`;
