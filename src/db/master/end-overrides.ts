import type { Database } from '../database.js';
import { openBatch } from '../names/open-batch.js';
import { withClient } from '../with-client.js';
import { lockMaster } from './lock-master.js';
import { refreshMaster } from './refresh-master.js';
import { openTouched } from './touched.js';

/** Overrides whose day has come: the values of their records are chosen without them. Returns how many ended. Cheap when none did. */
export async function endOverrides(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { id: string; record_id: string; entity: string }[] }>(`
    select o.id, coalesce(r.survivor_id, r.id) as record_id, r.entity
      from master.override o join matching.batch b on b.id = o.batch_id and b.in_force join master.record r on r.id = o.record_id
      join master.golden g on g.record_id = coalesce(r.survivor_id, r.id)
     where o.expires_at <= now() and g.why->o.attribute->>'by' = 'override'
       and not exists (select 1 from master.override n join matching.batch nb on nb.id = n.batch_id and nb.in_force
                        where n.record_id = o.record_id and n.attribute = o.attribute and n.id > o.id)`);
  if (rows.length === 0) return 0;
  await database.transaction(async (trx) => {
    const batchId = await openBatch(trx, {
      kind: 'policy',
      actor: 'hub',
      byPerson: false,
      detail: { overrides: rows.map(({ id }) => id) },
    });
    await withClient(trx, async (client) => {
      await lockMaster(
        client,
        rows.map(({ entity }) => entity),
      );
      await openTouched(client);
      await client.query('insert into touched_record select unnest($1::bigint[])', [rows.map(({ record_id }) => record_id)]);
      await refreshMaster(client, batchId);
    });
  });
  return rows.length;
}
