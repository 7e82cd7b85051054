import { fork } from 'node:child_process';
import { join } from 'node:path';
import { contentDigest } from '../src/db/content-digest.js';
import { openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { peakRssMb } from './load.js';
import { measureNight, round } from './measure-night.js';

const day = '2026-11-01';

/**
 * The load of `load` (1,000,000 rows), its hub killed with SIGKILL when half of the files are in; how long the next hub needs to the end,
 * against one undisturbed night. What is in the database must be equal in both (I7).
 */
export async function benchRecover({ scale, say }: BenchOptions): Promise<BenchResult> {
  const shape = { senders: 100, filesPerSender: 1, rowsPerFile: Math.round(10_000 * scale) };
  const control = await openBenchHub('load', shape);
  const undisturbed = await measureNight(control.hub, day);
  const expected = await contentDigest(control.hub.database);
  await control.close();
  say(`undisturbed: ${undisturbed.seconds} s`);

  const bench = await openBenchHub('load', shape);
  try {
    await killedNight({ ...bench.environment, DATABASE_URL: bench.hub.databaseUrl });
    const { rows } = await bench.hub.database.raw('select count(distinct part_id)::int as parts, count(*)::int as lines from flow.line');
    say(`killed with ${rows[0].parts} of ${shape.senders} files in`);
    const again = await measureNight(bench.hub, day);
    const found = await contentDigest(bench.hub.database);
    return {
      bench: 'recover',
      ratio: round(again.seconds / undisturbed.seconds),
      rowsPerSecond: Math.round(again.report.totals.decoded / again.seconds),
      peakRssMb: peakRssMb(bench),
      seconds: again.seconds,
      undisturbedSeconds: undisturbed.seconds,
      filesInWhenKilled: rows[0].parts,
      isEqual: found.facts === expected.facts && found.quarantine === expected.quarantine && found.links === expected.links,
      resumed: again.report.resumed,
      state: again.report.state,
    };
  } finally {
    await bench.close();
  }

  function killedNight(env: NodeJS.ProcessEnv): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = fork(join(import.meta.dirname, 'night-process.js'), [day], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      let loaded = 0;
      child.on('message', () => {
        loaded += 1;
        if (loaded === shape.senders / 2) child.kill('SIGKILL');
      });
      child.once('error', reject);
      child.once('exit', (_, signal) =>
        signal === 'SIGKILL' ? resolve() : reject(new Error('the night ended before it could be killed')),
      );
    });
  }
}
