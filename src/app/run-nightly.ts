import { addLoadStage, listUnloaded } from '../db/delivery-store.js';
import { openRun } from '../db/run-store.js';
import { listSources, type Source } from '../db/source-store.js';
import { addStage } from '../db/stage-store.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { RunReport } from '../model/run-report.js';
import { finishRun } from './finish-run.js';
import { logicVersionOf } from './logic-version.js';
import type { StepTools } from './steps/step-tools.js';

/** One night: a collect step per source, the loads that follow from it, one match step. An interrupted run of the day is taken up again. */
export async function runNightly(
  tools: StepTools,
  owner: string,
  loads: number,
  options: { businessDate: string; sources?: readonly string[]; signal: AbortSignal },
): Promise<RunReport> {
  const { database } = tools;
  const all = await listSources(database);
  const unknown = options.sources?.find((code) => !all.some((source) => source.code === code));
  if (unknown) throw new HubError('config', message('hub.unknown-source', { source: unknown }));
  const sources = all.filter(({ code, enabled }) => (options.sources ? options.sources.includes(code) : enabled));

  const { id: runId, resumed } = await openRun(database, 'nightly', options.businessDate);
  for (const { id, sender } of sources) {
    await addStage(database, {
      runId,
      stage: 'collect',
      objectKey: `source:${id}`,
      inputDigest: `run:${runId}`,
      logicVersion: '1',
      sender,
      sourceId: id,
    });
  }
  await retryUnloaded(tools, options.sources ? sources : all, runId);
  return finishRun(tools, owner, { id: runId, resumed, loads, signal: options.signal });
}

// What an earlier run left landed (interrupted, or out of attempts) is loaded now without anyone's help (I7); what was held under
// older layouts or settings gets another try under those of today. Not left to the collection: the source may be away or switched off.
async function retryUnloaded(tools: StepTools, sources: readonly Source[], runId: string): Promise<void> {
  const sourceOf = new Map(sources.map((source) => [source.id, source]));
  for (const delivery of await listUnloaded(tools.database)) {
    const source = sourceOf.get(delivery.source_id);
    if (source) await addLoadStage(tools.database, { runId, delivery, logicVersion: logicVersionOf(source, tools, delivery.waived) });
  }
}
