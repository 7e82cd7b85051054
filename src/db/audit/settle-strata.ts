import { type Answers, isAttentive, judgeStratum, type StratumState } from '../../journey/match/audit/judge-stratum.js';
import type { Database } from '../database.js';

/** A kind of link that was given or taken the right to be made without a person. */
export interface SettledStratum {
  readonly stratum: string;
  readonly from: StratumState;
  readonly to: StratumState;
}

interface Row extends Answers {
  readonly audit_id: string;
  readonly promise: string;
  readonly stratum: string;
  readonly decoys: Answers;
}

/**
 * Brings `matching.stratum_state` in line with the audits: the fold, in the order they were drawn, of those that are answered
 * to the last card and not given up. So an answer taken back gives exactly the state before it. Each change is an event.
 */
export async function settleStrata(trx: Database, actor: string): Promise<SettledStratum[]> {
  const { rows } = await trx.raw<{ rows: Row[] }>(`
    with complete as (
      select a.id, a.promise from matching.audit a
       where a.abandoned_at is null and not exists (select 1 from matching.audit_answer i where i.audit_id = a.id and i.verdict is null)),
    decoys as (
      select i.audit_id, ${counts('i.is_decoy')} from matching.audit_answer i group by 1)
    select c.id::text as audit_id, c.promise::text as promise, i.stratum, ${counts('true')},
           (select jsonb_build_object('yes', d.yes, 'no', d.no, 'unsure', d.unsure) from decoys d where d.audit_id = c.id) as decoys
      from complete c join matching.audit_answer i on i.audit_id = c.id and not i.is_decoy
     group by c.id, c.promise, i.stratum order by c.id, i.stratum`);
  const states = new Map<string, { state: StratumState; audit: string }>();
  for (const { audit_id, promise, stratum, decoys, ...answers } of rows) {
    const before = states.get(stratum)?.state ?? 'auto';
    const state = judgeStratum(before, answers, { promised: Number(promise), isAttentive: isAttentive(decoys) });
    if (state !== before || !states.has(stratum)) states.set(stratum, { state, audit: audit_id });
  }
  const stored = new Map<string, StratumState>(
    (await trx('matching.stratum_state').select('stratum', 'state')).map(({ stratum, state }) => [stratum, state]),
  );
  const changes: SettledStratum[] = [];
  for (const stratum of new Set([...stored.keys(), ...states.keys()])) {
    const from = stored.get(stratum) ?? 'auto';
    const now = states.get(stratum);
    const to = now?.state ?? 'auto';
    if (!now) await trx('matching.stratum_state').where({ stratum }).delete();
    else if (from !== to || !stored.has(stratum)) {
      await trx('matching.stratum_state')
        .insert({ stratum, state: to, audit_id: now.audit, since: trx.fn.now() })
        .onConflict('stratum')
        .merge();
    }
    if (from === to) continue;
    changes.push({ stratum, from, to });
    await trx('ledger.event').insert({
      actor,
      verb: to === 'suggest' ? 'stratum-demote' : 'stratum-restore',
      object: `stratum:${stratum}`,
      detail: { audit: now?.audit ?? null },
    });
  }
  return changes;
}

/** Kinds of link that are suggested only, because an audit found too many wrong. */
export async function readDemotedStrata(database: Database): Promise<string[]> {
  const rows = await database('matching.stratum_state').where({ state: 'suggest' }).orderBy('stratum').select('stratum');
  return rows.map(({ stratum }) => stratum as string);
}

function counts(condition: string): string {
  return ['yes', 'no', 'unsure']
    .map((verdict) => `(count(*) filter (where ${condition} and i.verdict = '${verdict}'))::integer as "${verdict}"`)
    .join(', ');
}
