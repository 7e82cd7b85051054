import type pg from 'pg';
import { stepVersion } from './stage-store.js';

/**
 * A generation whose lines were deleted by retention comes first again: its sender went back to it, or what replaced it was withdrawn.
 * It cannot be active without lines, so its delivery is loaded again from its bytes, in the run that found it out. Looks at all
 * kinds, days and documents that the delivery speaks of. The caller holds the lock of the sender.
 */
export async function orderReloads(
  client: pg.Client,
  { sender, deliveryId, runId }: { sender: string; deliveryId: string; runId: string },
): Promise<void> {
  // Most senders have none: asked first, because it is asked of every load.
  const { rowCount } = await client.query(
    `select 1 from ledger.generation where sender = $1 and retired_at is not null and state <> 'withdrawn' limit 1`,
    [sender],
  );
  if (rowCount === 0) return;
  const keys = 'select kind, business_date, document from ledger.generation where delivery_id = $4';
  await client.query(insertLoads(`g.sender = $3 and (g.kind, g.business_date, g.document) in (${keys})`), [
    runId,
    stepVersion,
    sender,
    deliveryId,
  ]);
}

/** The next run tries those again that have failed. */
export async function retryReloads(
  client: pg.Client,
  { runId, sourceIds }: { runId: string; sourceIds: readonly number[] },
): Promise<void> {
  const failed = `select delivery_id from ledger.stage_exec where stage = 'load' and state = 'failed'`;
  const loads = insertLoads(`g.delivery_id in (${failed})`, 'd.source_id = any($3::integer[])');
  await client.query(loads, [runId, stepVersion, sourceIds]);
}

// A step of its own, for the one that loaded it first stands as done. `$1` is the run.
const insertLoads = (of: string, which = 'true'): string =>
  `insert into ledger.stage_exec (run_id, stage, object_key, input_digest, logic_version, sender, delivery_id, order_key, needs_version)
   select $1::bigint, 'load', 'delivery:' || d.id, d.sha256, 'again.' || $1, d.sender, d.id, d.order_key, $2::integer
     from ledger.delivery d
    where d.state <> 'held' and d.id in (${comesFirst(of)}) and ${which}
      and not exists (select 1 from ledger.stage_exec e where e.stage = 'load' and e.object_key = 'delivery:' || d.id and e.state in ('ready', 'running'))
   on conflict do nothing`;

/** Deliveries with a retired generation that business order puts first, so that it is missed. `of` limits the generations `g`. */
export const comesFirst = (of: string): string =>
  `select g.delivery_id from ledger.generation g
    where g.retired_at is not null and g.state <> 'withdrawn' and ${of} and not exists (
          select 1 from ledger.generation n
           where n.state <> 'withdrawn' and (n.sender, n.kind, n.business_date, n.document) = (g.sender, g.kind, g.business_date, g.document)
             and (n.order_key, n.id) > (g.order_key, g.id))`;
