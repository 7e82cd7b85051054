import { openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { peakRssMb, shareOfSteps, warmUp } from './load.js';
import { measureNight, round } from './measure-night.js';

/**
 * 1,000 files of 500 rows (70 % csv, 25 % xlsx, 5 % xls) of 100 senders. What a file costs beyond its rows comes from a second
 * night of the same files with 20 rows each: both have the same files, so the difference is what rows cost.
 */
export async function benchSmall({ scale, say }: BenchOptions): Promise<BenchResult> {
  const senders = Math.max(1, Math.round(100 * scale));
  const few = await night(20);
  say(`${senders * 10} files of 20 rows: ${few.seconds} s`);
  const many = await night(500);
  const files = many.report.totals.deliveries;
  const secondsPerRow = (many.seconds - few.seconds) / (files * 480);
  const processorPerRow = (many.processorSeconds.all - few.processorSeconds.all) / (files * 480);
  return {
    bench: 'small',
    ratio: null,
    rowsPerSecond: Math.round(many.report.totals.decoded / many.seconds),
    peakRssMb: many.peakRssMb,
    seconds: many.seconds,
    matchSeconds: many.matchSeconds,
    files,
    millisecondsPerFile: round((many.seconds * 1000) / files),
    millisecondsPerFileBeyondRows: round(((few.seconds - secondsPerRow * files * 20) * 1000) / files),
    processorMillisecondsPerFileBeyondRows: round(((few.processorSeconds.all - processorPerRow * files * 20) * 1000) / files),
    processorSeconds: many.processorSeconds,
    state: many.report.state,
    rows: many.report.totals,
    shareOfSteps: many.share,
  };

  async function night(rowsPerFile: number) {
    const bench = await openBenchHub('small', { senders, filesPerSender: 10, rowsPerFile });
    try {
      await warmUp(bench);
      const measured = await measureNight(bench.hub, '2026-11-21');
      return { ...measured, peakRssMb: peakRssMb(bench), share: await shareOfSteps(bench) };
    } finally {
      await bench.close();
    }
  }
}
