import type { Database } from '../src/db/database.js';
import { ensurePartitions } from '../src/db/ensure-partitions.js';
import { openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { peakRssMb } from './load.js';
import { type MeasuredNight, measureNight, round } from './measure-night.js';

/**
 * The same night (100 senders, 5 files of 200 rows) after one earlier night and after 10 and 100 of them: deliveries, sightings, parts,
 * generations, steps and lines of the same senders, each with days, bytes and ids of its own. The names are known in all three.
 */
export async function benchHistory({ scale, say }: BenchOptions): Promise<BenchResult> {
  const shape = { senders: Math.max(1, Math.round(100 * scale)), filesPerSender: 5, rowsPerFile: 200 };
  const nights: Record<number, MeasuredNight & { rss: number }> = {};
  for (const times of [1, 10, 100]) {
    const bench = await openBenchHub('small', shape);
    try {
      await bench.hub.runNightly({ businessDate: '2026-11-10' });
      await multiply(bench.hub.database, times);
      await bench.hub.database.raw('vacuum analyze');
      await bench.hub.database.raw('checkpoint');
      bench.writeMore();
      nights[times] = { ...(await measureNight(bench.hub, '2026-11-21')), rss: peakRssMb(bench) };
      const { rows } = await bench.hub.database.raw('select count(*)::int as lines from flow.line');
      say(
        `${times}x: ${nights[times].seconds} s, ${nights[times].processorSeconds.all} s of processor time; ${rows[0].lines} lines in the end`,
      );
    } finally {
      await bench.close();
    }
  }
  const [one, ten, hundred] = [nights[1]!, nights[10]!, nights[100]!];
  return {
    bench: 'history',
    ratio: round(hundred.seconds / one.seconds),
    rowsPerSecond: Math.round(hundred.report.totals.decoded / hundred.seconds),
    peakRssMb: hundred.rss,
    seconds: hundred.seconds,
    ratioOf10: round(ten.seconds / one.seconds),
    processorRatio: round(hundred.processorSeconds.all / one.processorSeconds.all),
    processorRatioOf10: round(ten.processorSeconds.all / one.processorSeconds.all),
    secondsOf1: one.seconds,
    matchSeconds: { one: one.matchSeconds, ten: ten.matchSeconds, hundred: hundred.matchSeconds },
    rows: hundred.report.totals,
  };
}

/** Puts the night that is there away again, `times` - 1 times, each 10 days before the last. */
async function multiply(database: Database, times: number): Promise<void> {
  if (times < 2) return;
  const { rows } = await database.raw(
    `select distinct (business_date - 10 * k)::text as day from ledger.generation, generate_series(1, :more::int) k`,
    { more: times - 1 },
  );
  await ensurePartitions(
    database,
    rows.map((row: { day: string }) => row.day),
  );
  const copies: readonly (readonly [table: string, columns: Readonly<Record<string, string>>])[] = [
    ['ledger.raw_object', { sha256: sha }],
    ['ledger.delivery', { id: far('id'), sha256: sha, sent_at: earlier('sent_at'), order_key: `k || '|' || t.order_key` }],
    ['ledger.sighting', { delivery_id: far('delivery_id'), locator: `t.locator || '.' || k` }],
    ['ledger.observation', { locator: `t.locator || '.' || k`, landed_sha256: sha.replace('t.sha256', 't.landed_sha256') }],
    [
      'ledger.stage_exec',
      {
        id: far('id'),
        object_key: `t.object_key || '.' || k`,
        input_digest: `t.input_digest || '.' || k`,
        delivery_id: far('delivery_id'),
      },
    ],
    ['ledger.part', { id: far('id'), delivery_id: far('delivery_id') }],
    [
      'ledger.generation',
      { id: far('id'), delivery_id: far('delivery_id'), business_date: days('business_date'), order_key: `k || '|' || t.order_key` },
    ],
    [
      'flow.line',
      {
        ...{ generation_id: far('generation_id'), part_id: far('part_id'), business_date: days('business_date') },
        ...{
          actual_month: `date_trunc('month', ${days('business_date')})`,
          counted_month: `date_trunc('month', ${days('business_date')})`,
        },
      },
    ],
  ];
  for (const [table, changed] of copies) {
    const found = await database.raw(
      `select attname as name, attidentity <> '' as generated from pg_attribute where attrelid = :table::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      { table },
    );
    const names = found.rows.map((row: { name: string }) => row.name);
    const values = names.map((name: string) => changed[name] ?? `t.${name}`);
    await database.raw(
      `insert into ${table} (${names.join(', ')}) overriding system value
       select ${values.join(', ')} from (select * from ${table}) t, generate_series(1, ${times - 1}) k`,
    );
  }
}

const far = (id: string) => `t.${id} + k * 1000000000::bigint`;
const days = (day: string) => `(t.${day} - 10 * k)::date`;
const earlier = (at: string) => `t.${at} - make_interval(days => 10 * k)`;
const sha = `encode(sha256(convert_to(t.sha256 || k, 'UTF8')), 'hex')`;
