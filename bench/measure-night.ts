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
  const watch = ({ stage, state }: StepProgress) => {
    if (stage === 'match' && state === 'running') atMatch ??= processorTime(hub);
  };
  hub.progress.on('step', watch);
  const report = await hub.runNightly({ businessDate });
  hub.progress.off('step', watch);
  const allSeconds = (performance.now() - startedAt) / 1000;
  const { rows } = await hub.database.raw(
    `select coalesce(extract(epoch from max(ended_at) - min(started_at)), 0)::float as seconds from ledger.stage_exec where run_id = :runId and stage = 'match'`,
    { runId: report.runId },
  );
  const after = (await (atMatch as Promise<ProcessorTime> | null)) ?? (await processorTime(hub));
  const matchSeconds = rows[0].seconds as number;
  return {
    report,
    seconds: round(allSeconds - matchSeconds),
    matchSeconds: round(matchSeconds),
    allSeconds: round(allSeconds),
    processorSeconds: spent(before, after),
  };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
