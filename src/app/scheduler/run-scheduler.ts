import { setTimeout as sleep } from 'node:timers/promises';
import { type Look, lookOnce, type SchedulerTools } from './look-once.js';

export interface SchedulerOptions {
  readonly signal: AbortSignal;
  /** Time between two looks. Counted by this process, which decides nothing: what is due, the database's clock says. */
  readonly intervalMs?: number;
  /** What else is done after each look, in turn; a fault of one does not keep the others from their turn. */
  readonly duties?: readonly (() => Promise<void>)[];
  onLook?(look: Look): void;
  /** A look or duty that failed; the next one tries again. */
  onFault(error: unknown): void;
}

/**
 * Looks every 20 s what is due and starts it, until told to stop. Run it in as many processes as you like. A database that is away is a
 * fault that is told and tried again; slots that became due meanwhile are found by the next look.
 */
export async function runScheduler(tools: SchedulerTools, options: SchedulerOptions): Promise<void> {
  const { signal, intervalMs = 20_000, duties = [] } = options;
  while (!signal.aborted) {
    const turns = [() => lookOnce(tools).then((look) => options.onLook?.(look)), ...duties];
    for (const turn of turns) {
      if (signal.aborted) return;
      await turn().catch(options.onFault);
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
