import type { Hub } from '../src/app/hub.js';
import type { StepProgress } from '../src/app/step-progress.js';
import type { RunReport } from '../src/model/run-report.js';
import { type ProcessorTime, processorTime, spent } from './processor-time.js';

/** A night and what it cost. `seconds` goes from its start to the end of the last collection or load; matching names comes after and is told apart. */
export interface MeasuredNight {
  readonly report: RunReport;
  readonly seconds: number;
  readonly matchSeconds: number;
  readonly allSeconds: number;
  /** Until matching began. */
  readonly processorSeconds: ProcessorTime & { readonly all: number };
}

export async function measureNight(hub: Hub, businessDate: string): Promise<MeasuredNight> {
  const before = await processorTime(hub);
  const startedAt = performance.now();
  let atMatch: Promise<ProcessorTime> | null = null;
  let loadedAt = 0;
  const watch = ({ stage, state }: StepProgress) => {
    if (stage !== 'match' || state !== 'running') return;
    loadedAt ||= performance.now();
    atMatch ??= processorTime(hub);
  };
  hub.progress.on('step', watch);
  const report = await hub.runNightly({ businessDate });
  hub.progress.off('step', watch);
  const endedAt = performance.now();
  loadedAt ||= endedAt;
  const after = (await (atMatch as Promise<ProcessorTime> | null)) ?? (await processorTime(hub));
  return {
    report,
    seconds: round((loadedAt - startedAt) / 1000),
    matchSeconds: round((endedAt - loadedAt) / 1000),
    allSeconds: round((endedAt - startedAt) / 1000),
    processorSeconds: spent(before, after),
  };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
