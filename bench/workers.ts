import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFake } from '../connectors/ftp/fake.js';
import { startTcpProxy } from '../scripts/fault-suite/tcp-proxy.js';
import { startHubProcess } from '../scripts/worker-night/hub-process.js';
import { startRedis } from '../scripts/worker-night/redis-server.js';
import { contentDigest } from '../src/db/content-digest.js';
import { openBenchHub } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { round } from './measure-night.js';

const day = '2026-11-21';
/** Between an answer of the server and its arrival: a distributor at the other end of the country, behind a slow line. */
const latencyMs = 100;

/**
 * A night that waits for its senders: 160 FTP sources with two small files each, every answer of the server 100 ms late. One `huiliu worker`
 * against two, on a real PostgreSQL and a real Redis, each with the collections at a time it has by default. What they know must be equal.
 */
export async function benchWorkers({ scale, say }: BenchOptions): Promise<BenchResult> {
  const sources = Math.max(32, Math.round(160 * scale));
  const one = await night(1);
  say(`one worker: ${one.seconds} s`);
  const two = await night(2);
  say(`two workers: ${two.seconds} s`);
  return {
    bench: 'workers',
    ratio: round(two.seconds / one.seconds),
    oneAgainstTwo: round(one.seconds / two.seconds),
    rowsPerSecond: Math.round(two.rows / two.seconds),
    peakRssMb: Math.max(one.rss, two.rss),
    seconds: two.seconds,
    oneWorkerSeconds: one.seconds,
    sources,
    latencyMs,
    isEqual: JSON.stringify(one.digest) === JSON.stringify(two.digest),
    states: [one.state, two.state],
  };

  async function night(workers: number) {
    const bench = await openBenchHub('small', { senders: sources, filesPerSender: 2, rowsPerFile: 20 });
    const server = await startFake({ root: join(bench.folder, 'files') });
    const proxy = await startTcpProxy(server.port!, { ftp: true, latencyMs });
    const redis = await startRedis();
    const { database } = bench.hub;
    await database.raw(
      `update ledger.source set connector = 'ftp', settings = :settings::jsonb || jsonb_build_object('folder', '/' || code) where code ~ '^b[0-9]+$'`,
      { settings: JSON.stringify({ ...server.settings, port: proxy.port, stable_seconds: 0 }) },
    );
    const environment = {
      ...{ ...bench.environment, DATABASE_URL: bench.hub.databaseUrl, REDIS_URL: redis.url, HUILIU_LOG: 'warn', HUILIU_CHILDREN: '1' },
      // All senders of this bench are one host; those of a real night are not.
      ...{ HUILIU_PER_HOST: '100', FTP_FAKE_PASSWORD: Object.values(server.secrets)[0]! },
    };
    const processes = await Promise.all(Array.from({ length: workers }, () => startHubProcess(['worker'], environment)));
    try {
      await sleep(1_000);
      const sourceIds = await database('ledger.source').where({ connector: 'ftp' }).pluck('id');
      const startedAt = performance.now();
      const { id } = await bench.hub.startRun({ kind: 'nightly', businessDate: day, sourceIds });
      let state = 'running';
      while (state === 'running') {
        await sleep(50);
        state = (await database('ledger.run').where({ id }).first('state')).state;
      }
      const seconds = round((performance.now() - startedAt) / 1_000);
      const { rows } = await database.raw<{ rows: { rows: number }[] }>('select coalesce(sum(decoded), 0)::int as rows from ledger.part');
      return {
        seconds,
        state,
        rows: rows[0]!.rows,
        digest: await contentDigest(database),
        rss: processes.reduce((most, { pid }) => Math.max(most, peakRssOf(pid)), 0),
      };
    } finally {
      for (const one of processes) await one.end('SIGTERM');
      await proxy.stop();
      await server.stop();
      await redis.stop();
      await bench.close();
    }
  }
}

function peakRssOf(pid: number): number {
  const said = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(said?.[1] ?? 0) / 1024);
}
