import { listSighted, recordLanding } from '../../db/delivery-store.js';
import { createObservationStore, recordOutcomes } from '../../db/observation-store.js';
import { findSource, type Source } from '../../db/source-store.js';
import { type Claim, finishStage, holdFence } from '../../db/stage-store.js';
import { inTransaction } from '../../db/with-client.js';
import { type Collection, collectSource } from '../../journey/collect/collect-source.js';
import type { SourceIo } from '../../journey/collect/connector.js';
import { failpoint } from '../../model/failpoint.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { logicVersionOf } from '../logic-version.js';
import { resolveSecret } from '../resolve-secret.js';
import type { StepTools } from './step-tools.js';

/** Collects one source: what is new there is landed and gets its load step. A fault of the source fails the step, after what came before it is safe. */
export async function collectStep(tools: StepTools, claim: Claim, signal: AbortSignal): Promise<void> {
  const { database, connectors, landing } = tools;
  const source = (await findSource(database, { id: claim.sourceId! }))!;
  const connector = connectors.get(source.connector);
  if (!connector) {
    const known = [...connectors.keys()].join(', ');
    throw new HubError('config', message('hub.unknown-connector', { source: source.code, connector: source.connector, known }));
  }
  tools.tell({ source: source.code, stage: 'collect', state: 'running', name: '', rows: 0 });
  const collection = await collectSource({
    connector,
    settings: connector.settings.parse(source.settings),
    io: sourceIo(source, signal),
    observations: createObservationStore(database, source.id),
    landing,
    onLanded: async (observed, { sha256, byteCount }) => {
      failpoint('after-land-before-ledger');
      const logicVersion = logicVersionOf(source, tools);
      const { name, locator, about } = observed;
      const sentAt = observed.sentAt ?? new Date();
      const landed = { runId: claim.runId, source, locator, name, sentAt, about, sha256, byteCount, logicVersion };
      await recordLanding(database, landed);
      failpoint('after-ledger-before-observation');
      tools.ring();
    },
  });
  await recordOutcomes(database, source.id, outcomesOf(collection));
  if (collection.fault) throw collection.fault;
  const counts = countsOf(collection, await listSighted(database, source.id, claim.runId));
  failpoint('before-collect-done');
  await inTransaction(database, async (client) => {
    await holdFence(client, claim);
    await finishStage(client, claim, 'done', counts);
  });
  tools.tell({ source: source.code, stage: 'collect', state: 'done', name: '', rows: 0 });
}

/** What a connector may touch, for one collection of one source. */
export function sourceIo(source: Pick<Source, 'code'>, signal: AbortSignal): SourceIo {
  return { source: source.code, secret: resolveSecret, now: () => new Date(), signal, session: new Map() };
}

function outcomesOf({ objects }: Collection) {
  return objects.map(({ observed, disposition, why }) => ({
    locator: observed.locator,
    state: disposition === 'waiting' || disposition === 'failed' ? disposition : ('landed' as const),
    told: why,
  }));
}

// What an interrupted attempt of this run landed is found again as `same`; it counts as landed all the same.
function countsOf({ objects }: Collection, sighted: ReadonlySet<string>) {
  const count = (...dispositions: string[]) => objects.filter((object) => dispositions.includes(object.disposition)).length;
  const again = objects.filter(({ disposition, observed }) => /^(same|known)$/.test(disposition) && sighted.has(observed.locator)).length;
  return {
    listed: objects.length,
    landed: count('landed') + again,
    same: count('same', 'known') - again,
    waiting: count('waiting'),
    failed: count('failed'),
  };
}
