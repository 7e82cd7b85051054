import type { NameMatcher } from '../../journey/match/name-matcher.js';
import { strongestEvidence } from '../../journey/match/strongest-evidence.js';
import type { MatchAnswer } from '../../journey/match/terminal.js';
import type { Database } from '../database.js';
import { foldMaster } from '../names/fold-master.js';
import { lockDecisions } from '../names/lock-decisions.js';
import { openBatch } from '../names/open-batch.js';
import type { ReadyMatcher } from '../names/ready-matcher.js';
import { inTransaction } from '../with-client.js';
import { readUnresolved, type UnresolvedName } from './read-unresolved.js';

/** A customer that the matcher thinks may be meant; `why`: the strongest reasons, in bits. */
export interface NameCandidate {
  readonly no: string;
  readonly name: string;
  readonly p: number;
  readonly why: readonly { readonly reason: string; readonly bits: number }[];
}

const pageSize = 5000;

/**
 * Asks the matcher about names of customers that rows refer to in vain. What it would link by itself is linked, as one batch that can be
 * taken back, and rows that waited for it come in; for the rest its candidates are kept for a person. What a person took back is
 * not done again. Names that were asked with the same master and the same matcher are not asked again. Returns how many names were linked.
 */
export async function matchReferences(
  database: Database,
  matcher: () => Promise<ReadyMatcher>,
  { actor, signal }: { readonly actor: string; readonly signal?: AbortSignal },
): Promise<number> {
  const open = (await inTransaction(database, readUnresolved)).filter(({ side }) => side === 'customer');
  if (open.length === 0) return 0;
  const { masterSeq, names: used } = await matcher();
  const askedWith = JSON.stringify([masterSeq, used.versions.model, used.versions.learned ?? '']);
  const known = new Set<string>(
    await database('master.asked_name')
      .where({ asked_with: askedWith })
      .select('system', 'spelling')
      .then((rows) => rows.map(keyOf)),
  );
  const names = open.filter((one) => !known.has(keyOf(one)));
  if (names.length === 0) return 0;
  const answers: MatchAnswer[] = [];
  for (let at = 0; at < names.length; at += pageSize) {
    signal?.throwIfAborted();
    answers.push(...(await ask(used, names.slice(at, at + pageSize))));
  }
  return database.transaction(async (trx) => {
    await lockDecisions(trx);
    const records = await recordsOf(trx, answers);
    await keepCandidates(trx, names, answers, { askedWith, records });
    const sure = await exceptTakenBack(
      trx,
      names.flatMap((name, at) => {
        const { decision, terminalId, probability, candidates } = answers[at]!;
        const record = decision === 'auto' && terminalId !== null ? records.get(terminalId) : undefined;
        return record ? [{ ...name, recordId: record.id, p: probability, evidence: strongestEvidence(candidates[0]?.evidence ?? []) }] : [];
      }),
    );
    if (sure.length === 0) return 0;
    const detail = { about: 'references', names: sure.length };
    const batchId = await openBatch(trx, { kind: 'refer', actor, byPerson: false, versions: used.versions, detail });
    await trx.raw(
      `insert into master.reference_answer (batch_id, system, side, spelling, name, record_id, by_person, p, evidence)
       select :batchId, system, side, spelling, name, "recordId", false, p, evidence
         from jsonb_to_recordset(:sure) as a(system text, side text, spelling text, name text, "recordId" bigint, p real, evidence jsonb)`,
      { batchId, sure: JSON.stringify(sure) },
    );
    await foldMaster(trx, batchId, [batchId]);
    await trx('ledger.event').insert({ actor, verb: 'refer', object: `batch:${batchId}`, detail });
    return sure.length;
  });
}

const keyOf = ({ system, spelling }: { system: string; spelling: string }): string => `${system} ${spelling}`;

function ask(matcher: NameMatcher, names: readonly UnresolvedName[]): Promise<MatchAnswer[]> {
  return matcher.matchBatch(
    names.map(({ name }, at) => ({ key: String(at), name })),
    { candidates: 5, explain: true },
  );
}

interface RecordOf {
  readonly id: string;
  readonly no: string;
}

async function recordsOf(trx: Database, answers: readonly MatchAnswer[]): Promise<Map<string, RecordOf>> {
  const ids = [...new Set(answers.flatMap(({ candidates }) => candidates.map(({ terminalId }) => terminalId)))];
  const { rows } = await trx.raw<{ rows: (RecordOf & { terminalId: string })[] }>(
    `select t.id as "terminalId", r.id, r.no from master.terminal t
       join master.record o on o.id = t.record_id join master.record r on r.id = coalesce(o.survivor_id, o.id)
      where t.id = any(:ids::bigint[]) and r.status = 'active'
        and not exists (select 1 from master.source_key k where k.record_id = r.id and k.role = 'supplier')`,
    { ids: `{${ids.join(',')}}` },
  );
  return new Map(rows.map(({ terminalId, ...record }) => [terminalId, record]));
}

async function keepCandidates(
  trx: Database,
  names: readonly UnresolvedName[],
  answers: readonly MatchAnswer[],
  { askedWith, records }: { readonly askedWith: string; readonly records: ReadonlyMap<string, RecordOf> },
): Promise<void> {
  const asked = names.map(({ system, side, spelling }, at) => {
    const { decision, candidates, whyNotAuto } = answers[at]!;
    const kept = candidates.flatMap((one): NameCandidate[] => {
      const record = records.get(one.terminalId);
      return record
        ? [{ no: record.no, name: one.terminalName, p: Math.round(one.probability * 1000) / 1000, why: strongestEvidence(one.evidence) }]
        : [];
    });
    return { system, side, spelling, verdict: decision, candidates: kept, why_not: whyNotAuto };
  });
  await trx.raw(
    `insert into master.asked_name (system, side, spelling, verdict, candidates, why_not, asked_with)
     select system, side, spelling, verdict, candidates, why_not, :askedWith
       from jsonb_to_recordset(:asked) as a(system text, side text, spelling text, verdict text, candidates jsonb, why_not text[])
     on conflict (system, side, spelling) do update
       set verdict = excluded.verdict, candidates = excluded.candidates, why_not = excluded.why_not, asked_with = excluded.asked_with`,
    { asked: JSON.stringify(asked), askedWith },
  );
}

/** Without answers that were given before and taken back: a person thought otherwise. */
async function exceptTakenBack<Answer extends { system: string; side: string; spelling: string; recordId: string }>(
  trx: Database,
  sure: readonly Answer[],
): Promise<Answer[]> {
  const { rows } = await trx.raw<{ rows: { place: number }[] }>(
    `select (s.at - 1)::integer as place from jsonb_array_elements(:sure) with ordinality as s(one, at)
      where exists (select 1 from master.reference_answer a join matching.batch b on b.id = a.batch_id and not b.in_force and not a.by_person
                     where (a.system, a.side, a.spelling, a.record_id) = (one->>'system', one->>'side', one->>'spelling', (one->>'recordId')::bigint))`,
    { sure: JSON.stringify(sure) },
  );
  const taken = new Set(rows.map(({ place }) => place));
  return sure.filter((_, at) => !taken.has(at));
}
