import type { Database } from '../database.js';
import { withClient } from '../with-client.js';
import { openIncoming } from './open-incoming.js';
import { openTouched } from './touched.js';
import { writeSourceRecords } from './write-source-records.js';

/** What a system says about one key of its own. Values that are empty are not said. */
export interface SaidRecord {
  readonly entity: string;
  readonly role: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly changedAt?: string | null;
  readonly isVoid?: boolean;
}

/**
 * Adds versions of source records that come from no file to a batch that is open; each key once. `orderKey` says when they were
 * said, compared as text; without it now.
 */
export async function sayRecords(
  trx: Database,
  batchId: string,
  { system, orderKey, records }: { readonly system: string; readonly orderKey?: string; readonly records: readonly SaidRecord[] },
): Promise<void> {
  await withClient(trx, async (client) => {
    await openTouched(client);
    await openIncoming(client);
    await client.query(
      `insert into incoming_record
       select entity, role, key collate "C" as key, coalesce((select jsonb_object_agg(f.key, f.value) from jsonb_each(r.fields) f where f.value <> '""'), '{}') as fields,
              "changedAt"::timestamptz as changed_at, coalesce("isVoid", false) as is_void, null::bigint as part_id, null::integer as row_no
         from jsonb_to_recordset($1) as r(entity text, role text, key text, fields jsonb, "changedAt" text, "isVoid" boolean)`,
      [JSON.stringify(records)],
    );
    await writeSourceRecords(client, { batchId, system, orderKey: orderKey ?? new Date().toISOString(), deliveryId: null });
  });
}

/** Adds what we ourselves say of a record, under its own number as the key; what was said so before stays beside it. */
export async function sayOfRecord(
  trx: Database,
  batchId: string,
  recordId: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const record = await trx('master.record').where({ id: recordId }).first('no', 'entity');
  const { no, entity } = record as { no: string; entity: string };
  const role =
    ((await trx('master.source_key').where({ record_id: recordId }).orderBy('id').first('role')) as { role: string } | undefined)?.role ??
    '';
  const said = await trx('master.source_key as k')
    .join('master.source_record as s', (join) => join.on('s.key_id', 'k.id').andOnVal('s.is_current', true))
    .where({ 'k.system': 'hub', 'k.entity': entity, 'k.key': no, 'k.role': role })
    .first('s.fields');
  const before = (said?.fields ?? {}) as Record<string, string>;
  const both = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field,
      [...new Set([...(before[field] ?? '').split('；'), value])].filter((one) => one !== '').join('；'),
    ]),
  );
  await sayRecords(trx, batchId, { system: 'hub', records: [{ entity, role, key: no, fields: { ...before, ...both } }] });
  await trx.raw(
    `insert into master.assignment (batch_id, key_id, record_id, how)
     select ?, id, ?, 'person' from master.source_key where entity = ? and system = 'hub' and key = ? and role = ? and record_id is distinct from ?`,
    [batchId, recordId, entity, no, role, recordId],
  );
}
