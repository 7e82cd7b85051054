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

/** Adds what we ourselves say of records, under their own numbers as the keys; what was said so before stays beside it. Each record once. */
export async function sayOfRecords(
  trx: Database,
  batchId: string,
  given: readonly { readonly recordId: string; readonly fields: Readonly<Record<string, string>> }[],
): Promise<void> {
  const { rows } = await trx.raw<{ rows: { id: string; no: string; entity: string; role: string; said: Record<string, string> }[] }>(
    `select r.id, r.no, r.entity, f.role, coalesce(s.fields, '{}') as said
       from master.record r
      cross join lateral (select coalesce((select k.role from master.source_key k where k.record_id = r.id order by k.id limit 1), '') as role) f
       left join master.source_key k on (k.entity, k.system, k.key, k.role) = (r.entity, 'hub', r.no, f.role)
       left join master.source_record s on s.key_id = k.id and s.is_current
      where r.id = any(:ids::bigint[])`,
    { ids: `{${given.map(({ recordId }) => recordId).join(',')}}` },
  );
  const recordOf = new Map(rows.map((row) => [row.id, row]));
  const records = given.map(({ recordId, fields }): SaidRecord & { recordId: string } => {
    const { no, entity, role, said } = recordOf.get(recordId)!;
    const both = Object.entries(fields).map(([field, value]) => [
      field,
      [...new Set([...(said[field] ?? '').split('；'), value])].filter((one) => one !== '').join('；'),
    ]);
    return { recordId, entity, role, key: no, fields: { ...said, ...Object.fromEntries(both) } };
  });
  await sayRecords(trx, batchId, { system: 'hub', records });
  await trx.raw(
    `insert into master.assignment (batch_id, key_id, record_id, how)
     select :batchId, k.id, g."recordId", 'person' from jsonb_to_recordset(:records) as g("recordId" bigint, entity text, role text, key text)
       join master.source_key k on (k.entity, k.system, k.key, k.role) = (g.entity, 'hub', g.key, g.role) and k.record_id is distinct from g."recordId"`,
    { batchId, records: JSON.stringify(records) },
  );
}
