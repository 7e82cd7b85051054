import type pg from 'pg';
import { foldCurrent } from './fold-current.js';
import { lockMaster } from './lock-master.js';
import { refreshMaster } from './refresh-master.js';
import { keysOfBatches, openTouched } from './touched.js';

/** A list that was loaded was sent once more: what it says counts from its last sending. */
export async function orderReferences(client: pg.Client, deliveryId: string, orderKey: string): Promise<void> {
  const { rows } = await client.query<{ batch_id: string; overtakes: boolean }>(
    `update master.sending s set order_key = $2 from master.sending before where s.delivery_id = $1 and before.batch_id = s.batch_id
     returning s.batch_id, exists (select 1 from master.sending o where o.system = s.system and o.batch_id <> s.batch_id
                                      and o.order_key > before.order_key and o.order_key < $2) as overtakes`,
    [deliveryId, orderKey],
  );
  const batches = rows.filter(({ overtakes }) => overtakes).map(({ batch_id }) => batch_id);
  if (batches.length === 0) return;
  const { rows: keys } = await client.query<{ entity: string }>(
    `select distinct entity from master.source_key where id in (${keysOfBatches('select unnest($1::bigint[])')})`,
    [batches],
  );
  await lockMaster(
    client,
    keys.map(({ entity }) => entity),
  );
  await openTouched(client);
  await client.query(`insert into touched_key ${keysOfBatches('select unnest($1::bigint[])')}`, [batches]);
  await foldCurrent(client);
  await refreshMaster(client, batches.at(-1)!);
}
