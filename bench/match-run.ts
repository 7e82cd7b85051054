import { type Judged, measure, printMeasures } from '../src/journey/match/files/measure.js';
import { createMatcher, type Matcher } from '../src/journey/match/matcher.js';
import type { RawName } from '../src/journey/match/terminal.js';
import { syntheticSet } from './match-synthetic.js';

/** Accuracy on the synthetic national set: coverage, precision, held-out siblings linked by mistake, recall. */
export function runSynthetic(terminals: number, queries: number, seed: number) {
  const set = syntheticSet(terminals, queries, seed);
  const started = performance.now();
  const matcher = createMatcher(set.terminals);
  const built = performance.now();
  const answers = matcher.matchBatch(
    set.queries.map(({ raw }) => raw),
    { candidates: 50 },
  );
  const judged: Judged[] = answers.map((answer, i) => {
    const { truth, kind } = set.queries[i]!;
    const ranked = answer.ranked.map(({ id }) => id);
    return {
      form: kind,
      truth,
      decision: answer.decision,
      linked: answer.terminalId,
      probability: answer.probability,
      top: ranked[0] ?? null,
      rank: truth === '' ? 0 : ranked.indexOf(truth) + 1,
    };
  });
  const measures = measure(judged);
  return {
    set,
    answers,
    measures,
    printed: printMeasures(measures),
    buildSeconds: (built - started) / 1000,
    deepNamesPerSecond: answers.length / ((performance.now() - built) / 1000),
  };
}

/** Names a second on one thread, by wall clock and by processor time (what an idle machine would show), after a warm-up. */
export function throughput(matcher: Matcher, names: readonly RawName[]): { wall: number; processor: number } {
  matcher.matchBatch(names.slice(0, Math.ceil(names.length / 4)));
  const started = performance.now();
  const before = process.cpuUsage();
  for (let at = 0; at < names.length; at += 2000) matcher.matchBatch(names.slice(at, at + 2000));
  const { user, system } = process.cpuUsage(before);
  return {
    wall: Math.round(names.length / ((performance.now() - started) / 1000)),
    processor: Math.round(names.length / ((user + system) / 1e6)),
  };
}
