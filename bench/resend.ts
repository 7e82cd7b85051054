import { openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { peakRssMb } from './load.js';
import { measureNight, round } from './measure-night.js';

/** 1,000,000 rows in 100 files that lie there unchanged on the next night: all is looked at, hashed and found known; nothing is loaded. */
export async function benchResend({ scale, say }: BenchOptions): Promise<BenchResult> {
  const bench = await openBenchHub('load', { senders: 100, filesPerSender: 1, rowsPerFile: Math.round(10_000 * scale) });
  try {
    const first = await measureNight(bench.hub, '2026-11-01');
    say(`first night: ${first.seconds} s`);
    const again = await measureNight(bench.hub, '2026-11-02');
    const { rows } = await bench.hub.database.raw(
      'select count(*)::int as loads from ledger.stage_exec where run_id = :runId and stage = :stage',
      {
        runId: again.report.runId,
        stage: 'load',
      },
    );
    return {
      bench: 'resend',
      ratio: round(again.seconds / first.seconds),
      rowsPerSecond: Math.round(first.report.totals.decoded / again.seconds),
      peakRssMb: peakRssMb(bench),
      seconds: again.seconds,
      allSeconds: again.allSeconds,
      firstSeconds: first.seconds,
      processorSeconds: again.processorSeconds,
      loads: rows[0].loads,
      state: again.report.state,
    };
  } finally {
    await bench.close();
  }
}
