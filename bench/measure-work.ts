import type { Hub } from '../src/app/hub.js';
import { round } from './measure-night.js';
import { processorTime, spent } from './processor-time.js';

/** What a piece of work costs: seconds of the clock, and of all processors that the hub, its children and its database used. */
export async function measureWork<Result>(
  hub: Hub,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly seconds: number; readonly processor: number }> {
  const before = await processorTime(hub);
  const start = performance.now();
  const result = await work();
  const seconds = round((performance.now() - start) / 1000);
  return { result, seconds, processor: spent(before, await processorTime(hub)).all };
}
