import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { type SettledStratum, settleStrata } from './settle-strata.js';

export const auditVerdicts = ['yes', 'no', 'unsure'] as const;
export type AuditVerdict = (typeof auditVerdicts)[number];

/** What an auditor sees of a link: both sides, and nothing of what the matcher thinks. Decoys look the same. */
export interface AuditCard {
  readonly auditId: string;
  readonly item: number;
  readonly items: number;
  readonly rawName: string;
  readonly code: string;
  readonly address: string;
  readonly region: string;
  readonly distributor: string;
  readonly terminalCode: string;
  readonly terminalName: string;
  readonly terminalFormerNames: string;
  readonly terminalType: string;
  readonly terminalPlace: string;
  readonly terminalAddress: string;
  /** null while nobody answered. */
  readonly verdict: AuditVerdict | null;
}

/** The cards of an audit in the order to be shown: those without an answer, or all. */
export async function listAuditCards(
  database: Database,
  auditId: string,
  { all, limit }: { all: boolean; limit?: number },
): Promise<AuditCard[]> {
  const { rows } = await database.raw<{ rows: AuditCard[] }>(
    `select i.audit_id::text as "auditId", i.item, (select count(*)::integer from matching.audit_item n where n.audit_id = i.audit_id) as items,
            rn.name as "rawName", rn.code, rn.address, rn.region, d.name as distributor,
            t.code as "terminalCode", t.name as "terminalName", t.former_names as "terminalFormerNames", t.type as "terminalType",
            concat_ws('/', nullif(t.province, ''), nullif(t.city, ''), nullif(t.county, '')) as "terminalPlace", t.address as "terminalAddress", i.verdict
       from matching.audit_answer i
       join matching.raw_name rn on rn.id = i.raw_name_id
       join master.distributor d on d.id = rn.distributor_id
       join master.terminal t on t.id = i.terminal_id
      where i.audit_id = ? and (? or i.verdict is null) order by i.item limit ?`,
    [auditId, all, limit ?? null],
  );
  return rows;
}

export interface AuditEdit {
  readonly item: number;
  /** null takes an answer back. */
  readonly verdict: AuditVerdict | null;
  readonly note?: string;
}

export interface Answered {
  readonly written: number;
  /** Cards still without an answer. */
  readonly left: number;
  /** Kinds of link that gained or lost their right by this. */
  readonly settled: readonly SettledStratum[];
}

/**
 * Writes answers of one person; one that is there already gets a new row and stays on record. When the last card of an audit
 * is answered (or no longer is), the kinds of link are judged again. Throws `config` for a card or audit that is not there.
 */
export async function answerAudit(database: Database, auditId: string, edits: readonly AuditEdit[], actor: string): Promise<Answered> {
  return database.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('huiliu.audit'))");
    const now = new Map<number, string | null>();
    const abandoned = await trx('matching.audit').where({ id: auditId }).first('abandoned_at');
    if (!abandoned || abandoned.abandoned_at !== null) throw new HubError('config', message('audit.not-open', { audit: auditId }));
    for (const { item, verdict } of await trx('matching.audit_answer').where({ audit_id: auditId }).select('item', 'verdict'))
      now.set(item, verdict);
    const unknown = edits.filter(({ item }) => !now.has(item));
    if (unknown.length > 0)
      throw new HubError('config', message('audit.unknown-item', { audit: auditId, item: unknown.map(({ item }) => item).join(', ') }));
    const changes = edits.filter(({ item, verdict, note }) => now.get(item) !== verdict || note);
    for (const { item, verdict, note = '' } of changes)
      await trx('matching.audit_verdict').insert({ audit_id: auditId, item, verdict, note, actor });
    const { rows } = await trx.raw<{ rows: { left: number }[] }>(
      'select count(*)::integer as left from matching.audit_answer where audit_id = ? and verdict is null',
      [auditId],
    );
    return { written: changes.length, left: rows[0]!.left, settled: await settleStrata(trx, actor) };
  });
}

/** Gives an audit up, with the reason; its answers stay on record and judge nothing. */
export async function abandonAudit(
  database: Database,
  auditId: string,
  { actor, why }: { actor: string; why: string },
): Promise<readonly SettledStratum[]> {
  return database.transaction(async (trx) => {
    await trx.raw("select pg_advisory_xact_lock(hashtext('huiliu.audit'))");
    const changed = await trx('matching.audit')
      .where({ id: auditId, abandoned_at: null })
      .update({ abandoned_at: trx.fn.now(), abandoned_by: actor, abandoned_why: why });
    if (changed === 0) throw new HubError('config', message('audit.not-open', { audit: auditId }));
    await trx('ledger.event').insert({ actor, verb: 'audit-abandon', object: `audit:${auditId}`, detail: { why } });
    return settleStrata(trx, actor);
  });
}
