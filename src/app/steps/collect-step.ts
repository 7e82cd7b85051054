import { createAgentInbox } from '../../db/agents/agent-inbox.js';
import { createBookmark } from '../../db/bookmark-store.js';
import { listSighted, recordLanding } from '../../db/delivery-store.js';
import { createObservationStore, recordOutcomes } from '../../db/observation-store.js';
import { findSource, type Source } from '../../db/source-store.js';
import { type Claim, finishStage, inFencedTransaction } from '../../db/stage-store.js';
import { acknowledge, type Collection, type CollectSource, collectSource } from '../../journey/collect/collect-source.js';
import type { SourceIo } from '../../journey/collect/connector.js';
import { failpoint } from '../../model/failpoint.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { logicVersionOf } from '../logic-version.js';
import { relandOrphans } from '../reland-orphans.js';
import { resolveSecret } from '../resolve-secret.js';
import { createSourceMemory } from '../source-memory.js';
import type { StepTools } from './step-tools.js';
import { withDeadline } from './with-deadline.js';

/** How long a connector that was told to stop may take to do so. */
const graceMs = 5000;

/** Collects one source: what is new there is landed and gets its load step. A fault of the source fails the step, after what came before it is safe. */
export async function collectStep(tools: StepTools, claim: Claim, signal: AbortSignal): Promise<void> {
  const source = (await findSource(tools.database, { id: claim.sourceId! }))!;
  const minutes = typeof source.expects['timeout_minutes'] === 'number' ? source.expects['timeout_minutes'] : tools.collectMinutes;
  const told = new HubError('transient', message('hub.collect-timeout', { source: source.code, minutes }));
  await withDeadline({ ms: minutes * 60_000, graceMs, signal, late: told }, (until) => collect(tools, claim, source, until));
}

async function collect(tools: StepTools, claim: Claim, source: Source, signal: AbortSignal): Promise<void> {
  const { database, connectors, landing } = tools;
  const connector = connectors.get(source.connector);
  if (!connector) {
    const known = [...connectors.keys()].join(', ');
    throw new HubError('config', message('hub.unknown-connector', { source: source.code, connector: source.connector, known }));
  }
  tools.tell({ source: source.code, stage: 'collect', state: 'running', name: '', rows: 0 });
  const relanded = await relandOrphans(tools, source, claim.runId);
  if (relanded > 0) tools.ring();
  const settings = connector.settings.parse(source.settings);
  const collection = await collectSource({
    connector,
    settings,
    io: sourceIo(tools, source, signal),
    observations: createObservationStore(database, source.id),
    landing,
    onLanded: async (observed, { sha256, byteCount }) => {
      const { name, locator, about, sentAt } = observed;
      const at = new Date().toISOString();
      await landing.note(source.code, { sha256, byteCount, locator, name, sentAt: sentAt?.toISOString() ?? null, at, about });
      failpoint('after-land-before-ledger');
      const logicVersion = logicVersionOf(source, tools);
      const landed = { runId: claim.runId, source, locator, name, sentAt, about, sha256, byteCount, logicVersion };
      await recordLanding(database, landed);
      failpoint('after-ledger-before-observation');
      tools.ring();
    },
  });
  failpoint('before-outcomes');
  await recordOutcomes(database, source.id, outcomesOf(collection));
  if (collection.fault) throw collection.fault;
  failpoint('before-ack');
  const unacknowledged = await acknowledgeSafe({ connector, settings, io: sourceIo(tools, source, signal) }, collection);
  const counts = countsOf(collection, await listSighted(database, source.id, claim.runId));
  failpoint('before-collect-done');
  await inFencedTransaction(database, claim, {}, (client) => finishStage(client, claim, 'done', { ...counts, unacknowledged }));
  failpoint('after-collect-done');
  tools.tell({ source: source.code, stage: 'collect', state: 'done', name: '', rows: 0 });
}

// Moving, deleting or flagging at the source comes last: only what is on our disk and in the ledger (I8). One that fails is tried
// again next time, as the object is then still listed.
async function acknowledgeSafe(
  at: Pick<CollectSource<unknown>, 'connector' | 'settings' | 'io'>,
  { objects }: Collection,
): Promise<number> {
  const safe = objects.filter(({ disposition }) => disposition !== 'waiting' && disposition !== 'failed');
  if (!at.connector.ack || safe.length === 0) return 0;
  const answers = await acknowledge(
    at,
    safe.map(({ observed }) => observed),
  );
  return answers.filter(({ fault }) => fault !== null).length;
}

/** What a connector may touch, for one collection of one source. */
export function sourceIo(
  { secrets, database }: Pick<StepTools, 'secrets' | 'database'>,
  source: Pick<Source, 'code' | 'id'>,
  signal: AbortSignal,
): SourceIo {
  const secret = (reference: string) => resolveSecret(reference, secrets);
  const inbox = createAgentInbox(database, source.id);
  return {
    source: source.code,
    secret,
    now: () => new Date(),
    signal,
    session: new Map(),
    inbox,
    memory: createSourceMemory(database, secrets, source),
    bookmark: createBookmark(database, source.id),
  };
}

function outcomesOf({ objects }: Collection) {
  return objects.map(({ observed, disposition, why }) => ({
    locator: observed.locator,
    state: disposition === 'waiting' || disposition === 'failed' ? disposition : ('landed' as const),
    told: why,
  }));
}

// What an interrupted attempt of this run landed counts as landed, whether it is found again or was already moved away over there.
function countsOf({ objects }: Collection, sighted: ReadonlySet<string>) {
  const those = (...dispositions: string[]) =>
    objects.filter((object) => dispositions.includes(object.disposition)).map(({ observed }) => observed.locator);
  return {
    listed: new Set([...objects.map(({ observed }) => observed.locator), ...sighted]).size,
    landed: new Set([...those('landed'), ...sighted]).size,
    same: those('same', 'known').filter((locator) => !sighted.has(locator)).length,
    waiting: those('waiting').length,
    failed: those('failed').length,
  };
}
