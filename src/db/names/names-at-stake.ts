import type { Database } from '../database.js';
import { candidatesOf, type SeenCandidate } from './candidates.js';

/** A raw name with what depends on it (active lines only; exact sums as text) and how it is decided now. */
export interface NameAtStake {
  readonly rawNameId: string;
  readonly distributorCode: string;
  readonly distributorName: string;
  readonly code: string;
  readonly name: string;
  readonly address: string;
  readonly region: string;
  readonly rowCount: number;
  readonly quantity: string;
  readonly amount: string;
  /** '' while nobody has decided. */
  readonly decisionId: string;
  readonly verdict: string;
  readonly byPerson: boolean;
  readonly terminalCode: string;
  readonly terminalName: string;
  readonly rule: string;
  readonly candidates: readonly SeenCandidate[];
}

/** Names that wait for a person (or all), most money at stake first; returns count as an absolute amount. */
export async function listNamesAtStake(
  database: Database,
  options: { readonly all: boolean; readonly limit?: number },
): Promise<NameAtStake[]> {
  const { rows } = await database.raw<{ rows: NameAtStake[] }>(
    `select rn.id as "rawNameId", d.code as "distributorCode", d.name as "distributorName", rn.code, rn.name, rn.address, rn.region,
            coalesce(f.row_count, 0)::integer as "rowCount", coalesce(f.quantity, 0)::text as quantity, coalesce(f.amount, 0)::text as amount,
            coalesce(k.decision_id::text, '') as "decisionId", coalesce(k.verdict, '') as verdict, coalesce(k.by_person, false) as "byPerson",
            coalesce(t.code, '') as "terminalCode", coalesce(t.name, '') as "terminalName",
            coalesce(dc.evidence->>'rule', '') as rule, ${candidatesOf('dc')} as candidates
       from matching.raw_name rn
       join master.distributor d on d.id = rn.distributor_id
       left join matching.current_link k on k.raw_name_id = rn.id
       left join matching.decision dc on dc.id = k.decision_id
       left join master.terminal kt on kt.id = k.terminal_id
       left join master.terminal t on t.id = coalesce(kt.survivor_id, kt.id)
       left join (select l.raw_name_id, count(*) as row_count, sum(l.base_quantity) as quantity, sum(l.amount) as amount, sum(abs(l.amount)) as stake
                    from flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active'
                   where l.raw_name_id is not null group by 1) f on f.raw_name_id = rn.id
      where rn.role = 'buyer' and (? or k.raw_name_id is null or ${waitsForPerson('k')})
      order by coalesce(f.stake, 0) desc, coalesce(f.row_count, 0) desc, rn.id
      limit ?`,
    [options.all, options.limit ?? null],
  );
  return rows;
}

/**
 * SQL: whether a link waits for a person. What the matcher holds for new or cannot tell is a person's to confirm, but not what is
 * spelled as a distributor of the master: that is a transfer.
 */
export function waitsForPerson(link: string): string {
  return `(((not ${link}.by_person and ${link}.verdict in ('review', 'suggest', 'new', 'hold')) or ${link}.verdict = 'unlink')
    and ${link}.raw_name_id not in (select raw_name_id from matching.distributor_name))`;
}
