import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { syntheticSet } from '../bench/match-synthetic.js';
import { createMatcher, type Matcher } from '../src/journey/match/matcher.js';
import type { MatchAnswer, RawName } from '../src/journey/match/terminal.js';
import { loadExamples, loadNearMisses, loadTerminals, withoutPlace } from './train-lab.js';

/**
 * `node dist/scripts/match-digest.js [--scale 0.1]`: one hash per set of questions over everything the matcher answers, to the last
 * bit: decisions, probabilities, order of candidates, evidence, alignment. A change that only makes it faster leaves every line as it was.
 */
const at = process.argv.indexOf('--scale');
const scale = at < 0 ? 1 : Number(process.argv[at + 1]);

function digest(title: string, answers: readonly MatchAnswer[]): void {
  const hash = createHash('sha256');
  for (const { versions: _, ...answer } of answers) hash.update(JSON.stringify(answer));
  console.log(`${hash.digest('hex').slice(0, 16)}  ${String(answers.length).padStart(6)}  ${title}`);
}

function ask(title: string, matcher: Matcher, names: readonly RawName[]): void {
  digest(`${title}, 5 candidates`, matcher.matchBatch(names));
  digest(`${title}, 5 candidates, explained`, matcher.matchBatch(names, { explain: true }));
  digest(`${title}, 50 candidates`, matcher.matchBatch(names, { candidates: 50 }));
}

if (existsSync(`${process.env['MATCH_DATA'] ?? '../shared/data'}/terminals_master.csv`)) {
  const matcher = createMatcher(loadTerminals());
  const examples = loadExamples().filter((_, i) => i % Math.round(1 / scale) === 0);
  ask(
    'development pairs, place known',
    matcher,
    examples.map(({ raw }) => raw),
  );
  ask(
    'development pairs, no place',
    matcher,
    examples.map((one) => withoutPlace(one).raw),
  );
  ask(
    'near misses',
    matcher,
    loadNearMisses().map(({ raw }) => raw),
  );
} else console.log('development data not present');

const { terminals, queries } = syntheticSet(Math.round(100_000 * scale), Math.round(8000 * scale), 2);
const raws = queries.map(({ raw }, i) => ({ ...raw, distributor: `D${i % 7}`, code: String(i % 500) }));
const own = terminals
  .filter((_, i) => i % 20 === 0)
  .map(({ id, name, province, city, county }): RawName => ({ key: id, name, province, city, county }) as RawName);
const matcher = createMatcher(terminals);
ask('synthetic set', matcher, raws);
ask('names of the master itself', matcher, own);
for (let i = 0; i < Math.min(200, raws.length / 3, own.length / 5); i++) {
  matcher.mustLink(raws[i * 3]!.name, terminals[i * 17]!.id, i % 2 ? { distributor: raws[i * 3]!.distributor } : {});
  matcher.cannotLink(own[i * 5]!.name, own[i * 5]!.key);
}
ask('with the words of people', matcher, [...raws.slice(0, 1000), ...own.slice(0, 1000)]);
matcher.putTerminals(
  terminals.slice(50, 150).map((one, i) => ({ ...one, name: i % 2 ? `${one.name}东区` : one.name, formerNames: [one.name] })),
);
for (const { id } of terminals.slice(300, 320)) matcher.removeTerminal(id);
ask('after changes', matcher, [...raws.slice(0, 1000), ...own.slice(0, 1000)]);
digest(
  'why not',
  raws.slice(0, 200).map((raw, i) => ({ ...matcher.whyNot(raw, terminals[i * 31]!.id), versions: null }) as unknown as MatchAnswer),
);
