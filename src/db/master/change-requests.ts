import { entityDefinition } from '../../journey/map/entity-definitions.js';
import { checkValue } from '../../master/checks/check-value.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { lockDecisions } from '../names/lock-decisions.js';
import { openBatch } from '../names/open-batch.js';
import { applyChange, changeMaster, type MasterImpact } from './change-master.js';
import { findRecord } from './find-record.js';
import { addMerge } from './merge-records.js';
import { addOverride } from './override-value.js';
import { sayOfRecord, sayRecords } from './say-records.js';

export type ChangeKind = 'new' | 'rename' | 'close' | 'merge' | 'move';

export interface NewChange {
  readonly kind: ChangeKind;
  /** What it is about; null for `new`. */
  readonly record: string | null;
  /** new: values; rename: name; move: province, city, county, address; merge: into (a record). */
  readonly fields: Readonly<Record<string, string>>;
  readonly reason: string;
  /** Records like it that the person saw and said are others. */
  readonly seen: readonly object[];
}

export interface ChangeRequest {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly state: 'open' | 'approved' | 'rejected' | 'withdrawn';
  readonly no: string | null;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly seen: readonly object[];
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly answeredBy: string | null;
  readonly answer: string;
}

/** Asks for a change of the master. It is checked at once, and done when somebody else approves. Returns the number of the request. */
export async function askForChange(database: Database, change: NewChange, actor: string): Promise<{ id: string; batchId: string }> {
  const { kind, fields, reason, seen } = change;
  expectWhole(change);
  return database.transaction(async (trx) => {
    const record = change.record === null ? null : await findRecord(trx, change.record);
    if (kind === 'merge') await findRecord(trx, fields['into']!);
    const batchId = await openBatch(trx, { kind: 'change-request', actor, byPerson: true, detail: { kind } });
    const [row] = await trx('master.change_request')
      .insert({
        batch_id: batchId,
        kind,
        record_id: record?.id ?? null,
        fields: JSON.stringify(fields),
        seen: JSON.stringify(seen),
        reason,
      })
      .returning('id');
    return { id: row.id as string, batchId };
  });
}

/** What a request of a kind must say; of `move` one is enough. */
const needed: Readonly<Record<ChangeKind, readonly string[]>> = {
  new: ['name'],
  rename: ['name'],
  close: [],
  merge: ['into'],
  move: ['province', 'city', 'county', 'address'],
};

function expectWhole({ kind, record, fields, reason }: NewChange): void {
  const missing = needed[kind].filter((field) => !fields[field]);
  const isWhole = kind === 'move' ? missing.length < needed.move.length : missing.length === 0;
  const lacks = [
    ...(isWhole ? [] : missing),
    ...(reason === '' ? ['reason'] : []),
    ...(kind !== 'new' && record === null ? ['record'] : []),
  ];
  if (lacks.length > 0) throw new HubError('config', message('golden.request-incomplete', { missing: lacks.join('、') }));
  const definition = entityDefinition('customer')!;
  const faults = Object.entries(fields).flatMap(([field, value]) => {
    const about = definition.fields[field];
    const told = about && value !== '' ? checkValue(about.type, value, `${about.zh} ${field}`) : null;
    return told ? [message(askedCodes[told.code as keyof typeof askedCodes], told.values)] : [];
  });
  if (faults.length > 0) throw new HubError('config', message('golden.request-faulty', { faults }));
}

/** What a check finds, without the words of a load, which keeps such a value: a request is not made. */
const askedCodes = {
  'master.credit-code-length': 'golden.asked-credit-code-length',
  'master.credit-code-letter': 'golden.asked-credit-code-letter',
  'master.credit-code-sign': 'golden.asked-credit-code-sign',
  'master.credit-code-checksum': 'golden.asked-credit-code-checksum',
  'master.phone': 'golden.asked-phone',
  'master.mobile': 'golden.asked-mobile',
  'master.email': 'golden.asked-email',
  'master.postcode': 'golden.asked-postcode',
} as const;

export async function listChanges(database: Database, { all = false, id = null as string | null } = {}): Promise<ChangeRequest[]> {
  const { rows } = await database.raw<{ rows: ChangeRequest[] }>(
    `select q.id, q.kind, s.state, r.no, coalesce(g.fields->>'name', q.fields->>'name', '') as name, q.fields, q.seen, q.reason,
            b.actor as "askedBy", b.at::text as "askedAt", s.answered_by as "answeredBy", s.answer
       from master.change_request q join master.change_request_state s on s.id = q.id join matching.batch b on b.id = q.batch_id
       left join master.record r on r.id = q.record_id left join master.golden g on g.record_id = r.id
      where case when :id::bigint is not null then q.id = :id else :all or s.state = 'open' end order by q.id`,
    { all, id } as never,
  );
  return rows;
}

export interface Answering {
  readonly actor: string;
  readonly reason: string;
  readonly isPreview: boolean;
}

/**
 * Does what was asked for. Whoever asked may not approve. Undoing the batch takes it back and opens the request again.
 */
export function approveChange(database: Database, id: string, { actor, reason, isPreview }: Answering): Promise<MasterImpact> {
  return changeMaster(database, { kind: 'edit', actor, detail: { request: id }, isPreview }, async (trx, batchId) => {
    const request = await openRequest(trx, id, actor);
    await trx('master.change_answer').insert({ batch_id: batchId, request_id: id, approved: true, reason });
    await doChange(trx, batchId, request);
  });
}

export function rejectChange(database: Database, id: string, { actor, reason }: Omit<Answering, 'isPreview'>): Promise<MasterImpact> {
  return database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor, detail: { request: id, rejected: true } }, async (inner, batchId) => {
      await openRequest(inner, id, null);
      await inner('master.change_answer').insert({ batch_id: batchId, request_id: id, approved: false, reason });
    }),
  );
}

async function openRequest(trx: Database, id: string, approver: string | null): Promise<ChangeRequest> {
  await lockDecisions(trx);
  const [request] = /^\d{1,18}$/u.test(id) ? await listChanges(trx, { id }) : [];
  if (!request) throw new HubError('config', message('golden.unknown-request', { request: id }));
  if (request.state !== 'open') throw new HubError('config', message('golden.request-answered', { request: id, state: request.state }));
  if (request.askedBy === approver) throw new HubError('config', message('golden.same-person', { request: id, actor: approver }));
  return request;
}

async function doChange(trx: Database, batchId: string, { kind, no, fields, reason }: ChangeRequest): Promise<void> {
  if (kind === 'new') return makeCustomer(trx, batchId, fields);
  if (kind === 'merge') return void (await addMerge(trx, batchId, { loser: no!, survivor: fields['into']!, reason }));
  const { id } = await findRecord(trx, no!);
  const before = await trx('master.golden').where({ record_id: id }).first('fields');
  const override = (attribute: string, value: string) => addOverride(trx, batchId, id, { attribute, value, because: reason, until: null });
  if (kind === 'close') return override('status', 'closed');
  for (const [attribute, value] of Object.entries(fields)) await override(attribute, value);
  // The old name goes on meaning it, for the matcher too.
  const oldName = (before?.fields as Record<string, string> | undefined)?.['name'];
  if (kind === 'rename' && oldName && oldName !== fields['name']) await sayOfRecord(trx, batchId, id, { former_names: oldName });
}

async function makeCustomer(
  trx: Database,
  batchId: string,
  { role = 'terminal', ...fields }: Readonly<Record<string, string>>,
): Promise<void> {
  const { rows } = await trx.raw<{ rows: { code: string }[] }>(
    `select 'H' || lpad(greatest(nextval('master.terminal_code_seq'),
       (select coalesce(max(substr(code, 2)::bigint), 0) + 1 from master.terminal where code ~ '^H\\d{6,15}$'))::text, 6, '0') as code`,
  );
  await sayRecords(trx, batchId, { system: 'hub', records: [{ entity: 'customer', role, key: rows[0]!.code, fields }] });
}
