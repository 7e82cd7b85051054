import { addLoadStages, type Delivery, findDelivery } from '../db/delivery-store.js';
import { findSource } from '../db/source-store.js';
import { isWaivable } from '../model/finding.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { RunReport } from '../model/run-report.js';
import { shanghaiDay } from '../model/shanghai-day.js';
import { finishRun } from './finish-run.js';
import { logicVersionOf } from './logic-version.js';
import { startRunWith } from './start-run.js';
import type { StepTools } from './steps/step-tools.js';

/**
 * Loads a held delivery again, with the layouts of today and the gates that a person waives; who and why is kept with the delivery.
 * Waiving nothing is simply another try. Throws `config` for a gate that is not among the findings or may not be waived.
 */
export async function releaseDelivery(
  tools: StepTools,
  owner: string,
  options: { deliveryId: string; waive: readonly string[]; by: string; why: string; signal: AbortSignal },
): Promise<RunReport> {
  const { database } = tools;
  const delivery = await findDelivery(database, options.deliveryId);
  if (!delivery) throw new HubError('config', message('hub.unknown-delivery', { delivery: options.deliveryId }));
  if (delivery.state !== 'held') throw new HubError('config', message('hub.not-held', { delivery: delivery.id, name: delivery.name }));
  refuseOthers(delivery, options.waive);
  const source = (await findSource(database, { id: delivery.source_id }))!;
  const waived = { ...delivery.waived, ...Object.fromEntries(options.waive.map((gate) => [gate, { by: options.by, why: options.why }])) };
  const run = await startRunWith(database, 'replay', shanghaiDay(new Date()), async (trx, runId) => {
    await trx('ledger.delivery')
      .where({ id: delivery.id })
      .update({ waived: JSON.stringify(waived) });
    await trx('ledger.event').insert({
      actor: options.by,
      verb: 'release',
      object: `delivery:${delivery.id}`,
      detail: JSON.stringify({ waive: options.waive, why: options.why }),
    });
    // A person's try is a step of its own: under unchanged layouts the earlier one stands as held and would not run again.
    await addLoadStages(trx, runId, [{ delivery, logicVersion: `${logicVersionOf(source, tools, waived)}.${runId}` }]);
  });
  return finishRun(tools, owner, { ...run, signal: options.signal });
}

function refuseOthers({ id, name, findings }: Delivery, waive: readonly string[]): void {
  const present = [...new Set(findings.map(({ gate }) => gate))];
  const waivable = present.filter(isWaivable);
  const refused = waive.filter((gate) => !waivable.includes(gate));
  if (refused.length === 0) return;
  const list = (gates: readonly string[]) => gates.join(', ') || '—';
  const values = { delivery: id, name, refused: list(refused), present: list(present), waivable: list(waivable) };
  throw new HubError('config', message('hub.not-waivable', values));
}
