import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openMatchPool } from '../src/journey/match/pool/match-pool.js';
import type { RawName, Terminal } from '../src/journey/match/terminal.js';
import type { SpeedFigures } from './match-speed.js';

/**
 * A process that does nothing but match, so that its memory is what matching takes: `master.tsv names.json workers`. Names a
 * second by wall clock and by processor seconds of all its threads, after a warm-up.
 */
const [masterFile = '', namesFile = '', workers = '1'] = process.argv.slice(2);
const megabytes = (bytes: number) => Math.round(bytes / 1e6);
const processorSeconds = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

async function* readMaster(): AsyncGenerator<Terminal> {
  for await (const line of createInterface({ input: createReadStream(masterFile) })) {
    const [id = '', name = '', province = '', city = '', county = '', address = '', level = ''] = line.split('\t');
    yield { id, name, province, city, county, address, level };
  }
}

const started = performance.now();
const before = process.cpuUsage();
const pool = await openMatchPool(readMaster(), { workers: Number(workers) });
const index = { seconds: (performance.now() - started) / 1000, processorSeconds: processorSeconds(before) };
const rssAfterIndexMb = megabytes(process.memoryUsage().rss);

const { known, others } = JSON.parse(readFileSync(namesFile, 'utf8')) as { known: RawName[]; others: RawName[] };
const answers = await pool.matchBatch(others);
const fuzzy = others.filter((_, i) => answers[i]!.candidates.length > 1);
const blend = [...known.slice(0, Math.round(fuzzy.length * 3.76)), ...fuzzy];
await pool.matchBatch(known.slice(0, 2000));

async function rate(names: readonly RawName[]) {
  const from = performance.now();
  const cpu = process.cpuUsage();
  await pool.matchBatch(names);
  const seconds = (performance.now() - from) / 1000;
  return {
    names: names.length,
    perSecond: Math.round(names.length / seconds),
    perProcessorSecond: Math.round(names.length / processorSeconds(cpu)),
  };
}

const figures: SpeedFigures = {
  terminals: pool.terminals,
  workers: Number(workers),
  index,
  fuzzy: await rate(fuzzy),
  blend: await rate(blend),
  rssAfterIndexMb,
  rssMb: megabytes(process.memoryUsage().rss),
  peakRssMb: Math.round(process.resourceUsage().maxRSS / 1000),
};
await pool.close();
process.stdout.write(JSON.stringify(figures));
