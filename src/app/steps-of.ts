import { closeBreakers, countFailure } from '../db/breaker-store.js';
import { type ClaimLimits, claimStage } from '../db/claim-stage.js';
import { isAway } from '../db/is-away.js';
import { type Claim, failStage, giveBack, postponeStage, renewLease, type Stage } from '../db/stage-store.js';
import type { Steps } from '../jobs/embedded-driver.js';
import { diskFault } from '../model/disk-fault.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { withoutSecrets } from './known-secrets.js';
import { collectStep } from './steps/collect-step.js';
import { loadStep } from './steps/load-step.js';
import { matchStep } from './steps/match-step.js';
import type { StepTools } from './steps/step-tools.js';

/** What became of one attempt at a step. */
export interface StepEnd {
  readonly claim: Claim;
  readonly outcome: 'ended' | 'failed' | 'given-back';
  readonly seconds: number;
  readonly error?: unknown;
}

/** The steps of the ledger as a driver works on them: those of one run, or of all. */
export function stepsOf(
  tools: StepTools,
  options: { owner: string; limits: ClaimLimits; runId?: string; onEnd?: (end: StepEnd) => void },
): Steps<Claim> {
  const { database } = tools;
  const { owner, limits, runId } = options;
  const startedAt = new Map<string, number>();
  const mayFind = runId === undefined ? null : whatMayBeFound();
  let tidiedAt = 0;
  // Each step that ends makes every lane look; leases last much longer than this.
  const tidies = () => {
    const now = performance.now();
    if (now - tidiedAt < tidyMs) return false;
    tidiedAt = now;
    return true;
  };
  const end = (claim: Claim, outcome: StepEnd['outcome'], error?: unknown) => {
    const began = startedAt.get(claim.id) ?? performance.now();
    startedAt.delete(claim.id);
    mayFind?.ended(claim);
    options.onEnd?.({ claim, outcome, seconds: (performance.now() - began) / 1000, ...(error !== undefined && { error }) });
  };
  return {
    async claim(lane, id) {
      const stage = lane as Stage;
      if (!id && mayFind?.look(stage) === false) return null;
      const claim = await claimStage(database, {
        owner,
        stages: [stage],
        limits,
        tidies: tidies(),
        ...(runId && { runId }),
        ...(id && { id }),
      });
      if (claim) mayFind?.found(claim);
      else if (!id) mayFind?.nothing(stage);
      return claim;
    },
    renew: (claim) => renewLease(database, claim),
    isAway,
    async handle(claim, signal) {
      startedAt.set(claim.id, performance.now());
      await handlers[claim.stage](tools, claim, signal);
      if (claim.stage === 'collect') await closeBreakers(database, claim);
      end(claim, 'ended');
    },
    async fail(claim, error) {
      await recordFault(tools, claim, error);
      end(claim, 'failed', error);
    },
    async giveBack(claim) {
      await giveBack(database, claim);
      end(claim, 'given-back');
    },
  };
}

const tidyMs = 200;

const quietMs = 200;

/**
 * Each step that ends makes every lane look. Within one run a look for a collection that found nothing is not repeated at once, unless
 * a collection has ended since; and nothing is to be matched while we ourselves work on another step. With a thousand small files
 * these were two looks of three.
 */
function whatMayBeFound() {
  const held = new Set<string>();
  let emptyAt = Number.NEGATIVE_INFINITY;
  return {
    look(stage: Stage): boolean {
      if (stage === 'match') return held.size === 0;
      return stage !== 'collect' || performance.now() - emptyAt >= quietMs;
    },
    nothing(stage: Stage): void {
      if (stage === 'collect') emptyAt = performance.now();
    },
    found: ({ id }: Claim): void => void held.add(id),
    ended({ id, stage }: Claim): void {
      held.delete(id);
      if (stage === 'collect') emptyAt = Number.NEGATIVE_INFINITY;
    },
  };
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
      : (diskFault(error, claim.stage) ??
        new HubError(
          'transient',
          message('hub.unexpected', { where: claim.stage, cause: error instanceof Error ? error.message : String(error) }),
        ));
  const told = {
    ...fault.told,
    values: Object.fromEntries(
      Object.entries(fault.told.values).map(([place, value]) => [place, typeof value === 'string' ? withoutSecrets(value) : value]),
    ),
  };
  const again = fault.recovery === 'retry' || fault.told.code === 'hub.child-died';
  await failStage(tools.database, claim, { errorClass: fault.errorClass, told, again });
  if (claim.stage === 'collect' && fault.errorClass === 'transient') await countFailure(tools.database, claim, told);
}
