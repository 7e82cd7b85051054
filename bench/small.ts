import { openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { peakRssMb, round, shareOfSteps } from './load.js';

/** 1,000 files of 500 rows (70 % csv, 25 % xlsx, 5 % xls) of 100 senders: what a file costs beyond its rows. */
export async function benchSmall({ scale, say }: BenchOptions): Promise<BenchResult> {
  const senders = Math.round(100 * scale);
  const bench = await openBenchHub('small', { senders, filesPerSender: 10, rowsPerFile: 500 });
  try {
    say(`${senders * 10} files of 500 rows are ready`);
    const startedAt = performance.now();
    const report = await bench.hub.runNightly({ businessDate: '2026-11-21' });
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      bench: 'small',
      ratio: null,
      rowsPerSecond: Math.round(report.totals.decoded / seconds),
      peakRssMb: peakRssMb(bench),
      seconds: round(seconds),
      files: report.totals.deliveries,
      millisecondsPerFile: round((seconds * 1000) / report.totals.deliveries),
      state: report.state,
      rows: report.totals,
      shareOfSteps: await shareOfSteps(bench),
    };
  } finally {
    await bench.close();
  }
}
