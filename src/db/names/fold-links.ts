import type { Database } from '../database.js';

/**
 * Brings the links of some names in line with the log of decisions. `select` yields their ids as `raw_name_id`. Must run under
 * `lockDecisions`. The state before is kept in the temp table `link_before` until the next call, for those who count what moved.
 * Returns how many links were added, changed or removed.
 *
 * The fold, for one name: what covers it (its own decisions, and wide ones of its spelling) and is in force (batch not undone,
 * the decision it stands on not undone), without links that a `not` denies. Person before matcher, then the narrower scope, then
 * the later. Each holds from its day until one that goes before it begins; so the result depends on the log alone.
 */
export async function foldLinks(
  trx: Database,
  select: string,
  bindings: Readonly<Record<string, unknown>> | readonly unknown[] = [],
): Promise<number> {
  await trx.raw(`
    create temp table if not exists name_to_fold (raw_name_id bigint primary key) on commit drop;
    create temp table if not exists folded (like matching.link) on commit drop;
    create temp table if not exists link_before (like matching.link) on commit drop;
    truncate name_to_fold, folded, link_before`);
  await trx.raw(`insert into name_to_fold select distinct raw_name_id from (${select}) n`, bindings as never);
  await trx.raw('analyze name_to_fold');
  await trx.raw(`insert into folded (raw_name_id, valid_from, valid_until, decision_id, verdict, terminal_id, by_person) ${fold}`);
  await trx.raw('insert into link_before select k.* from matching.link k join name_to_fold using (raw_name_id)');
  const same =
    'f.raw_name_id = k.raw_name_id and f.valid_from = k.valid_from and f.valid_until = k.valid_until and f.decision_id = k.decision_id';
  const removed = await trx.raw(
    `delete from matching.link k using name_to_fold n where n.raw_name_id = k.raw_name_id and not exists (select 1 from folded f where ${same})`,
  );
  const added = await trx.raw(
    `insert into matching.link (raw_name_id, valid_from, valid_until, decision_id, verdict, terminal_id, by_person)
     select raw_name_id, valid_from, valid_until, decision_id, verdict, terminal_id, by_person from folded f
      where not exists (select 1 from matching.link k where ${same})`,
  );
  return Math.max(removed.rowCount ?? 0, added.rowCount ?? 0);
}

const fold = `
  with covering as (
    select n.raw_name_id, d.id, d.verdict, d.terminal_id, d.by_person, d.valid_from, d.stands_on, d.batch_id, 3 as narrowness
      from name_to_fold n join matching.decision d on d.raw_name_id = n.raw_name_id and d.scope = 'name'
    union all
    select n.raw_name_id, d.id, d.verdict, d.terminal_id, d.by_person, d.valid_from, d.stands_on, d.batch_id,
           case d.scope when 'distributor' then 2 else 1 end
      from matching.decision d
      join matching.raw_name o on o.id = d.raw_name_id
      join matching.raw_name r on r.spelling = o.spelling and r.role = 'buyer' and (d.scope = 'everywhere' or r.distributor_id = o.distributor_id)
      join name_to_fold n on n.raw_name_id = r.id
     where d.scope <> 'name'
  ), standing as (
    select c.* from covering c
      join matching.batch b on b.id = c.batch_id and b.in_force
      left join matching.decision s on s.id = c.stands_on
      left join matching.batch sb on sb.id = s.batch_id
     where c.stands_on is null or sb.in_force
  ), denied as (
    select raw_name_id, terminal_id, id, narrowness from standing where verdict = 'not'
  ), alive as (
    select v.*, row_number() over (partition by v.raw_name_id order by v.by_person, v.narrowness, v.id) as place
      from standing v
     where v.verdict <> 'not' and not exists (
           select 1 from denied n where n.raw_name_id = v.raw_name_id and n.terminal_id = v.terminal_id
              and (not v.by_person or (n.id > v.id and n.narrowness >= v.narrowness)))
  ), winning as (
    select a.*, max(place) over (partition by raw_name_id order by valid_from) as best from alive a
  )
  select raw_name_id, valid_from, coalesce(lead(valid_from) over (partition by raw_name_id order by valid_from), 'infinity'), id, verdict, terminal_id, by_person
    from winning where place = best`;

/**
 * Folds the whole log again, from nothing. What it changes was wrong before; a sound hub answers 0. Costs a pass over all
 * decisions.
 */
export async function rebuildLinks(trx: Database): Promise<number> {
  await trx.raw('update matching.batch set in_force = matching.is_in_force(id) where in_force <> matching.is_in_force(id)');
  return foldLinks(trx, 'select raw_name_id from matching.link union all select id from matching.raw_name');
}

/** SQL: the ids of all names that the decisions of some batches speak of, directly or through a rule that stands on them. */
export function namesOfBatches(batches: string): string {
  return `
    select d.raw_name_id from matching.decision d where d.batch_id in (${batches}) and d.scope = 'name'
    union select r.id from matching.decision d
      join matching.raw_name o on o.id = d.raw_name_id
      join matching.raw_name r on r.spelling = o.spelling and (d.scope = 'everywhere' or r.distributor_id = o.distributor_id)
     where d.batch_id in (${batches}) and d.scope <> 'name'
    union select s.raw_name_id from matching.decision d join matching.decision s on s.stands_on = d.id where d.batch_id in (${batches})`;
}
