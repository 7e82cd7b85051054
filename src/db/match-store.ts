import { type Candidate, type ExactDecision, matchExact, type RawNameToMatch } from '../journey/match/match-exact.js';
import { nameKey } from '../journey/match/name-key.js';
import type { Database } from './database.js';
import { type ExactKnowledge, readExactKnowledge } from './exact-knowledge.js';
import { lockDecisions } from './lock-decisions.js';

const verdicts = ['auto', 'suggest', 'review', 'new', 'hold', 'noise', 'unlink'] as const;
export type Verdict = (typeof verdicts)[number];

const batchSize = 20_000;

/**
 * Decides every raw name that has no decision yet, and asks again for names that wait by our own decision if the master or
 * a person's decision has changed since. Returns how many names this call decided, by verdict.
 *
 * One transaction; a second caller waits and then finds nothing left, so it may be run twice or from two processes. A link
 * made by a person is never touched (I8).
 */
export async function matchNewNames(
  database: Database,
  options: { readonly actor: string; readonly runId?: string },
): Promise<Record<Verdict, number>> {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  await database.transaction(async (trx) => {
    await lockDecisions(trx);
    await listNamesToMatch(trx, await lastChange(trx));
    let knowledge: ExactKnowledge | null = null;
    for (let first = 1; ; first += batchSize) {
      const names = await readNames(trx, first);
      if (names.length === 0) break;
      knowledge ??= await readExactKnowledge(trx);
      const waiting = new Set(names.filter(({ isWaiting }) => isWaiting).map(({ id }) => id));
      const lookup = await knowledge.lookupFor(trx, names);
      const decisions = matchExact(names, lookup).filter(({ rawNameId, verdict }) => verdict === 'auto' || !waiting.has(rawNameId));
      await writeDecisions(trx, decisions);
      for (const { verdict } of decisions) counts[verdict] += 1;
    }
    const decided = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (decided === 0) return;
    const detail = { ...counts, run: options.runId ?? null };
    await trx('ledger.event').insert({ actor: options.actor, verb: 'match', object: 'matching.link', detail });
  });
  return counts;
}

/**
 * How many raw names stand at each verdict now. `person` = linked by a person, `undecided` = the matcher has not seen it;
 * the other keys count what people or rules concluded otherwise. All keys are always there.
 */
export async function countNamesByDecision(database: Database): Promise<Record<Verdict | 'person' | 'undecided', number>> {
  const { rows } = await database.raw<{ rows: { verdict: Verdict | 'person' | 'undecided'; names: number }[] }>(`
    select case when k.raw_name_id is null then 'undecided' when k.by_person and k.terminal_id is not null then 'person' else k.verdict end as verdict,
           count(*)::integer as names
      from matching.raw_name rn left join matching.link k on k.raw_name_id = rn.id
     where rn.role = 'buyer'
     group by 1`);
  const keys = [...verdicts, 'person', 'undecided'] as const;
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<(typeof keys)[number], number>;
  for (const { verdict, names } of rows) counts[verdict] = names;
  return counts;
}

/** The newest moment at which a waiting name could have got another answer, as text; five minutes are added for transactions that took long. */
async function lastChange(trx: Database): Promise<string> {
  const { rows } = await trx.raw<{ rows: { at: string }[] }>(`
    select (greatest((select max(updated_at) from master.terminal),
                     (select max(decided_at) from matching.decision where by_person), timestamptz 'epoch') + interval '5 minutes')::text as at`);
  return rows[0]?.at ?? 'epoch';
}

interface NameToDecide extends RawNameToMatch {
  /** Waits for a person since an earlier run: worth a decision only if it can be linked now. */
  readonly isWaiting: boolean;
}

// Listed once: asking for "the next without a link" again and again would walk over the links that this call makes.
async function listNamesToMatch(trx: Database, retryBefore: string): Promise<void> {
  await trx.raw(
    `create temp table name_to_match on commit drop as
       select (row_number() over (order by rn.id))::integer as place, rn.id, rn.distributor_id, rn.code, rn.name, rn.region,
              d.province, k.raw_name_id is not null as is_waiting
         from matching.raw_name rn
         join master.distributor d on d.id = rn.distributor_id
         left join matching.link k on k.raw_name_id = rn.id
         left join matching.decision dc on dc.id = k.decision_id
        where rn.role = 'buyer'
          and (k.raw_name_id is null or (k.verdict = 'review' and not k.by_person and dc.decided_at < ?::timestamptz))`,
    [retryBefore],
  );
  await trx.raw('create index on name_to_match (place)');
  await trx.raw('analyze name_to_match');
}

async function readNames(trx: Database, first: number): Promise<NameToDecide[]> {
  type Stored = { id: string; distributor_id: number; code: string; name: string; region: string; province: string; is_waiting: boolean };
  const { rows } = await trx.raw<{ rows: Stored[] }>('select * from name_to_match where place >= ? and place < ? order by place', [
    first,
    first + batchSize,
  ]);
  return rows.map(({ id, distributor_id, code, name, region, province, is_waiting }) => ({
    id,
    distributorId: distributor_id,
    code,
    key: nameKey(name),
    region,
    province,
    isWaiting: is_waiting,
  }));
}

async function writeDecisions(trx: Database, decisions: readonly ExactDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  await trx.raw(
    `with decided as (
       insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, evidence)
       select raw_name_id, verdict, terminal_id, false, actor, evidence
         from jsonb_to_recordset(?::jsonb) as d(raw_name_id bigint, verdict text, terminal_id bigint, actor text, evidence jsonb)
       returning id, raw_name_id, verdict, terminal_id)
     insert into matching.link (raw_name_id, decision_id, verdict, terminal_id, by_person)
     select raw_name_id, id, verdict, terminal_id, false from decided
     on conflict (raw_name_id) do update
        set decision_id = excluded.decision_id, verdict = excluded.verdict, terminal_id = excluded.terminal_id
      where not matching.link.by_person`,
    [JSON.stringify(decisions.map(toRecord))],
  );
}

function toRecord({ rawNameId, verdict, terminalId, rule, candidates, candidateCount, standsOn }: ExactDecision): object {
  const seen = candidates.map(({ code, name, province }: Candidate) => ({ code, name, province }));
  const evidence = { rule, ...(candidateCount > 0 && { candidates: seen, candidateCount }), ...(standsOn && { standsOn }) };
  return { raw_name_id: rawNameId, verdict, terminal_id: terminalId, actor: `match-exact:${rule}`, evidence };
}
