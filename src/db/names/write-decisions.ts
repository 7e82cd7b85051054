import type { Database } from '../database.js';
import { type DecisionToWrite, verdictStored } from './name-decision.js';

/** Appends what a person decided to the log; the links follow by `foldLinks`. */
export async function writeDecisions(trx: Database, batchId: string, actor: string, decisions: readonly DecisionToWrite[]): Promise<void> {
  const records = decisions.map(({ rawNameId, verdict, terminalId, distributorId, scope, validFrom, note, insteadOf, request }) => ({
    ...{ raw_name_id: rawNameId, verdict: verdictStored(verdict), terminal_id: terminalId, scope: scope ?? 'name' },
    distributor_id: distributorId,
    valid_from: validFrom ?? '-infinity',
    evidence: { note, insteadOf, ...(request !== undefined && { request }) },
  }));
  await trx.raw(
    `insert into matching.decision (raw_name_id, verdict, terminal_id, distributor_id, by_person, actor, evidence, batch_id, scope, valid_from)
     select d.raw_name_id, d.verdict, d.terminal_id, d.distributor_id, true, ?, d.evidence, ?, d.scope, d.valid_from
       from jsonb_to_recordset(?::jsonb) as d(raw_name_id bigint, verdict text, terminal_id bigint, distributor_id integer, evidence jsonb, scope text, valid_from date)
       join matching.raw_name n on n.id = d.raw_name_id`,
    [actor, batchId, JSON.stringify(records)],
  );
}
