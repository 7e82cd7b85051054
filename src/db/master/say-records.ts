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
