import type { HistoryName } from '../../journey/match/learn/diff-models.js';
import type { Lesson } from '../../journey/match/learn/refit-model.js';
import type { Database } from '../database.js';
import { type StoredName, toRawName } from './name-to-match.js';

export interface Lessons {
  readonly lessons: readonly Lesson[];
  /** The newest decision among them, and what they say, as a hash. */
  readonly lastDecision: string;
  readonly hash: string;
}

/**
 * What people concluded about names, the newest first, as training wants it: links, names that are in no master, and answers to
 * audits. Names that differ in nothing the matcher sees count once.
 */
export async function readLessons(database: Database, most: number): Promise<Lessons> {
  const { rows } = await database.raw<{
    rows: (StoredName & {
      terminal_id: string | null;
      denied_id: string | null;
      is_random: boolean;
      is_confirmation: boolean;
      decision_id: string;
    })[];
  }>(
    `with said as (
       select k.raw_name_id, k.decision_id, coalesce(t.survivor_id, t.id) as terminal_id, null::bigint as denied_id,
              exists (select 1 from matching.audit_item i where i.raw_name_id = k.raw_name_id and not i.is_decoy) as is_random, false as is_confirmation
         from matching.current_link k left join master.terminal t on t.id = k.terminal_id
        where k.by_person and k.verdict in ('auto', 'new')
       union all
       select i.raw_name_id, i.decision_id, case when i.verdict = 'yes' then coalesce(t.survivor_id, t.id) end,
              case when i.verdict = 'no' then coalesce(t.survivor_id, t.id) end, true, i.verdict = 'yes'
         from matching.audit_answer i join master.terminal t on t.id = i.terminal_id
        where not i.is_decoy and i.verdict in ('yes', 'no')
          and not exists (select 1 from matching.current_link k where k.raw_name_id = i.raw_name_id and k.by_person and k.verdict in ('auto', 'new')))
     select * from (
       select distinct on (rn.spelling, rn.region, rn.address, s.terminal_id, s.denied_id)
              rn.id, rn.distributor_id::text as distributor, '' as code, rn.name, rn.address, rn.region,
              s.terminal_id::text as terminal_id, s.denied_id::text as denied_id, s.is_random, s.is_confirmation, s.decision_id::text as decision_id
         from said s join matching.raw_name rn on rn.id = s.raw_name_id and rn.role = 'buyer'
        order by rn.spelling, rn.region, rn.address, s.terminal_id, s.denied_id, s.decision_id desc) l
     order by decision_id::bigint desc, id limit ?`,
    [most],
  );
  const { rows: hashed } = await database.raw<{ rows: { hash: string }[] }>("select encode(sha256(convert_to(?, 'UTF8')), 'hex') as hash", [
    JSON.stringify(rows.map(({ id, terminal_id: terminal, denied_id: denied }) => [id, terminal, denied])),
  ]);
  return {
    lessons: rows.map(
      (row): Lesson => ({
        ...{ raw: toRawName(row), terminalId: row.terminal_id, isRandom: row.is_random },
        ...(row.denied_id !== null && { notTerminalId: row.denied_id }),
        ...(row.is_confirmation && { isConfirmation: true }),
      }),
    ),
    lastDecision: rows[0]?.decision_id ?? '0',
    hash: hashed[0]!.hash,
  };
}

/** Names and how they stand, those of people first, then the newest. */
export async function readHistory(database: Database, most: number): Promise<HistoryName[]> {
  const { rows } = await database.raw<{ rows: (StoredName & { person: string | null })[] }>(
    `select rn.id, rn.distributor_id::text as distributor, rn.code, rn.name, rn.address, rn.region,
            case when k.by_person and k.verdict = 'auto' then coalesce(t.survivor_id, t.id)::text
                 when k.by_person and k.verdict = 'new' then 'none' end as person
       from matching.current_link k
       join matching.raw_name rn on rn.id = k.raw_name_id and rn.role = 'buyer'
       left join master.terminal t on t.id = k.terminal_id
      where not k.by_person or k.verdict in ('auto', 'new')
      order by k.by_person desc, k.decision_id desc limit ?`,
    [most],
  );
  return rows.map(({ person, ...name }) => ({ raw: toRawName(name), person }));
}

/** What depends on names: rows in force and their exact amount, by the id of the name. */
export async function readStakes(
  database: Database,
  ids: readonly string[],
): Promise<Map<string, { name: string; rows: number; amount: string }>> {
  const { rows } = await database.raw<{ rows: { id: string; name: string; rows: number; amount: string }[] }>(
    `select rn.id::text as id, rn.name, coalesce(f.rows, 0)::integer as rows, coalesce(f.amount, 0)::text as amount
       from matching.raw_name rn
       left join lateral (select count(*) as rows, sum(l.amount) as amount
                            from flow.line l join ledger.generation g on g.id = l.generation_id and g.state = 'active'
                           where l.raw_name_id = rn.id) f on true
      where rn.id = any(?::bigint[])`,
    [[...ids]],
  );
  return new Map(rows.map(({ id, ...stake }) => [id, stake]));
}
