import type { Database } from '../database.js';

/**
 * Answers listed names by what people said of the same spelling of the same distributor: from `name_to_match` into `incoming`.
 *
 * A name follows when nothing tells it apart from the one that was decided: code or address are the same, or missing on one
 * side. Where people linked several such names to several terminals, the sender's code decides, or nobody. The answer stands on
 * the person's decision and falls with it. Another code and another address may be another shop of a chain: those names go to the
 * matcher, and a link of it that people's links do not bear out only becomes a suggestion.
 */
export async function followAliases(trx: Database): Promise<void> {
  await trx.raw(`
    insert into incoming (raw_name_id, purpose, seen_decision, verdict, terminal_id, actor, probability, stratum, stands_on, evidence)
    with alias as (
      select m.id, m.purpose, m.seen_decision, p.terminal_id, p.decision_id, o.code <> '' and o.code = n.code as same_code
        from matching.current_link p
        join matching.decision d on d.id = p.decision_id and d.scope = 'name'
        join matching.raw_name o on o.id = p.raw_name_id
        join matching.raw_name n on n.spelling = o.spelling and n.distributor_id = o.distributor_id and n.id <> o.id
        join name_to_match m on m.id = n.id and m.purpose <> 'challenge'
       where p.by_person and p.terminal_id is not null and p.valid_from = '-infinity'
         and ((o.code <> '' and o.code = n.code)
              or ((o.code = '' or n.code = '') and (o.address = '' or n.address = '' or o.address = n.address)))
         and not exists (select 1 from matching.denial x where x.raw_name_id = n.id and x.terminal_id = p.terminal_id)
    ), chosen as (
      select id, purpose, seen_decision, count(distinct terminal_id) as terminals, min(terminal_id) as terminal_id, max(decision_id) as decision_id,
             count(distinct terminal_id) filter (where same_code) as coded,
             min(terminal_id) filter (where same_code) as coded_terminal, max(decision_id) filter (where same_code) as coded_decision
        from alias group by 1, 2, 3
    )
    select id, purpose, seen_decision, 'auto', case when terminals = 1 then terminal_id else coded_terminal end,
           case when terminals = 1 then 'alias' else 'alias-code' end, 1, 'decided by a person',
           case when terminals = 1 then decision_id else coded_decision end,
           jsonb_build_object('rule', case when terminals = 1 then 'alias' else 'alias-code' end)
      from chosen where terminals = 1 or coded = 1`);
  await trx.raw('delete from name_to_match where id in (select raw_name_id from incoming)');
}
