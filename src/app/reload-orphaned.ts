import type { Database } from '../db/database.js';
import { addLoadStages } from '../db/delivery-store.js';
import { listOrphaned } from '../db/master/list-orphaned.js';
import type { Source } from '../db/source-store.js';
import { logicVersionOf } from './logic-version.js';
import type { StepTools } from './steps/step-tools.js';

/**
 * Plans another load of every delivery with rows whose parents were taken back: they wait again, or find another parent, as if the parent
 * had never been. In the transaction that opens the run. Returns how many deliveries that are.
 */
export async function reloadOrphaned(
  trx: Database,
  knowledge: Pick<StepTools, 'layouts' | 'dictionary'>,
  { sources, runId }: { readonly sources: readonly Source[]; readonly runId: string },
): Promise<number> {
  const sourceOf = new Map(sources.map((source) => [source.id, source]));
  const loads = (await listOrphaned(trx)).flatMap((delivery) => {
    const source = sourceOf.get(delivery.source_id);
    return source ? [{ delivery, logicVersion: `${logicVersionOf(source, knowledge, delivery.waived)}.orphaned.${runId}` }] : [];
  });
  await addLoadStages(trx, runId, loads);
  return loads.length;
}
