import { Readable } from 'node:stream';
import { copyInto } from '../copy-into.js';
import { copyText } from '../copy-text.js';
import type { Database } from '../database.js';
import { withClient } from '../with-client.js';
import { foldLinks } from './fold-links.js';
import type { Incoming } from './incoming.js';
import type { MatchCounts, Verdict } from './match-counts.js';
import type { Purpose } from './name-to-match.js';

export async function createIncoming(trx: Database): Promise<void> {
  await trx.raw(`create temp table incoming (
    raw_name_id bigint primary key, purpose text, seen_decision bigint, verdict text, terminal_id bigint, actor text,
    probability real, stratum text, stands_on bigint, evidence jsonb) on commit drop`);
}

export async function writeIncoming(trx: Database, answers: readonly Incoming[]): Promise<void> {
  if (answers.length === 0) return;
  const lines = answers.map(({ rawNameId, purpose, seenDecision, verdict, terminalId, probability, stratum, evidence }) =>
    [rawNameId, purpose, seenDecision, verdict, terminalId, 'matcher', String(probability), stratum, null, JSON.stringify(evidence)]
      .map((field) => (field === null ? '\\N' : copyText(field)))
      .join('\t'),
  );
  await withClient(trx, (client) => copyInto(client, 'incoming', Readable.from([`${lines.join('\n')}\n`])));
}

/**
 * Moves what still holds from `incoming` to the log and the links; must run under `lockDecisions`. A name that somebody decided
 * since it was listed is left to them. `openBatch` is called when there is something to keep, with the counts.
 */
export async function keepIncoming(
  trx: Database,
  openBatch: (counts: object) => Promise<string | null>,
): Promise<Omit<MatchCounts, 'covered'>> {
  await trx.raw(`
    delete from incoming i
     where (select k.decision_id from matching.link k where k.raw_name_id = i.raw_name_id and k.valid_from = '-infinity') is distinct from i.seen_decision
       and i.purpose <> 'challenge';
    -- One customer code of one distributor cannot mean two terminals: then every one of them goes to a person.
    with code as (
      select n.distributor_id, n.code from incoming i join matching.raw_name n on n.id = i.raw_name_id and n.code <> ''
       where i.verdict = 'auto' and i.actor = 'matcher' group by 1, 2 having count(distinct i.terminal_id) > 1)
    update incoming i set verdict = 'suggest', terminal_id = null,
           evidence = i.evidence || '{"whyNotAuto": ["one customer code would mean two terminals"]}'
      from matching.raw_name n join code c on c.distributor_id = n.distributor_id and c.code = n.code
     where n.id = i.raw_name_id and i.verdict = 'auto' and i.actor = 'matcher'`);
  const { rows } = await trx.raw<{ rows: { verdict: string; purpose: Purpose; names: number }[] }>(
    'select verdict, purpose, count(*)::integer as names from incoming group by 1, 2',
  );
  const count = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).reduce((sum, { names }) => sum + names, 0);
  const decided = (verdict: Verdict) => count((row) => row.purpose !== 'challenge' && row.verdict === verdict);
  const counts = {
    ...{ auto: decided('auto'), suggest: decided('suggest'), review: decided('review'), new: decided('new') },
    ...{ hold: decided('hold'), noise: decided('noise'), unlink: 0 },
    ...{
      again: count(({ purpose }) => purpose === 'again' || purpose === 'alias'),
      challenged: count(({ purpose }) => purpose === 'challenge'),
    },
  };
  const batchId = await openBatch(counts);
  if (rows.length === 0) return counts;
  // A name nobody ever decided, and nobody speaks of from afar, needs no fold: its first decision is its link.
  await trx.raw(`
    create temp table incoming_first on commit drop as
      select i.raw_name_id from incoming i
       where i.purpose = 'new' and not exists (select 1 from matching.link k where k.raw_name_id = i.raw_name_id)
         and not exists (select 1 from matching.decision d where d.raw_name_id = i.raw_name_id)
         and not exists (select 1 from matching.denial n where n.raw_name_id = i.raw_name_id and n.terminal_id = i.terminal_id);
    analyze incoming_first`);
  await trx.raw(
    `with decided as (
       insert into matching.decision (raw_name_id, batch_id, verdict, terminal_id, by_person, actor, probability, stratum, stands_on, evidence)
       select n.id, ?, i.verdict, i.terminal_id, false, i.actor, i.probability, i.stratum, i.stands_on, i.evidence
         from incoming i join matching.raw_name n on n.id = i.raw_name_id where i.purpose <> 'challenge' order by n.id
       returning id, raw_name_id, verdict, terminal_id)
     insert into matching.link (raw_name_id, decision_id, verdict, terminal_id, by_person)
     select d.raw_name_id, d.id, d.verdict, d.terminal_id, false from decided d join incoming_first using (raw_name_id) order by d.raw_name_id`,
    [batchId],
  );
  await trx.raw(
    `insert into matching.challenge (batch_id, raw_name_id, decision_id, reason, terminal_id, probability, evidence)
     select ?, raw_name_id, seen_decision, verdict, terminal_id, probability, evidence from incoming where purpose = 'challenge'
     on conflict do nothing`,
    [batchId],
  );
  await foldLinks(trx, "select raw_name_id from incoming where purpose <> 'challenge' except select raw_name_id from incoming_first");
  return counts;
}
