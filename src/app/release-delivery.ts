import { addLoadStage, findDelivery } from '../db/delivery-store.js';
import { readRunReport } from '../db/run-report.js';
import { closeRun, openRun } from '../db/run-store.js';
import { findSource } from '../db/source-store.js';
import { addStage } from '../db/stage-store.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { RunReport } from '../model/run-report.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import { logicVersionOf } from './logic-version.js';
import { runSteps } from './run-steps.js';
import type { StepTools } from './steps/step-tools.js';

/** Loads a held delivery again, with the layouts of today and the gates that a person waives. Who and why is kept with the delivery. */
export async function releaseDelivery(
  tools: StepTools,
  owner: string,
  loads: number,
  options: { deliveryId: string; waive: readonly string[]; by: string; why: string; signal: AbortSignal },
): Promise<RunReport> {
  const { database } = tools;
  const delivery = await findDelivery(database, options.deliveryId);
  if (!delivery) throw new HubError('config', message('hub.unknown-delivery', { delivery: options.deliveryId }));
  const source = (await findSource(database, { id: delivery.source_id }))!;
  const waived = { ...delivery.waived, ...Object.fromEntries(options.waive.map((gate) => [gate, { by: options.by, why: options.why }])) };
  const { id: runId, resumed } = await openRun(database, 'replay', shanghaiDay(new Date()));
  await database.transaction(async (trx) => {
    await trx('ledger.delivery')
      .where({ id: delivery.id })
      .update({ waived: JSON.stringify(waived) });
    await trx('ledger.event').insert({
      actor: options.by,
      verb: 'release',
      object: `delivery:${delivery.id}`,
      detail: JSON.stringify({ waive: options.waive, why: options.why }),
    });
    await addLoadStage(trx, { runId, delivery, logicVersion: logicVersionOf(source, tools, waived) });
    await addStage(trx, { runId, stage: 'match', objectKey: `run:${runId}`, inputDigest: `run:${runId}`, logicVersion: '1' });
  });
  await runSteps(tools, owner, { runId, loads, signal: options.signal });
  await closeRun(database, runId);
  return { ...(await readRunReport(database, runId)), resumed };
}
