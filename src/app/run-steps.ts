import { countOpenStages } from '../db/run-store.js';
import { createEmbeddedDriver } from '../jobs/embedded-driver.js';
import type { StepTools } from './steps/step-tools.js';
import { stepsOf } from './steps-of.js';

/** Works on the steps of one run with the embedded driver until none is left. Stops early, leaving the rest to the next start, when told to. */
export async function runSteps(tools: StepTools, owner: string, options: { runId: string; signal: AbortSignal }): Promise<void> {
  const { database } = tools;
  const { limits, lanes } = tools;
  const ring = () => driver.ring();
  const steps = stepsOf({ ...tools, ring }, { owner, limits, runId: options.runId });
  const driver = createEmbeddedDriver(lanes, steps);
  const stop = () => void driver.stop();
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    if (options.signal.aborted) await driver.stop();
    await driver.drain(async () => (await countOpenStages(database, options.runId)) === 0);
  } finally {
    options.signal.removeEventListener('abort', stop);
  }
  options.signal.throwIfAborted();
}
