import { isAway } from '../db/is-away.js';
import { countOpenStages } from '../db/run-store.js';
import { type Claim, claimStage, failStage, postponeStage, renewLease, type Stage } from '../db/stage-store.js';
import { createEmbeddedDriver } from '../jobs/embedded-driver.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { collectStep } from './steps/collect-step.js';
import { loadStep } from './steps/load-step.js';
import { matchStep } from './steps/match-step.js';
import type { StepTools } from './steps/step-tools.js';

/** Works on the steps of one run with the embedded driver until none is left. Stops early, leaving the rest to the next start, when told to. */
export async function runSteps(
  tools: StepTools,
  owner: string,
  options: { runId: string; loads: number; signal: AbortSignal },
): Promise<void> {
  const { database } = tools;
  const driver = createEmbeddedDriver<Claim>(
    { collect: 8, load: options.loads, match: 1 },
    {
      claim: (lane) => claimStage(database, owner, [lane as Stage], options.runId),
      renew: (claim) => renewLease(database, claim),
      handle: (claim, signal) => handlers[claim.stage]({ ...tools, ring: driverRing }, claim, signal),
      fail: (claim, error) => recordFault(tools, claim, error),
      isAway,
    },
  );
  function driverRing(): void {
    driver.ring();
  }
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

const handlers: Record<Stage, (tools: StepTools, claim: Claim, signal: AbortSignal) => Promise<void>> = {
  collect: collectStep,
  load: loadStep,
  match: matchStep,
};

async function recordFault(tools: StepTools, claim: Claim, error: unknown): Promise<void> {
  if (isAway(error)) return postponeStage(tools.database, claim);
  const fault =
    error instanceof HubError
      ? error
      : new HubError(
          'transient',
          message('hub.unexpected', { where: claim.stage, cause: error instanceof Error ? error.message : String(error) }),
        );
  const again = fault.recovery === 'retry' || fault.told.code === 'hub.child-died';
  await failStage(tools.database, claim, { errorClass: fault.errorClass, told: fault.told, again });
}
