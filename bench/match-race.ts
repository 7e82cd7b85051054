import { openMatchPool } from '../src/journey/match/pool/match-pool.js';
import type { RawName, Terminal } from '../src/journey/match/terminal.js';
import { exactBaseline, jaroWinklerBaseline, type Proposal, tfIdfBaseline } from './match-baselines.js';
import { syntheticSet } from './match-synthetic.js';
import { openTrigrams } from './match-trigrams.js';

/** One way of matching on the task all were given. Shares are 0-1. */
export interface RaceFigures {
  readonly engine: string;
  /** How many of the names it got through in its time. */
  readonly names: number;
  readonly perSecond: number;
  /** Of the linkable names: the right terminal first; among five. */
  readonly top1: number;
  readonly top5: number;
  /** Linked without a person: share of the linkable, share of the links that are right, share of the names without a terminal. */
  readonly linked: number;
  readonly linkedRight: number;
  readonly linkedAbsent: number;
}

interface Question {
  readonly raw: RawName;
  readonly truth: string;
}
type Engine = (raws: readonly RawName[]) => Promise<Proposal[]>;

/**
 * The same names in the same order against the same terminals on the same cores, one engine after another: those of the synthetic
 * set that are in the master letter by letter are left out. An engine that is slow stops after `seconds` with what it has.
 */
export async function race(size: number, count: number, seconds: number): Promise<RaceFigures[]> {
  const { terminals, queries } = syntheticSet(size, count * 2, 5);
  const questions = withoutExact(terminals, queries).slice(0, count);
  const out: RaceFigures[] = [];
  const pool = await openMatchPool(terminals, {});
  const ours: Engine = async (raws) =>
    (await pool.matchBatch(raws)).map(({ ranked, decision, terminalId }) => ({
      ranked: ranked.map(({ id }) => id),
      linked: decision === 'auto' ? terminalId : null,
    }));
  await ours(questions.slice(0, 2000).map(({ raw }) => raw));
  out.push(await run(`Huiliu, ${pool.workers} workers`, ours, questions, seconds, 4000));
  await pool.close();
  const trigrams = await openTrigrams(terminals);
  try {
    const ask: Engine = (raws) => Promise.all(raws.map(trigrams.propose));
    out.push(await run(`pg_trgm, PostgreSQL ${trigrams.version}, GIN`, ask, questions, seconds, 10));
  } finally {
    await trigrams.close();
  }
  for (const [engine, make] of [
    ['exact after normalising', exactBaseline],
    ['Jaro-Winkler > 0.90', jaroWinklerBaseline],
    ['TF-IDF of bigrams >= 0.8', tfIdfBaseline],
  ] as const) {
    const propose = make(terminals);
    out.push(await run(engine, (raws) => Promise.resolve(raws.map(propose)), questions, seconds, 10));
  }
  return out;
}

function withoutExact(terminals: readonly Terminal[], queries: readonly Question[]): Question[] {
  const own = new Set(terminals.map(({ name }) => name));
  return queries.filter(({ raw }) => !own.has(raw.name)).map(({ raw, truth }) => ({ raw, truth }));
}

async function run(engine: string, answer: Engine, questions: readonly Question[], seconds: number, step: number): Promise<RaceFigures> {
  const proposals: Proposal[] = [];
  const started = performance.now();
  let spent = 0;
  for (let at = 0; at < questions.length && spent < seconds; at += step) {
    proposals.push(...(await answer(questions.slice(at, at + step).map(({ raw }) => raw))));
    spent = (performance.now() - started) / 1000;
  }
  const asked = questions.slice(0, proposals.length).map(({ truth }, i) => ({ truth, ...proposals[i]! }));
  const linkable = asked.filter(({ truth }) => truth !== '');
  const absent = asked.filter(({ truth }) => truth === '');
  const linked = asked.filter((one) => one.linked !== null);
  const share = (part: number, whole: number) => part / Math.max(1, whole);
  return {
    engine,
    names: asked.length,
    perSecond: asked.length / spent,
    top1: share(linkable.filter(({ truth, ranked }) => ranked[0] === truth).length, linkable.length),
    top5: share(linkable.filter(({ truth, ranked }) => ranked.slice(0, 5).includes(truth)).length, linkable.length),
    linked: share(linkable.filter((one) => one.linked !== null).length, linkable.length),
    linkedRight: share(linked.filter((one) => one.linked === one.truth).length, linked.length),
    linkedAbsent: share(absent.filter((one) => one.linked !== null).length, absent.length),
  };
}

export function printRace(list: readonly RaceFigures[]): string {
  const percent = (value: number) => (100 * value).toFixed(1).padStart(6);
  const [ours] = list;
  const lines = list.map((one) =>
    [
      one.engine.padEnd(34),
      String(one.names).padStart(6),
      one.perSecond.toFixed(one.perSecond < 100 ? 1 : 0).padStart(9),
      `${(ours!.perSecond / one.perSecond).toFixed(1)}x`.padStart(9),
      ...[one.top1, one.top5, one.linked, one.linkedRight, one.linkedAbsent].map(percent),
    ].join('  '),
  );
  return [`${'engine'.padEnd(34)}   names   names/s  we are     top1    top5  linked   right  absent`, ...lines].join('\n');
}
