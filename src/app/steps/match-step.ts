import { linkNewProducts } from '../../db/link-products.js';
import { matchNewNames } from '../../db/match-store.js';
import { type Claim, finishStage, holdFence } from '../../db/stage-store.js';
import { inTransaction } from '../../db/with-client.js';
import type { StepTools } from './step-tools.js';

/** Decides the raw names and products of the night in one batch, after everything is loaded. Facts point at raw names, so nothing is rewritten. */
export async function matchStep(tools: StepTools, claim: Claim): Promise<void> {
  tools.tell({ source: '', stage: 'match', state: 'running', name: '', rows: 0 });
  const counts = await matchNewNames(tools.database, { actor: 'match-exact', runId: claim.runId });
  const products = await linkNewProducts(tools.database);
  await inTransaction(tools.database, async (client) => {
    await holdFence(client, claim);
    await finishStage(client, claim, 'done', { ...counts, products });
  });
  const names = Object.values(counts).reduce((total, count) => total + count, 0);
  tools.tell({ source: '', stage: 'match', state: 'done', name: '', rows: names });
}
