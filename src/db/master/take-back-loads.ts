import type pg from 'pg';
import { switchBatches } from '../names/switch-batches.js';
import { keysOfBatches, recordsOfBatches } from './touched.js';

/** A delivery that is loaded again (a better layout) says all of it anew: what its earlier loads said, and what followed from them, is in force no longer. */
export async function takeBackLoads(client: pg.Client, deliveryId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select b.id from master.sending s join matching.batch b on b.id = s.batch_id where s.delivery_id = $1 and b.in_force`,
    [deliveryId],
  );
  for (const { id } of rows) {
    await client.query(`insert into matching.batch (kind, actor, by_person, undoes) values ('undo', 'hub', false, $1)`, [id]);
    const { rows: fallen } = await client.query<{ id: string }>(switchBatches('$1'), [id]);
    const batches = fallen.map((batch) => batch.id);
    await client.query(`insert into touched_key ${keysOfBatches('select unnest($1::bigint[])')}`, [batches]);
    await client.query(`insert into touched_record ${recordsOfBatches('select unnest($1::bigint[])')}`, [batches]);
  }
}
