import { setTimeout as sleep } from 'node:timers/promises';
import { queueBackfill, readBackfill } from '../db/backfill-store.js';
import type { BackfillOrder, BackfillOutcome } from './backfill-order.js';
import { finishRun } from './finish-run.js';
import { startAsked } from './scheduler/look-once.js';
import { startRun } from './start-run.js';
import type { StepTools } from './steps/step-tools.js';

/** Collects again for a range of business days, one run per day, one after the other for each source, through the slots of the schedule. */
export async function runBackfill(
  tools: StepTools,
  owner: string,
  order: BackfillOrder & { readonly signal: AbortSignal },
): Promise<BackfillOutcome> {
  const { database } = tools;
  const { queued, waiting, since } = await queueBackfill(database, order);
  if (order.queueOnly) return { queued, waiting, runs: [] };
  for (;;) {
    order.signal.throwIfAborted();
    await startAsked({ database, owner, startRun: (trx, run) => startRun(trx, tools, run) });
    const state = await readBackfill(database, { ...order, since });
    const open = state.runs.find((run) => run.state === 'running');
    if (open) await finishRun(tools, owner, { id: open.id, resumed: false, signal: order.signal });
    else if (state.waiting === 0) return { queued, waiting, runs: state.runs };
    // The source is busy with another run, perhaps of another process.
    else await sleep(1000, undefined, { signal: order.signal });
  }
}
