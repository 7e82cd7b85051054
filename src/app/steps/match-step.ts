import { linkNewProducts } from '../../db/link-products.js';
import { noteEqual } from '../../db/master/alike-pairs.js';
import { endOverrides } from '../../db/master/end-overrides.js';
import { matchReferences } from '../../db/master/match-references.js';
import { matchNames } from '../../db/names/match-names.js';
import { type Claim, finishStage, holdFence } from '../../db/stage-store.js';
import { withClient } from '../../db/with-client.js';
import { failpoint } from '../../model/failpoint.js';
import { lookTonight } from '../look-for-alike.js';
import type { StepTools } from './step-tools.js';

/**
 * Decides the raw names and products of the night, after everything is loaded. Facts point at raw names, so nothing is rewritten.
 * The matcher works first, without a lock; the decisions, their counts and the completion marker are one short transaction: a
 * rerun never finds decisions without counts (I4).
 */
export async function matchStep(tools: StepTools, claim: Claim, signal: AbortSignal): Promise<void> {
  const { database, matcher } = tools;
  const tell = (state: 'running' | 'done', rows: number) => tools.tell({ source: '', stage: 'match', state, name: '', rows });
  tell('running', 0);
  await endOverrides(database);
  await matchReferences(database, () => matcher.ready({ asBuilt: true }), { actor: 'matcher', signal });
  await noteEqual(database);
  const duplicates = await lookTonight(database, claim.runId, signal);
  const counts = await matchNames(database, {
    ...{ actor: 'matcher', matcher: () => matcher.ready({ asBuilt: true }), runId: claim.runId, signal },
    onProgress: (names) => tell('running', names),
    commit: async (trx, decided) => {
      await withClient(trx, (client) => holdFence(client, claim));
      const products = await linkNewProducts(trx);
      await withClient(trx, (client) => finishStage(client, claim, 'done', { ...decided, products, ...(duplicates && { duplicates }) }));
      failpoint('before-match-commit');
    },
  });
  failpoint('after-match-commit');
  const { auto, suggest, review, new: isNew, hold, noise } = counts;
  tell('done', auto + suggest + review + isNew + hold + noise);
}
