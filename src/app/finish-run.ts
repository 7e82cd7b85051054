import { refreshFigures } from '../db/figures/refresh-figures.js';
import { readRunReport } from '../db/run-report.js';
import { closeEndedRuns } from '../db/run-store.js';
import { failpoint } from '../model/failpoint.js';
import type { RunReport } from '../model/run-report.js';
import { runSteps } from './run-steps.js';
import type { StepTools } from './steps/step-tools.js';

/** The end of every run, whatever it began with: works off its steps, closes it, refreshes the monthly figures and reads its balance sheet. */
export async function finishRun(
  tools: StepTools,
  owner: string,
  run: { readonly id: string; readonly resumed: boolean; readonly signal: AbortSignal },
): Promise<RunReport> {
  const { database } = tools;
  await runSteps(tools, owner, { runId: run.id, signal: run.signal });
  failpoint('before-run-close');
  await closeEndedRuns(database);
  failpoint('after-run-close');
  await refreshFigures(database);
  return { ...(await readRunReport(database, run.id)), resumed: run.resumed };
}
