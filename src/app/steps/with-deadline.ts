export interface Deadline {
  readonly ms: number;
  /** How long work that was told to stop may take to do so. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** What is thrown when it was too late. */
  readonly late: Error;
}

/** Ends within `ms` and the grace, also when `work` does not hear the signal: what hangs is left behind, it can commit nothing later. */
export async function withDeadline({ ms, graceMs, signal, late }: Deadline, work: (until: AbortSignal) => Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms);
  let grace: NodeJS.Timeout | undefined;
  const deaf = new Promise<never>((_, reject) => {
    const giveUp = () => {
      grace = setTimeout(() => reject(late), graceMs);
    };
    over.signal.addEventListener('abort', giveUp, { once: true });
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    await Promise.race([work(AbortSignal.any([signal, over.signal])), deaf]);
  } catch (error) {
    throw over.signal.aborted && !signal.aborted ? late : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
}
