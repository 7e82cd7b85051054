import { existsSync } from 'node:fs';
import { type Example, loadExamples, loadTerminals } from '../scripts/train-lab.js';
import { learnFrom, nothingLearned, spellingsIn } from '../src/journey/match/learn/learned.js';
import type { TaughtLink } from '../src/journey/match/learn/taught-link.js';
import { createMatcher } from '../src/journey/match/matcher.js';
import { hashText } from '../src/journey/match/retrieve/hash-text.js';
import type { BenchOptions, BenchResult } from './bench-result.js';

/**
 * What teaching aliases is worth for names that were not taught: of every terminal with two or more aliases in the development
 * pairs one is held out (by hash), the others are taught, and the held-out ones are matched before and after. The model is the
 * shipped one on both sides. Only names without the truth's place differ in `no place`.
 */
const folder = process.env['MATCH_DATA'] ?? '../shared/data';

export async function benchLearning({ say }: BenchOptions): Promise<BenchResult> {
  const started = performance.now();
  const rows: string[] = [];
  const tell = (line: string) => {
    rows.push(line);
    say(line);
  };
  if (existsSync(`${folder}/alias_pairs_dev.csv`)) measure(tell);
  else say('skipped, data not present');
  const seconds = (performance.now() - started) / 1000;
  return {
    bench: 'learning',
    ratio: null,
    rowsPerSecond: 0,
    peakRssMb: process.memoryUsage().rss >> 20,
    seconds: Math.round(seconds),
    rows,
  };
}

function measure(say: (line: string) => void): void {
  const terminals = loadTerminals();
  const byId = new Map(terminals.map((terminal) => [terminal.id, terminal]));
  const byTerminal = new Map<string, Example[]>();
  for (const example of loadExamples()) {
    if (example.form === 'derived' || !byId.has(example.truth)) continue;
    byTerminal.set(example.truth, [...(byTerminal.get(example.truth) ?? []), example]);
  }
  const held: Example[] = [];
  const taught: TaughtLink[] = [];
  for (const [id, examples] of byTerminal) {
    const names = [...new Map(examples.map((one) => [one.raw.name, one])).values()].toSorted(
      (a, b) => hashText(a.raw.name) - hashText(b.raw.name),
    );
    if (names.length > 1) held.push(names.shift()!);
    for (const { raw } of names) taught.push({ raw, terminal: byId.get(id)!, isForEverybody: false });
  }
  const learned = learnFrom(taught);
  say(
    `${taught.length} names taught, ${held.length} held out; ${learned.spellings.length} spellings, ${learned.rewrites.length} ways of writing`,
  );
  const variants = {
    'nothing taught': nothingLearned,
    'ways of writing only': { ...learned, spellings: [] },
    'spellings only': { ...learned, rewrites: [] },
    both: learned,
  };
  say('taught | form | names | top-1 % | top-5 % | automatic % | of these right %');
  for (const [title, what] of Object.entries(variants)) {
    const matcher = createMatcher(terminals.map(spellingsIn(what)), { learned: what });
    for (const form of ['record', 'part', 'whole']) {
      const mine = held.filter((one) => one.form === form);
      const answers = matcher.matchBatch(mine.map(({ raw }) => raw));
      const first = answers.filter((answer, i) => answer.ranked[0]?.id === mine[i]!.truth).length;
      const five = answers.filter((answer, i) => answer.ranked.slice(0, 5).some(({ id }) => id === mine[i]!.truth)).length;
      const auto = answers.map((answer, i) => ({ answer, truth: mine[i]!.truth })).filter(({ answer }) => answer.decision === 'auto');
      const right = auto.filter(({ answer, truth }) => answer.terminalId === truth).length;
      const percent = (part: number, of: number) => (of === 0 ? '-' : ((100 * part) / of).toFixed(1));
      say(
        [
          title,
          form,
          mine.length,
          percent(first, mine.length),
          percent(five, mine.length),
          percent(auto.length, mine.length),
          percent(right, auto.length),
        ].join(' | '),
      );
    }
  }
}
