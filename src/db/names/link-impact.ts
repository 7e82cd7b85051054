import type { Database } from '../database.js';

/** What a change of links moves, counted from active lines; `amount` is exact. A line moves when its terminal or verdict at its own day does. */
export interface LinkImpact {
  readonly moves: readonly LinkMove[];
  readonly names: number;
  readonly rows: number;
  readonly amount: string;
}

/**
 * Names that go from one state to another, each counted at its latest link. A state is a verdict, `undecided`, or `person` for a
 * link by a person; a link of a rule is `auto`.
 */
interface LinkMove {
  readonly from: string;
  readonly to: string;
  readonly names: number;
  readonly rows: number;
  readonly amount: string;
}

/** Compares the links before the last `foldLinks` of this transaction with those of now. */
export async function readImpact(trx: Database): Promise<LinkImpact> {
  const { rows } = await trx.raw<{ rows: (LinkMove & { is_total: boolean })[] }>(`
    with moved as (
      select raw_name_id from name_to_fold n
       where exists ((select ${shown} from link_before b where b.raw_name_id = n.raw_name_id
                      except select ${shown} from matching.link k where k.raw_name_id = n.raw_name_id)
           union all (select ${shown} from matching.link k where k.raw_name_id = n.raw_name_id
                      except select ${shown} from link_before b where b.raw_name_id = n.raw_name_id))
    ), state as (
      select m.raw_name_id, ${stateOf('b')} as "from", ${stateOf('k')} as "to"
        from moved m
        left join link_before b on b.raw_name_id = m.raw_name_id and b.valid_until = 'infinity'
        left join matching.link k on k.raw_name_id = m.raw_name_id and k.valid_until = 'infinity'
    ), line as (
      select m.raw_name_id, count(*) as rows, sum(l.amount) as amount
        from moved m
        join flow.line l on l.raw_name_id = m.raw_name_id
        join ledger.generation g on g.id = l.generation_id and g.state = 'active'
        left join link_before b on b.raw_name_id = l.raw_name_id and l.business_date >= b.valid_from and l.business_date < b.valid_until
        left join matching.link k on k.raw_name_id = l.raw_name_id and l.business_date >= k.valid_from and l.business_date < k.valid_until
       where (b.terminal_id, b.verdict, b.by_person) is distinct from (k.terminal_id, k.verdict, k.by_person)
       group by 1
    )
    select coalesce("from", '') as "from", coalesce("to", '') as "to", count(*)::integer as names, coalesce(sum(rows), 0)::integer as rows,
           coalesce(sum(amount), 0)::text as amount, grouping("from") = 1 as is_total
      from state left join line using (raw_name_id)
     group by grouping sets (("from", "to"), ()) order by 1, 2`);
  const total = rows.find((row) => row.is_total);
  const moves = rows.filter((row) => !row.is_total).map(({ is_total: _, ...move }) => move);
  return { moves, names: total?.names ?? 0, rows: total?.rows ?? 0, amount: total?.amount ?? '0' };
}

const shown = 'valid_from, valid_until, verdict, terminal_id, by_person';

/** SQL: the state of a link in words of the glossary. */
function stateOf(link: string): string {
  return `case when ${link}.raw_name_id is null then 'undecided' when ${link}.by_person and ${link}.terminal_id is not null then 'person' else ${link}.verdict end`;
}
