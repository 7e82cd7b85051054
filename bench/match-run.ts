import { type Judged, measure, printMeasures } from '../src/journey/match/files/measure.js';
import { createMatcher } from '../src/journey/match/matcher.js';
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
    printed: `${printMeasures(measures)}\n${coverageLine(judged)}`,
    buildSeconds: (built - started) / 1000,
    deepNamesPerSecond: answers.length / ((performance.now() - built) / 1000),
  };
}

/** The share of linkable names linked automatically from the lowest probability on at which 99.9 % of all links are right. */
function coverageLine(judged: readonly Judged[]): string {
  const links = judged.filter(({ decision }) => decision === 'auto').toSorted((a, b) => b.probability - a.probability);
  const linkable = judged.filter(({ truth }) => truth !== '').length;
  let right = 0;
  let best = { covered: 0, from: 1 };
  for (const [at, { linked, truth, probability }] of links.entries()) {
    if (linked === truth) right++;
    if (right / (at + 1) >= 0.999) best = { covered: right, from: probability };
  }
  return `at 99.9 % precision, all names counted: ${((100 * best.covered) / linkable).toFixed(1)} % of the linkable, from probability ${best.from.toFixed(3)} on`;
}
