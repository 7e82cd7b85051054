import type { Database } from '../database.js';
import type { ChangeRequest } from './change-requests.js';
import { findRecord } from './find-record.js';
import { addMerge, type MergedPair } from './merge-records.js';
import { addOverride } from './override-value.js';
import { sayOfRecords, sayRecords } from './say-records.js';

/** Adds what a person asked for to a batch that is open; of a merge it returns the two. Throws a HubError when it cannot be. */
export async function doChange(trx: Database, batchId: string, request: ChangeRequest): Promise<MergedPair | null> {
  if (request.kind === 'merge')
    return addMerge(trx, batchId, { loser: request.no!, survivor: request.fields['into']!, reason: request.reason });
  await (request.kind === 'new' ? makeCustomer(trx, batchId, request.fields) : changeValues(trx, batchId, request));
  return null;
}

async function changeValues(trx: Database, batchId: string, { kind, no, fields, reason }: ChangeRequest): Promise<void> {
  const { id } = await findRecord(trx, no!);
  const before = await trx('master.golden').where({ record_id: id }).first('fields');
  const override = (attribute: string, value: string) => addOverride(trx, batchId, id, { attribute, value, because: reason, until: null });
  if (kind === 'close') return override('status', 'closed');
  for (const [attribute, value] of Object.entries(fields)) await override(attribute, value);
  // The old name goes on meaning it, for the matcher too.
  const oldName = (before?.fields as Record<string, string> | undefined)?.['name'];
  if (kind === 'rename' && oldName && oldName !== fields['name'])
    await sayOfRecords(trx, batchId, [{ recordId: id, fields: { former_names: oldName } }]);
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
