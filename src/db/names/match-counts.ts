import type { Database } from '../database.js';

const verdicts = ['auto', 'suggest', 'review', 'new', 'hold', 'noise', 'unlink'] as const;
export type Verdict = (typeof verdicts)[number];

export interface MatchCounts extends Record<Verdict, number> {
  /** Names that a person's decision covers by its scope: no decision of ours was needed. */
  readonly covered: number;
  /** Names that had an answer and were looked at again, because a terminal or a person's decision touched them. */
  readonly again: number;
  readonly challenged: number;
}

type CountedVerdict = Verdict | 'distributor' | 'person' | 'undecided';

/**
 * How many raw names stand at each verdict now. `person` = linked by a person, `undecided` = the matcher has not seen it;
 * the other keys count what people or rules concluded otherwise. All keys are always there.
 */
export async function countNamesByDecision(database: Database): Promise<Record<CountedVerdict, number>> {
  const { rows } = await database.raw<{ rows: { verdict: CountedVerdict; names: number }[] }>(`
    select case when k.raw_name_id is null then 'undecided' when k.by_person and k.terminal_id is not null then 'person' else k.verdict end as verdict,
           count(*)::integer as names
      from matching.raw_name rn left join matching.current_link k on k.raw_name_id = rn.id
     where rn.role = 'buyer'
     group by 1`);
  const keys = [...verdicts, 'distributor', 'person', 'undecided'] as const;
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<(typeof keys)[number], number>;
  for (const { verdict, names } of rows) counts[verdict] = names;
  return counts;
}
