import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { withClient } from '../src/db/with-client.js';
import { type BenchHub, openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { measureNight, round } from './measure-night.js';
import { processorTime, spent } from './processor-time.js';

/**
 * 1,000,000 sales rows of 18 columns in 100 GB18030 files through the whole journey, against `psql \copy` of the same clean
 * rows into the same partitioned, keyed table over one connection. The floor is measured twice, so that a noisy neighbour shows.
 * The journey is collecting, landing, decoding, mapping, validating and loading; what matching the new names takes is told apart.
 */
export async function benchLoad({ scale, say }: BenchOptions): Promise<BenchResult> {
  const rowsPerFile = Math.round(10_000 * scale);
  const bench = await openBenchHub('load', { senders: 100, filesPerSender: 1, rowsPerFile });
  try {
    say(`100 files of ${rowsPerFile} rows are ready`);
    await warmUp(bench);
    const night = await measureNight(bench.hub, '2026-11-01');
    const { report, seconds, processorSeconds } = night;
    say(
      `the journey: ${seconds} s and ${night.matchSeconds} s of matching, ${report.totals.loaded} rows loaded, ${report.totals.quarantined} quarantined, ${report.state}`,
    );
    const floors = await measureFloor(bench, 2);
    say(`psql \\copy: ${floors.seconds.map((one) => one.toFixed(1)).join(' s, ')} s (${floors.how})`);
    const floor = floors.seconds.reduce((sum, one) => sum + one, 0) / floors.seconds.length;
    return {
      bench: 'load',
      ratio: round(seconds / floor),
      rowsPerSecond: Math.round(report.totals.decoded / seconds),
      peakRssMb: peakRssMb(bench),
      largestProcessMb: largestProcessMb(bench),
      seconds,
      matchSeconds: night.matchSeconds,
      floorSeconds: floors.seconds.map(round),
      processorSeconds,
      floorProcessorSeconds: floors.processor,
      floorHow: floors.how,
      rows: report.totals,
      shareOfSteps: await shareOfSteps(bench),
    };
  } finally {
    await bench.close();
  }
}

// A server that has been at work has its log segments at hand; a minute-old one makes each of them first. Both sides are measured on
// the former: the journey after this, the floor after the journey.
export async function warmUp({ hub }: BenchHub): Promise<void> {
  await hub.database.raw(
    `create table public.warm_up as select n, md5(n::text) as a, md5((n + 1)::text) as b from generate_series(1, 4000000) n`,
  );
  await hub.database.raw('drop table public.warm_up');
  await hub.database.raw('checkpoint');
}

/** The same clean rows as COPY text, into an empty twin of the fact table with the same keys, indexes and partitions. */
async function measureFloor({ hub, folder }: BenchHub, times: number): Promise<{ seconds: number[]; processor: number[]; how: string }> {
  const file = join(folder, 'clean.copy');
  await withClient(hub.database, async (client) => {
    const source = client.query(copyTo('copy (select * from flow.line order by generation_id, part_id, row_no) to stdout'));
    await pipeline(source, createWriteStream(file));
  });
  const how = hasPsql() ? 'psql' : 'pg-copy-streams, psql is not installed';
  const seconds: number[] = [];
  const processor: number[] = [];
  for (let time = 0; time < times; time++) {
    await hub.database.raw(`
      drop schema if exists floor cascade; create schema floor;
      create table floor.line (like flow.line including all) partition by range (business_date);`);
    const { rows: partitions } = await hub.database.raw(
      `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'flow.line'::regclass`,
    );
    for (const { name, bound } of partitions) await hub.database.raw(`create table floor.${name} partition of floor.line ${bound}`);
    await hub.database.raw('checkpoint');
    const before = await processorTime(hub);
    const startedAt = performance.now();
    if (hasPsql()) execFileSync('psql', [hub.databaseUrl, '-q', '-v', 'ON_ERROR_STOP=1', '-c', `\\copy floor.line from '${file}'`]);
    else {
      await withClient(hub.database, (client) =>
        pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), client.query(copyFrom('copy floor.line from stdin'))),
      );
    }
    seconds.push((performance.now() - startedAt) / 1000);
    await sleep(300); // its backend ends a moment after psql
    // psql itself is waited for by node and counts nowhere: what it costs is on the clock of the floor, not in this.
    processor.push(spent(before, await processorTime(hub)).postgres);
  }
  return { seconds, processor, how };
}

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** Our own largest resident size plus that of every decoding child at its largest: an upper bound, as they need not coincide. */
export function peakRssMb({ hub }: BenchHub): number {
  const own = process.resourceUsage().maxRSS / 1024;
  return Math.round(own + (hub.settings.children * hub.peakChildRssBytes()) / 1024 / 1024);
}

/** The larger of the hub and its largest child. The hub here is this process, with what the benchmark itself holds. */
function largestProcessMb({ hub }: BenchHub): number {
  return Math.round(Math.max(process.resourceUsage().maxRSS / 1024, hub.peakChildRssBytes() / 1024 / 1024));
}

/** Where the time of the load steps went, in percent; decode, map and spool run in the children, load in Postgres. */
export async function shareOfSteps({ hub }: BenchHub): Promise<Record<string, number>> {
  const { rows } = await hub.database.raw(
    `select key as step, sum(value::numeric)::float as ms from ledger.stage_exec, jsonb_each_text(result->'spentMs') where stage = 'load' group by 1 order by 1`,
  );
  const all = rows.reduce((sum: number, row: { ms: number }) => sum + row.ms, 0);
  return Object.fromEntries(rows.map((row: { step: string; ms: number }) => [row.step, Math.round((100 * row.ms) / all)]));
}
