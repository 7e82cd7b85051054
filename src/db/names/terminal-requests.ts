import { nameKey } from '../../journey/match/name-key.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { isoMoment } from '../iso-moment.js';
import { adoptRows } from '../master/adopt-rows.js';
import { rehearse } from '../rehearse.js';
import { foldLinks, namesOfBatches } from './fold-links.js';
import { foldMaster } from './fold-master.js';
import { type LinkImpact, readImpact } from './link-impact.js';
import { lockDecisions } from './lock-decisions.js';
import { openBatch } from './open-batch.js';

/** What is known of a terminal that somebody asks for. */
export interface TerminalFields {
  readonly name: string;
  readonly type: string;
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly address: string;
}

export interface TerminalRequest {
  readonly id: string;
  readonly state: 'open' | 'approved' | 'rejected' | 'withdrawn';
  readonly fields: TerminalFields;
  /** Terminals like it, as the person saw them when asking. */
  readonly seen: readonly { readonly code: string; readonly name: string; readonly p: number }[];
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly rawNameId: string;
  /** Names that wait for it. */
  readonly names: number;
  readonly terminal: string;
  readonly answer: string;
}

export interface ApprovedTerminal extends LinkImpact {
  readonly batchId: string;
  readonly code: string;
}

/** Requests for terminals that the master lacks, oldest first. `all` = answered ones too. */
export async function listRequests(
  database: Database,
  options: { readonly all?: boolean; readonly id?: string } = {},
): Promise<TerminalRequest[]> {
  const { rows } = await database.raw<{ rows: TerminalRequest[] }>(
    `select r.id, s.state, r.fields, r.seen, r.reason, b.actor as "askedBy", ${isoMoment('b.at')} as "askedAt", r.raw_name_id as "rawNameId",
            (select count(*) from (${namesOfRequest}) n)::integer as names, coalesce(t.code, '') as terminal, s.answer
       from matching.request r
       join matching.request_state s on s.id = r.id
       join matching.batch b on b.id = r.batch_id
       left join master.terminal t on t.id = s.terminal_id
      where case when :id::bigint is not null then r.id = :id else :all or s.state = 'open' end
      order by r.id`,
    { all: options.all ?? false, id: options.id ?? null },
  );
  return rows;
}

/** SQL: names whose link of today is the "new" of a request `r`. */
const namesOfRequest = `
  select k.raw_name_id from matching.decision d join matching.current_link k on k.decision_id = d.id
   where d.verdict = 'new' and d.by_person and d.evidence->>'request' = r.id::text`;

export function previewApproval(database: Database, id: string, fields: Partial<TerminalFields>): Promise<ApprovedTerminal> {
  return rehearse(database, (trx) => approve(trx, id, fields, 'preview', ''));
}

/**
 * Makes the terminal under a code of our own and links the names that wait for it, with the scopes they were decided with.
 * Undoing the batch takes the terminal out of use (its code is never given again) and opens the request again. Whether it is
 * there already, under another name, is for the caller to ask before.
 */
export function approveRequest(
  database: Database,
  id: string,
  fields: Partial<TerminalFields>,
  actor: string,
  reason: string,
): Promise<ApprovedTerminal> {
  return database.transaction((trx) => approve(trx, id, fields, actor, reason));
}

async function approve(
  trx: Database,
  id: string,
  given: Partial<TerminalFields>,
  actor: string,
  reason: string,
): Promise<ApprovedTerminal> {
  await lockDecisions(trx);
  const request = await openRequest(trx, id);
  const fields = { ...request.fields, ...given };
  const batchId = await openBatch(trx, { kind: 'approve', actor, byPerson: true, detail: { request: id } });
  const code = await freeCode(trx);
  const { name, type, province, city, county, address } = fields;
  const [terminal] = await trx('master.terminal')
    .insert({ code, name, type, province, city, county, address, name_key: nameKey(name), batch_id: batchId })
    .returning('id');
  await adoptRows(trx);
  await foldMaster(trx, batchId, [batchId]);
  await trx('matching.request_answer').insert({ batch_id: batchId, request_id: id, terminal_id: terminal.id, reason });
  await trx.raw(
    `insert into matching.decision (raw_name_id, verdict, terminal_id, by_person, actor, evidence, batch_id, scope, valid_from)
     select d.raw_name_id, 'auto', ?, true, ?, jsonb_build_object('request', ?::text, 'insteadOf', d.id::text), ?, d.scope, d.valid_from
       from matching.decision d join matching.batch b on b.id = d.batch_id and b.in_force
      where d.verdict = 'new' and d.by_person and d.evidence->>'request' = ?
        and exists (select 1 from matching.link k where k.decision_id = d.id)`,
    [terminal.id, actor, id, batchId, id],
  );
  await foldLinks(trx, namesOfBatches(':batch'), { batch: batchId });
  const impact = await readImpact(trx);
  await trx('ledger.event').insert({ actor, verb: 'approve', object: `request:${id}`, detail: { code, names: impact.names } });
  return { ...impact, batchId, code };
}

/** The names wait again: the decisions that called them new are kept but answered. Undoing the batch opens the request again. */
export async function rejectRequest(
  database: Database,
  id: string,
  actor: string,
  reason: string,
): Promise<LinkImpact & { batchId: string }> {
  return database.transaction(async (trx) => {
    await lockDecisions(trx);
    await openRequest(trx, id);
    const batchId = await openBatch(trx, { kind: 'reject', actor, byPerson: true, detail: { request: id } });
    await trx('matching.request_answer').insert({ batch_id: batchId, request_id: id, reason });
    await trx.raw(
      `insert into matching.decision (raw_name_id, verdict, by_person, actor, evidence, batch_id, scope, valid_from)
       select d.raw_name_id, 'unlink', true, ?, jsonb_build_object('request', ?::text, 'note', ?::text), ?, d.scope, d.valid_from
         from matching.decision d join matching.batch b on b.id = d.batch_id and b.in_force
        where d.verdict = 'new' and d.by_person and d.evidence->>'request' = ?
          and exists (select 1 from matching.link k where k.decision_id = d.id)`,
      [actor, id, reason, batchId, id],
    );
    await foldLinks(trx, namesOfBatches(':batch'), { batch: batchId });
    const impact = await readImpact(trx);
    await trx('ledger.event').insert({ actor, verb: 'reject', object: `request:${id}`, detail: { reason, names: impact.names } });
    return { ...impact, batchId };
  });
}

async function openRequest(trx: Database, id: string): Promise<TerminalRequest> {
  const [request] = /^\d{1,18}$/.test(id) ? await listRequests(trx, { id }) : [];
  if (!request) throw new HubError('config', message('match.unknown-request', { request: id }));
  if (request.state !== 'open') throw new HubError('config', message('match.request-closed', { request: id, state: request.state }));
  return request;
}

async function freeCode(trx: Database): Promise<string> {
  for (;;) {
    const { rows } = await trx.raw<{ rows: { code: string; taken: boolean }[] }>(
      `select code, exists (select 1 from master.terminal t where t.code = c.code) as taken
         from (select 'H' || lpad(nextval('master.terminal_code_seq')::text, 6, '0') as code) c`,
    );
    if (!rows[0]!.taken) return rows[0]!.code;
  }
}
