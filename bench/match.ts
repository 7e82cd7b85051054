import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { type Example, loadExamples, loadNearMisses, loadTerminals, withoutPlace } from '../scripts/train-lab.js';
import { readDataFile } from '../src/journey/match/data-file.js';
import { type Judged, type Measures, measure, printMeasures } from '../src/journey/match/files/measure.js';
import { createMatcher, type Matcher } from '../src/journey/match/matcher.js';
import { hashText } from '../src/journey/match/retrieve/hash-text.js';
import {
  type DenseName,
  denseFamilies,
  denseNames,
  sparseCount,
  sparseFamily,
  sparseName,
} from '../src/journey/match/score/feature-names.js';
import type { ModelFile } from '../src/journey/match/score/load-model.js';
import type { Terminal } from '../src/journey/match/terminal.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { type Baseline, exactBaseline, jaroWinklerBaseline, tfIdfBaseline } from './match-baselines.js';
import { printRace, race } from './match-race.js';
import { runSynthetic } from './match-run.js';
import { measureSpeed, printSpeed } from './match-speed.js';
import { matchTraps, trapHolds } from './match-traps.js';

/**
 * `npm run bench -- match [--scale 0.1 | --quick]`: accuracy on the part of the development pairs that training did not see, on the
 * synthetic national set (seed 2) and on the traps; baselines, ablations; a race against PostgreSQL's pg_trgm and others; throughput and
 * memory. The full run writes `bench/results/match.{md,json}` with commit, machine and command; a smaller one only prints.
 * The development data stays outside the repository; without it those tables say so.
 */
export async function benchMatch({ scale, say: print }: BenchOptions): Promise<BenchResult> {
  const started = performance.now();
  const fast = scale < 1;
  const quick = scale < 0.1;
  const out: string[] = [`# Matcher benchmark at ${commit()}`, '', `${machine()}; \`${command(scale)}\``, ''];
  const say = (title: string, text: string) => {
    out.push(`## ${title}`, '', '```', text, '```', '');
    print(`\n## ${title}\n${text}`);
  };
  if (existsSync(`${process.env['MATCH_DATA'] ?? '../shared/data'}/terminals_master.csv`)) await onDevelopment(say, fast);
  else say('Development pairs', 'skipped, data not present');
  const synthetic = (quick ? [20_000] : fast ? [50_000] : [50_000, 200_000]).map((size) => {
    const { printed, buildSeconds, measures } = runSynthetic(size, fast ? 3000 : 8000, 2);
    say(`Synthetic national set, ${size} terminals, seed 2 (index ${buildSeconds.toFixed(1)} s)`, printed);
    return { terminals: size, measures };
  });
  const caught = traps();
  say('Traps', caught.map(({ tier, traps: all, caught: some }) => `${tier.padEnd(8)} ${all} traps, ${some} caught`).join('\n'));
  const racing = await race(quick ? 20_000 : fast ? 50_000 : 1_000_000, fast ? 1000 : 8000, quick ? 10 : 60);
  say('Side by side on distorted names of the synthetic set (seed 5), places as they come', printRace(racing));
  const speeds = (quick ? [20_000] : fast ? [50_000] : [50_000, 200_000, 1_000_000]).flatMap((size) =>
    measureSpeed(size, [1, 2], fast ? 3000 : 12_000),
  );
  say('Throughput of a process that only matches', printSpeed(speeds));
  const folder = new URL('results/', import.meta.url.replace(/\/dist\/(?=bench\/)/, '/'));
  if (!fast) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(new URL('match.md', folder), `${out.join('\n')}\n`);
    const figures = {
      commit: commit(),
      machine: machine(),
      command: command(scale),
      synthetic,
      traps: caught,
      race: racing,
      speed: speeds,
    };
    writeFileSync(new URL('match.json', folder), `${JSON.stringify(figures, null, 2)}\n`);
  }
  const last = speeds.at(-1)!;
  return {
    bench: 'match',
    ratio: racing[0]!.perSecond / racing[1]!.perSecond,
    rowsPerSecond: last.blend.perSecond,
    peakRssMb: last.peakRssMb,
    seconds: (performance.now() - started) / 1000,
  };
}

async function onDevelopment(say: (title: string, text: string) => void, fast: boolean): Promise<void> {
  const terminals = loadTerminals();
  const held = loadExamples().filter(({ fold }) => fold === 4);
  const matcher = createMatcher(terminals);
  say(
    'Development pairs of fold 4, province and city known (the shipped weights were fitted on all folds; out-of-fold figures: docs/matcher.md)',
    printMeasures(judgeWith(matcher, held)),
  );
  say('The same, no place given', printMeasures(judgeWith(matcher, held.map(withoutPlace))));
  const near = loadNearMisses();
  const nearAnswers = matcher.matchBatch(near.map(({ raw }) => raw));
  const toWrong = nearAnswers.filter(({ decision, terminalId }, i) => decision === 'auto' && terminalId === near[i]!.wrong).length;
  const toOther = nearAnswers.filter(({ decision, terminalId }, i) => decision === 'auto' && terminalId !== near[i]!.truth).length;
  say(
    'Near misses',
    `${near.length} names; linked automatically to the listed wrong terminal: ${toWrong}; to any terminal but the labelled one (mostly unmerged twins): ${toOther}`,
  );

  const baselines: [string, (list: readonly Terminal[]) => Baseline][] = [
    ['exact after normalising', exactBaseline],
    ['Jaro-Winkler > 0.90', jaroWinklerBaseline],
    ['TF-IDF of bigrams >= 0.8', tfIdfBaseline],
  ];
  for (const [name, make] of baselines) {
    const propose = make(terminals);
    say(`Baseline: ${name}, place known`, printMeasures(measure(held.map((one) => judgeProposal(one, propose)))));
    if (!fast && name.startsWith('TF'))
      say(`Baseline: ${name}, no place`, printMeasures(measure(held.map((one) => judgeProposal(withoutPlace(one), propose)))));
  }
  say('Former names: other aliases of a terminal put into the master', formerNames(terminals, held));
  say('Ablations: top-1 of record with a family of evidence taken out, place known', ablations(terminals, held));
}

function judgeWith(matcher: Matcher, examples: readonly Example[]): Measures[] {
  const answers = matcher.matchBatch(
    examples.map(({ raw }) => raw),
    { candidates: 50 },
  );
  return measure(
    answers.map((answer, i): Judged => {
      const ranked = answer.ranked.map(({ id }) => id);
      const { truth, form } = examples[i]!;
      return {
        form,
        truth,
        decision: answer.decision,
        linked: answer.terminalId,
        probability: answer.probability,
        top: ranked[0] ?? null,
        rank: ranked.indexOf(truth) + 1,
      };
    }),
  );
}

function judgeProposal({ raw, truth, form }: Example, propose: Baseline): Judged {
  const { ranked, linked } = propose(raw);
  return {
    form,
    truth,
    decision: linked === null ? 'review' : 'auto',
    linked,
    probability: 0,
    top: ranked[0] ?? null,
    rank: ranked.indexOf(truth) + 1,
  };
}

/** Aliases are dealt into two halves; each half is asked with the other half known as former names. */
function formerNames(terminals: readonly Terminal[], held: readonly Example[]): string {
  const side = ({ raw }: Example) => hashText(raw.name) % 2;
  const several = held.filter((one) => held.some((other) => other !== one && other.truth === one.truth && side(other) !== side(one)));
  const without = judgeWith(createMatcher(terminals), several);
  const judged: Measures[][] = [0, 1].map((asked) => {
    const known = new Map<string, string[]>();
    for (const one of several) if (side(one) !== asked) known.set(one.truth, [...(known.get(one.truth) ?? []), one.raw.name]);
    return judgeWith(
      createMatcher(terminals.map((terminal) => ({ ...terminal, formerNames: known.get(terminal.id) ?? [] }))),
      several.filter((one) => side(one) === asked),
    );
  });
  return [
    'without',
    printMeasures(without),
    'with, first half asked',
    printMeasures(judged[0]!),
    'with, second half asked',
    printMeasures(judged[1]!),
  ].join('\n');
}

function ablations(terminals: readonly Terminal[], held: readonly Example[]): string {
  const records = held.filter(({ form }) => form === 'record' || form === 'derived');
  const file = JSON.parse(readDataFile('model.json')) as ModelFile;
  const families = [...new Set(Object.values(denseFamilies))];
  const lines = [['(all evidence)', file] as const, ...families.map((family) => [family, without(file, family)] as const)].map(
    ([family, model]) => {
      const measures = judgeWith(createMatcher(terminals, { model }), records);
      const of = (group: string) => measures.find((one) => one.group === group)!;
      const percent = (value: number | null) => (100 * (value ?? 0)).toFixed(1);
      return `${family.padEnd(16)} record top-1 ${percent(of('record').top1)}  derived top-1 ${percent(of('derived').top1)}  auto right ${percent(of('all').autoRight)}`;
    },
  );
  return lines.join('\n');
}

function without(file: ModelFile, family: string): ModelFile {
  const dense = Object.fromEntries(
    denseNames.map((name: DenseName) => [name, denseFamilies[name] === family ? 0 : (file.dense[name] ?? 0)]),
  );
  const gone = new Set(
    Array.from({ length: sparseCount }, (_, id) => id)
      .filter((id) => sparseFamily(id) === family)
      .map(sparseName),
  );
  return { ...file, dense, sparse: Object.fromEntries(Object.entries(file.sparse).filter(([name]) => !gone.has(name))) };
}

/** The suite of traps by tier: how many there are and how many caught the matcher. */
function traps(): { tier: string; traps: number; caught: number }[] {
  const suite = matchTraps();
  const answers = createMatcher(suite.terminals).matchBatch(suite.traps.map(({ raw }) => raw));
  return [...new Set(suite.traps.map(({ tier }) => tier))].map((tier) => {
    const mine = suite.traps.map((trap, i) => ({ trap, answer: answers[i]! })).filter(({ trap }) => trap.tier === tier);
    return { tier, traps: mine.length, caught: mine.filter(({ trap, answer }) => !trapHolds(trap, answer)).length };
  });
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'an unknown commit';
  }
}

function machine(): string {
  const [cpu] = cpus();
  return `${availableParallelism()} cores ${cpu?.model.trim() ?? ''}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`;
}

function command(scale: number): string {
  return `npm run bench -- match${scale === 1 ? '' : ` --scale ${scale}`}`;
}
