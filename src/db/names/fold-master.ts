import type { Database } from '../database.js';

/** What follows terminals that were merged, made or taken back: their links stay, the published terminal is another. */
export interface RedirectImpact {
  readonly terminals: number;
  readonly names: number;
  readonly rows: number;
  readonly amount: string;
}

/**
 * Brings redirects and the state of terminals that stewards made in line with the batches in force. Like the links, a pure
 * function of the log: merges in their order, the later one of a terminal wins, one that would close a circle counts for nothing.
 */
export async function foldMaster(trx: Database): Promise<RedirectImpact> {
  const { rows: merges } = await trx.raw<{ rows: Merge[] }>(`
    select m.loser_id, m.survivor_id from master.merge m join matching.batch b on b.id = m.batch_id and b.in_force order by m.id`);
  const redirects = foldRedirects(merges);
  const losers = [...redirects.keys()];
  const { rows } = await trx.raw<{ rows: { id: string; before: string | null; after: string | null }[] }>(
    `with wanted as (
       select t.id, t.survivor_id as before, n.merged_into, n.survivor_id,
              case when b.id is null then t.status when not b.in_force then 'withdrawn' when t.status = 'withdrawn' then '' else t.status end as status
         from master.terminal t
         left join unnest(:losers::bigint[], :into::bigint[], :survivors::bigint[]) as n(id, merged_into, survivor_id) on n.id = t.id
         left join matching.batch b on b.id = t.batch_id
        where n.id is not null or t.merged_into is not null or t.batch_id is not null)
     update master.terminal t set merged_into = w.merged_into, survivor_id = w.survivor_id, status = w.status
       from wanted w where w.id = t.id
        and (t.merged_into, t.survivor_id, t.status) is distinct from (w.merged_into, w.survivor_id, w.status)
     returning t.id, w.before, t.survivor_id as after`,
    {
      losers: arrayOf(losers),
      into: arrayOf(losers.map((loser) => redirects.get(loser)!.into)),
      survivors: arrayOf(losers.map((loser) => redirects.get(loser)!.survivor)),
    },
  );
  // Names of merged terminals are names of their survivor: it has changed too, also when it lost one.
  await trx.raw("update master.terminal set change_seq = nextval('master.change_seq') where id = any(?::bigint[])", [
    arrayOf([...new Set(rows.flatMap(({ before, after }) => [before, after].filter((id) => id !== null)))]),
  ]);
  return {
    terminals: rows.length,
    ...(await countBehind(
      trx,
      rows.map(({ id }) => id),
    )),
  };
}

export interface Merge {
  readonly loser_id: string;
  readonly survivor_id: string;
}

/** Each merged terminal with the next one and the end of the way. */
export function foldRedirects(merges: readonly Merge[]): Map<string, { into: string; survivor: string }> {
  const into = new Map<string, string>();
  const endOf = (id: string): string => {
    let end = id;
    for (let next = into.get(end); next !== undefined; next = into.get(end)) end = next;
    return end;
  };
  for (const { loser_id: loser, survivor_id: survivor } of merges) {
    const before = into.get(loser);
    into.delete(loser);
    if (endOf(survivor) !== loser) into.set(loser, survivor);
    else if (before !== undefined) into.set(loser, before);
  }
  return new Map([...into].map(([loser, next]) => [loser, { into: next, survivor: endOf(next) }]));
}

async function countBehind(trx: Database, terminals: readonly string[]): Promise<Omit<RedirectImpact, 'terminals'>> {
  if (terminals.length === 0) return { names: 0, rows: 0, amount: '0' };
  const { rows } = await trx.raw<{ rows: Omit<RedirectImpact, 'terminals'>[] }>(
    `select count(distinct k.raw_name_id)::integer as names, count(l.part_id)::integer as rows, coalesce(sum(l.amount), 0)::text as amount
       from matching.link k
       left join (flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active')
         on l.raw_name_id = k.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
      where k.terminal_id = any(?::bigint[])`,
    [arrayOf(terminals)],
  );
  return rows[0]!;
}

const arrayOf = (ids: readonly string[]): string => `{${ids.join(',')}}`;
