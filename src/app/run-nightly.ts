import { recordManualSlots } from '../db/slot-store.js';
import { listSources } from '../db/source-store.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import type { RunReport } from '../model/run-report.js';
import { finishRun } from './finish-run.js';
import { startRun } from './start-run.js';
import type { StepTools } from './steps/step-tools.js';

/** One night: a collect step per source, the loads that follow from it, one match step. An interrupted run of the day is taken up again. */
export async function runNightly(
  tools: StepTools,
  owner: string,
  options: { businessDate: string; sources?: readonly string[]; occasion?: string; signal: AbortSignal },
): Promise<RunReport> {
  const { database } = tools;
  const all = await listSources(database);
  const unknown = options.sources?.find((code) => !all.some((source) => source.code === code));
  if (unknown) throw new HubError('config', message('hub.unknown-source', { source: unknown }));
  const sourceIds = all.filter(({ code, enabled }) => options.sources?.includes(code) ?? enabled).map(({ id }) => id);
  const { businessDate, occasion } = options;
  const retry = options.sources ? sourceIds : 'all';
  const order = { kind: 'nightly', businessDate, sourceIds, retry, ...(occasion !== undefined && { occasion }) } as const;
  const run = await startRun(database, tools, order);
  await recordManualSlots(database, { id: run.id, businessDate: options.businessDate, sourceIds, by: owner });
  return finishRun(tools, owner, { ...run, signal: options.signal });
}
