import { openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { peakRssMb } from './load.js';
import { measureNight, round } from './measure-night.js';

/** A night of 1,500 sources with 7 files of 20 rows each, against one of a tenth of the sources: what a source costs has to stay flat. */
export async function benchSources({ scale, say }: BenchOptions): Promise<BenchResult> {
  const many = Math.max(10, Math.round(1_500 * scale));
  const few = await night(Math.round(many / 10));
  say(`${few.sources} sources: ${few.seconds} s`);
  const all = await night(many);
  const perSource = (of: typeof few, seconds: number) => round((seconds * 1000) / of.sources);
  return {
    bench: 'sources',
    ratio: round(perSource(all, all.seconds) / perSource(few, few.seconds)),
    rowsPerSecond: Math.round(all.report.totals.decoded / all.seconds),
    peakRssMb: all.rss,
    seconds: all.seconds,
    sources: all.sources,
    files: all.report.totals.deliveries,
    millisecondsPerSource: { few: perSource(few, few.seconds), many: perSource(all, all.seconds) },
    processorRatio: round(perSource(all, all.processorSeconds.all) / perSource(few, few.processorSeconds.all)),
    processorSeconds: all.processorSeconds,
    matchSeconds: all.matchSeconds,
    state: all.report.state,
  };

  async function night(sources: number) {
    const bench = await openBenchHub('small', { senders: sources, filesPerSender: 7, rowsPerFile: 20 });
    try {
      return { sources, ...(await measureNight(bench.hub, '2026-11-21')), rss: peakRssMb(bench) };
    } finally {
      await bench.close();
    }
  }
}
