import { clopperPearson } from '../../journey/match/audit/clopper-pearson.js';
import { type Answers, isAttentive, type Precision, precisionOf, type StratumState } from '../../journey/match/audit/judge-stratum.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';

interface StratumReport extends Answers, Precision {
  readonly stratum: string;
  /** Links of this kind when the sample was drawn. */
  readonly names: number;
  readonly drawn: number;
  readonly state: StratumState;
}

/** A link that an auditor called wrong. */
interface WrongLink {
  readonly item: number;
  readonly rawNameId: string;
  readonly rawName: string;
  readonly terminalCode: string;
  readonly terminalName: string;
  readonly note: string;
  /** False when the name does not lead to this terminal any more: somebody corrected it. */
  readonly isStillLinked: boolean;
}

export interface AuditReport {
  readonly auditId: string;
  readonly drawnAt: Date;
  readonly seed: string;
  readonly promise: number;
  /** `open`: cards are left; `complete`: it judges; `abandoned`: it does not. */
  readonly state: 'open' | 'complete' | 'abandoned';
  readonly why: string;
  readonly left: number;
  readonly strata: readonly StratumReport[];
  /** All kinds together, each weighing as many links as it has; the bound holds for all of them at once (Bonferroni). */
  readonly total: { readonly names: number; readonly point: number | null; readonly lower: number };
  /** Decoys taken for right, of those answered. */
  readonly decoys: { readonly answered: number; readonly missed: number; readonly isAttentive: boolean };
  readonly wrong: readonly WrongLink[];
  /** Audits given up so far: nobody draws until it pleases unseen. */
  readonly abandoned: number;
}

/** What an audit found; without an id the newest. Throws `config` when there is none. */
export async function readAuditReport(database: Database, auditId: string | null): Promise<AuditReport> {
  const query = database('matching.audit').orderBy('id', 'desc');
  const isId = auditId === null || /^\d{1,18}$/.test(auditId);
  const audit = isId ? await (auditId === null ? query.first() : query.where({ id: auditId }).first()) : undefined;
  if (!audit) throw new HubError('config', message('audit.unknown', { audit: auditId ?? '—' }));
  const id = String(audit.id);
  const { rows } = await database.raw<{ rows: (Answers & { stratum: string; is_decoy: boolean; left: number })[] }>(
    `select i.stratum, i.is_decoy, (count(*) filter (where i.verdict is null))::integer as left,
            (count(*) filter (where i.verdict = 'yes'))::integer as yes, (count(*) filter (where i.verdict = 'no'))::integer as no,
            (count(*) filter (where i.verdict = 'unsure'))::integer as unsure
       from matching.audit_answer i where i.audit_id = ? group by 1, 2 order by 1`,
    [id],
  );
  const states = new Map(
    (await database('matching.stratum_state').select('stratum', 'state')).map((row) => [row.stratum, row.state as StratumState]),
  );
  const sizes = audit.strata as Record<string, { names: number; drawn: number }>;
  const strata = rows
    .filter((row) => !row.is_decoy)
    .map(({ stratum, yes, no, unsure }): StratumReport => {
      const { names = 0, drawn = 0 } = sizes[stratum] ?? {};
      return { stratum, names, drawn, yes, no, unsure, ...precisionOf({ yes, no, unsure }), state: states.get(stratum) ?? 'auto' };
    });
  const left = rows.reduce((sum, row) => sum + row.left, 0);
  const decoys = rows
    .filter((row) => row.is_decoy)
    .reduce((sum, row) => ({ yes: sum.yes + row.yes, no: sum.no + row.no, unsure: sum.unsure + row.unsure }), { yes: 0, no: 0, unsure: 0 });
  const [given] = await database('matching.audit').whereNotNull('abandoned_at').count();
  return {
    ...{ auditId: id, drawnAt: audit.drawn_at, seed: audit.seed, promise: Number(audit.promise) },
    ...{ state: audit.abandoned_at ? 'abandoned' : left > 0 ? 'open' : 'complete', why: audit.abandoned_why ?? '', left },
    ...{ strata, total: together(strata) },
    decoys: { answered: decoys.yes + decoys.no + decoys.unsure, missed: decoys.yes, isAttentive: isAttentive(decoys) },
    wrong: await listWrong(database, id),
    abandoned: Number(given?.['count'] ?? 0),
  };
}

function together(strata: readonly StratumReport[]): AuditReport['total'] {
  const answered = strata.filter(({ point }) => point !== null);
  const names = answered.reduce((sum, one) => sum + one.names, 0);
  if (names === 0) return { names: 0, point: null, lower: 0 };
  const confidence = 1 - 0.05 / answered.length;
  const weighed = (value: (one: StratumReport) => number) => answered.reduce((sum, one) => sum + (one.names / names) * value(one), 0);
  return {
    names,
    point: weighed(({ point }) => point!),
    lower: weighed(({ yes, no, unsure }) => clopperPearson(yes, yes + no + unsure, confidence).lower),
  };
}

async function listWrong(database: Database, auditId: string): Promise<WrongLink[]> {
  const { rows } = await database.raw<{ rows: WrongLink[] }>(
    `select i.item, i.raw_name_id::text as "rawNameId", rn.name as "rawName", t.code as "terminalCode", t.name as "terminalName", i.note,
            exists (select 1 from matching.current_link k join master.terminal kt on kt.id = k.terminal_id
                     where k.raw_name_id = i.raw_name_id and not k.by_person and coalesce(kt.survivor_id, kt.id) = coalesce(t.survivor_id, t.id)) as "isStillLinked"
       from matching.audit_answer i join matching.raw_name rn on rn.id = i.raw_name_id join master.terminal t on t.id = i.terminal_id
      where i.audit_id = ? and i.verdict = 'no' and not i.is_decoy order by i.item`,
    [auditId],
  );
  return rows;
}
