import { activateGenerations, lockSender } from './activate-generations.js';
import type { Database } from './database.js';
import { orderReferences } from './master/order-references.js';
import { orderReloads } from './order-reloads.js';
import { withClient } from './with-client.js';

/**
 * Bytes that are a delivery already were sent again: the last sending counts, whichever of them was seen first (I7). So a sender
 * who goes back to an earlier file is believed. Its generations, if loaded, are put in order anew. An earlier or the same
 * sending changes nothing, so it may be noted twice. If its lines were deleted meanwhile, the run loads it again.
 * `trx` is the transaction that records the sighting.
 */
export async function noteSending(
  trx: Database,
  { deliveryId, sender, orderKey, runId }: { deliveryId: string; sender: string; orderKey: string; runId: string },
): Promise<void> {
  await withClient(trx, async (client) => {
    await lockSender(client, sender);
    const { rowCount } = await client.query('update ledger.delivery set order_key = $2 where id = $1 and order_key < $2', [
      deliveryId,
      orderKey,
    ]);
    if (rowCount === 0) return;
    await client.query(`update ledger.stage_exec set order_key = $2 where delivery_id = $1 and stage = 'load' and state = 'ready'`, [
      deliveryId,
      orderKey,
    ]);
    await orderReferences(client, deliveryId, orderKey);
    const { rowCount: loaded } = await client.query('update ledger.generation set order_key = $2 where delivery_id = $1', [
      deliveryId,
      orderKey,
    ]);
    if (!loaded) return;
    await activateGenerations(client, { sender, deliveryId });
    await orderReloads(client, { sender, deliveryId, runId });
  });
}
