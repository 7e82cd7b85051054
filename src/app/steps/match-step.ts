import { linkNewProducts } from '../../db/link-products.js';
import { matchNewNames } from '../../db/match-store.js';
import { type Claim, finishStage, holdFence } from '../../db/stage-store.js';
import { withClient } from '../../db/with-client.js';
import { failpoint } from '../../model/failpoint.js';
import type { StepTools } from './step-tools.js';

/**
 * Decides the raw names and products of the night in one batch, after everything is loaded. Facts point at raw names, so nothing is rewritten.
 * The decisions, their counts and the completion marker are one transaction: a rerun never finds decisions without counts (I4).
 */
export async function matchStep(tools: StepTools, claim: Claim): Promise<void> {
  tools.tell({ source: '', stage: 'match', state: 'running', name: '', rows: 0 });
  const counts = await tools.database.transaction(async (trx) => {
    await withClient(trx, (client) => holdFence(client, claim));
    const decided = await matchNewNames(trx, { actor: 'match-exact', runId: claim.runId });
    const products = await linkNewProducts(trx);
    await withClient(trx, (client) => finishStage(client, claim, 'done', { ...decided, products }));
    failpoint('before-match-commit');
    return decided;
  });
  const names = Object.values(counts).reduce((total, count) => total + count, 0);
  tools.tell({ source: '', stage: 'match', state: 'done', name: '', rows: names });
}
