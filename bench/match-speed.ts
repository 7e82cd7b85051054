import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawName, Terminal } from '../src/journey/match/terminal.js';
import { syntheticSet } from './match-synthetic.js';

interface Rate {
  readonly names: number;
  readonly perSecond: number;
  /** By processor seconds of all threads together: what load from others does not touch. Times the cores it is the rate of an idle machine. */
  readonly perProcessorSecond: number;
}

export interface SpeedFigures {
  readonly terminals: number;
  readonly workers: number;
  /** Reading a tab-separated master included. */
  readonly index: { readonly seconds: number; readonly processorSeconds: number };
  readonly fuzzy: Rate;
  /** Four in five are a terminal's own name. */
  readonly blend: Rate;
  readonly rssAfterIndexMb: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** Speed and memory of a matching process at so many terminals, for each number of workers. */
export function measureSpeed(terminals: number, workers: readonly number[], queries: number): SpeedFigures[] {
  const folder = mkdtempSync(join(tmpdir(), 'huiliu-speed-'));
  try {
    const { master, names } = writeInputs(folder, terminals, queries);
    return workers.map((count) => {
      const printed = execFileSync(process.execPath, [join(import.meta.dirname, 'match-speed-child.js'), master, names, String(count)], {
        encoding: 'utf8',
        maxBuffer: 1 << 20,
      });
      return JSON.parse(printed) as SpeedFigures;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeInputs(folder: string, count: number, queries: number): { master: string; names: string } {
  const set = syntheticSet(count, queries, 3);
  const master = join(folder, 'master.tsv');
  const file = openSync(master, 'w');
  for (let at = 0; at < set.terminals.length; at += 10_000)
    writeSync(
      file,
      set.terminals
        .slice(at, at + 10_000)
        .map(lineOf)
        .join(''),
    );
  closeSync(file);
  const every = Math.ceil(set.terminals.length / (queries * 1.4));
  const known = set.terminals
    .filter((_, i) => i % every === 0)
    .map(({ name, province, city, county }, i) => ({ key: `k${i}`, name, province, city, county }) as RawName);
  const names = join(folder, 'names.json');
  writeFileSync(names, JSON.stringify({ known, others: set.queries.map(({ raw }) => raw) }));
  return { master, names };
}

function lineOf({ id, name, province, city, county, address, level }: Terminal): string {
  return `${[id, name, province, city, county, address, level].join('\t')}\n`;
}

export function printSpeed(list: readonly SpeedFigures[]): string {
  const head = '  terminals  workers  index s (cpu s)   fuzzy/s (per cpu s)   blended/s (per cpu s)   RSS MB (after index, peak)';
  const lines = list.map(({ terminals, workers, index, fuzzy, blend, rssMb, rssAfterIndexMb, peakRssMb }) =>
    [
      String(terminals).padStart(11),
      String(workers).padStart(7),
      `${index.seconds.toFixed(1)} (${index.processorSeconds.toFixed(1)})`.padStart(15),
      `${fuzzy.perSecond} (${fuzzy.perProcessorSecond})`.padStart(20),
      `${blend.perSecond} (${blend.perProcessorSecond})`.padStart(22),
      `${rssMb} (${rssAfterIndexMb}, ${peakRssMb})`.padStart(27),
    ].join('  '),
  );
  return [head, ...lines].join('\n');
}
