import type { Database } from '../db/database.js';
import { addLoadStages, listUnloaded } from '../db/delivery-store.js';
import { retryReloads } from '../db/order-reloads.js';
import { openRun, type RunKind } from '../db/run-store.js';
import { listSources } from '../db/source-store.js';
import { addMatchStage, addStages } from '../db/stage-store.js';
import { withClient } from '../db/with-client.js';
import { failpoint } from '../model/failpoint.js';
import { hostOf } from './host-of.js';
import { logicVersionOf } from './logic-version.js';
import { reloadOrphaned } from './reload-orphaned.js';
import type { RunOrder, StartedRun } from './run-order.js';
import type { StepTools } from './steps/step-tools.js';

type Knowledge = Pick<StepTools, 'layouts' | 'dictionary'>;

/**
 * Opens a run and adds its steps: one collection per source, the loads that earlier runs left, one match at the end. All in one
 * transaction, in the caller's if `database` is one. Nothing waits and nothing is worked on here: claim the steps (`runSteps`,
 * `huiliu worker`), then `closeEndedRuns`.
 */
export function startRun(database: Database, knowledge: Knowledge, order: RunOrder): Promise<StartedRun> {
  return startRunWith(database, order.kind, order.businessDate, async (trx, runId) => {
    const sources = await listSources(trx);
    const collected = new Set(order.sourceIds);
    await addStages(
      trx,
      sources
        .filter(({ id }) => collected.has(id))
        .map(({ id, sender, settings }) => ({
          runId,
          stage: 'collect',
          objectKey: `source:${id}`,
          inputDigest: order.occasion === undefined ? `run:${runId}` : `run:${runId}:${order.occasion}`,
          logicVersion: '1',
          sender,
          sourceId: id,
          host: hostOf(settings),
        })),
    );
    const { retry = 'all' } = order;
    const retried = sources.filter(({ id }) => retry === 'all' || retry.includes(id));
    await retryUnloaded(trx, knowledge, retried, runId);
    await reloadOrphaned(trx, knowledge, { sources: retried, runId });
  });
}

/** Opens (or takes up) a run with whatever steps `add` adds, and its match step, in one transaction. */
export function startRunWith(
  database: Database,
  kind: RunKind,
  businessDate: string,
  add: (trx: Database, runId: string) => Promise<void>,
): Promise<StartedRun> {
  return database.transaction(async (trx) => {
    const run = await openRun(trx, kind, businessDate);
    await add(trx, run.id);
    await addMatchStage(trx, run.id);
    failpoint('in-run-plan');
    return run;
  });
}

// What an earlier run left landed (interrupted, or out of attempts) is loaded now without anyone's help (I7); what was held under
// older layouts or settings gets another try under those of today. Not left to the collection: the source may be away or switched off.
async function retryUnloaded(
  trx: Database,
  knowledge: Knowledge,
  sources: Awaited<ReturnType<typeof listSources>>,
  runId: string,
): Promise<void> {
  const sourceOf = new Map(sources.map((source) => [source.id, source]));
  const loads = (await listUnloaded(trx)).flatMap((delivery) => {
    const source = sourceOf.get(delivery.source_id);
    return source ? [{ delivery, logicVersion: logicVersionOf(source, knowledge, delivery.waived) }] : [];
  });
  await addLoadStages(trx, runId, loads);
  await withClient(trx, (client) => retryReloads(client, { runId, sourceIds: [...sourceOf.keys()] }));
}
