import { setTimeout as sleep } from 'node:timers/promises';

/** Called once per row; waits so that there are never more than `perSecond` over any longer time. */
export function createThrottle(perSecond: number, signal: AbortSignal): () => Promise<void> {
  const from = performance.now();
  let count = 0;
  return async () => {
    count += 1;
    if (count % Math.min(200, perSecond) !== 0) return;
    const early = (count / perSecond) * 1000 - (performance.now() - from);
    if (early > 5) await sleep(early, undefined, { signal });
  };
}
