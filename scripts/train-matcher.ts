import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { syntheticSet } from '../bench/match-synthetic.js';
import { certainty, certaintyNames } from '../src/journey/match/decide/certainty.js';
import { inOrder, weighBest } from '../src/journey/match/decide/decide.js';
import { hardConflicts, strata, stratumOf } from '../src/journey/match/decide/stratum.js';
import { type Judged as Answer, lowerBound, measure, printMeasures } from '../src/journey/match/files/measure.js';
import { fitCertainty, type Outcome } from '../src/journey/match/learn/fit-certainty.js';
import { modelOf, weightsOf } from '../src/journey/match/learn/fit-choice.js';
import { readQuery } from '../src/journey/match/parse/read-query.js';
import { hashText } from '../src/journey/match/retrieve/hash-text.js';
import { buildIndex } from '../src/journey/match/retrieve/index-segment.js';
import { CandidateScorer, noneNames } from '../src/journey/match/score/candidate-set.js';
import { type ChoiceModel, choose } from '../src/journey/match/score/choice-model.js';
import { dense, denseCount, denseNames, sparseName } from '../src/journey/match/score/feature-names.js';
import type { ModelFile } from '../src/journey/match/score/load-model.js';
import { buildCase, type Case, loadExamples, loadNearMisses, loadTerminals, train, withoutPlace } from './train-lab.js';

/**
 * `node dist/scripts/train-matcher.js [--ship] [--weights file]`: trains the shipped model on the development pairs (`MATCH_DATA`, default ../shared/data) and writes `data/model.json`.
 * Weights: folds 0-3 (fold by hash of the master id), or all five with `--ship`. Certainty and automatic thresholds always come
 * from predictions for folds the predicting model did not see. Nothing of the data but weights and counts is written.
 */
const ship = process.argv.includes('--ship');

const scorer = new CandidateScorer(buildIndex(loadTerminals()));
const limit = 60;
/** What share of arriving names is taken to have no terminal. Hidden truths stand for them. */
const absentShare = 0.01;
/** The one-sided 95 % lower bound that the labels must give a stratum of automatic links; labels themselves are about 97 % right. */
const promise = 0.96;
/** Certainty below which nothing is linked, however the counts fall: what has a name of its own is confused less. */
const leastCertainty = (stratum: string) => (stratum.startsWith('same name') ? 0.75 : /^(?:same kind|several)/.test(stratum) ? 0.82 : 0.92);
/** Pharmacies, clinics and towns are next to absent from the pairs: names made up for the synthetic set (the tuning seed) stand in, each counted for less. */
const syntheticWeight = 0.25;

interface Judged extends Outcome {
  readonly form: string;
  readonly placed: boolean;
  readonly absent: boolean;
  /** 1-based rank of the truth, 0 when it was not found or is hidden. */
  readonly rank: number;
  readonly fold: number;
  readonly stratum: number;
  readonly barred: boolean;
}

const pool: Case[] = [];
for (const example of loadExamples()) {
  pool.push(buildCase(scorer, example, limit), buildCase(scorer, withoutPlace(example), limit));
  const pick = hashText(example.raw.name + example.truth) % 10;
  if (pick >= 4) continue;
  const hidden = buildCase(scorer, pick < 3 ? example : withoutPlace(example), limit, 1, true);
  if (!hasTwin(hidden)) pool.push(hidden);
}
for (const near of loadNearMisses()) if (near.truth === '') pool.push(buildCase(scorer, near, limit));

const folds = ship ? [0, 1, 2, 3, 4] : [0, 1, 2, 3];
const inUse = pool.filter(({ fold }) => folds.includes(fold));
const absent = inUse.filter(({ set, target }) => target === set.size).length;
const absentWeight = ((absentShare / (1 - absentShare)) * (inUse.length - absent)) / absent;
const options = { l2: 1, l2Sparse: 1.5, limit: 32 };
const weightsFile = process.argv.includes('--weights') ? process.argv[process.argv.indexOf('--weights') + 1]! : null;
const fitted = fitAll();
const outOfFold = folds.flatMap((fold, at) => {
  const model = modelOf(fitted[at]!, 'lab');
  return inUse.filter((one) => one.fold === fold && one.set.size > 0).map((one) => judge(one, model));
});
const model = modelOf(fitted.at(-1)!, 'lab');
const made = judgeSynthetic(model);
const sureBy = fitCertainty([...outOfFold, ...made]);
const sure = new Map<Judged, number>();
for (const fold of folds) {
  const weights = fitCertainty([...outOfFold.filter((one) => one.fold !== fold), ...made]);
  for (const one of outOfFold) if (one.fold === fold) sure.set(one, certainty(weights, one.inputs));
}

const strataFile: Record<string, ModelFile['strata'][string]> = {};
for (const [number, name] of strata.entries()) {
  const clean = outOfFold.filter(({ stratum, barred, weight }) => stratum === number && !barred && weight === 1);
  const from = threshold(clean, leastCertainty(name));
  const kept = clean.filter((one) => sure.get(one)! >= from);
  const right = kept.filter((one) => one.right).length;
  strataFile[name] = { knots: straight(), autoFrom: from, measured: `${right} of ${kept.length} right by label` };
  console.log(name, clean.length, 'auto from', from, strataFile[name]!.measured);
}

for (const placed of [true, false]) {
  console.log(`\nOut of fold, ${placed ? 'place known' : 'no place given'} (candidates: the first ${limit} of the search)`);
  console.log(table((one) => one.placed === placed && !one.absent));
}
for (const share of [0.05, 0.3]) {
  // Hidden cases stand for names without a terminal; as many of them are taken, or of the others, as make up the share.
  const count = (none: boolean) => outOfFold.filter(({ placed, absent: is }) => placed && is === none).length;
  let hidden = Math.round((count(false) * share) / (1 - share));
  let others = Math.round((count(true) * (1 - share)) / share);
  console.log(`\nThe same, place known, ${100 * share} % of the names without a terminal`);
  console.log(table(({ placed, absent: none }) => placed && (none ? hidden-- > 0 : others-- > 0), true));
}

const file: ModelFile = {
  version: `choice-2026-11-22c${ship ? '' : '-folds0-3'}`,
  trainedOn: `${inUse.length} choices from the development pairs (${ship ? 'all folds' : 'folds 0-3 of 5 by master id'}), a quarter with the true terminal hidden; seedless, full batch`,
  dense: named(model.dense, (i) => denseNames[i]!),
  sparse: named(model.sparse, sparseName, 0.04),
  none: named(model.none, (i) => noneNames[i]!),
  certainty: named(sureBy, (i) => certaintyNames[i]!),
  strata: strataFile,
};
writeFileSync(new URL('../src/journey/match/data/model.json', sourceOf(import.meta.url)), `${JSON.stringify(file, null, 1)}\n`);

/** Weights without each fold, then with all; kept in the file of `--weights` so that thresholds can be tried again without fitting. */
function fitAll(): Float64Array[] {
  if (weightsFile && existsSync(weightsFile))
    return (JSON.parse(readFileSync(weightsFile, 'utf8')) as number[][]).map((weights) => Float64Array.from(weights));
  const without = [...folds, -1].map((fold) =>
    weightsOf(
      train(
        inUse.filter((one) => one.fold !== fold),
        { ...options, epochs: fold < 0 ? 140 : 110 },
      ),
    ),
  );
  if (weightsFile) writeFileSync(weightsFile, JSON.stringify(without.map((weights) => [...weights])));
  return without;
}

function judgeSynthetic(by: ChoiceModel): Judged[] {
  const { terminals, queries } = syntheticSet(50_000, 4000, 1);
  const other = new CandidateScorer(buildIndex(terminals));
  return queries.flatMap(({ raw, truth, kind }) => {
    const one = buildCase(other, { form: 'synthetic', raw, truth, fold: -1 }, limit);
    // Three in ten of these have no terminal; here as few as elsewhere.
    return one.set.size === 0 ? [] : [{ ...judge(one, by), weight: syntheticWeight * (kind === 'linkable' ? 1 : 0.1) }];
  });
}

function judge(one: Case, by: ChoiceModel): Judged {
  const query = readQuery(one.raw);
  const p = choose(by, one.set);
  const order = inOrder(one.set, p);
  const { inputs, whyNotAuto } = weighBest(query, one.set, p, order);
  return {
    inputs,
    right: order[0] === one.target,
    weight: one.target === one.set.size ? absentWeight : 1,
    form: one.form,
    placed: query.hint.city !== 0,
    absent: one.target === one.set.size,
    rank: order.indexOf(one.target) + 1,
    fold: one.fold,
    stratum: stratumOf(query, one.set, order[0]!),
    barred: whyNotAuto.length > 0,
  };
}

/** The lowest certainty from which on the labels' lower bound keeps the promise; 1.01 when none does. Parts of alias fields are left out: their labels are the least certain. */
function threshold(list: readonly Judged[], least: number): number {
  const sorted = list.filter(({ form }) => form !== 'part').toSorted((a, b) => sure.get(b)! - sure.get(a)!);
  let right = 0;
  let from = 1.01;
  for (const [at, one] of sorted.entries()) {
    if (one.right) right++;
    const p = sure.get(one)!;
    if (p >= least && lowerBound(right, at + 1) >= promise) from = Math.floor(p * 1000) / 1000;
  }
  return from;
}

function table(wanted: (one: Judged) => boolean, together = false): string {
  const answers = outOfFold.filter(wanted).map((one, at): Answer => {
    const truth = one.absent ? '' : `t${at}`;
    const link = one.right && truth !== '' ? truth : 'other';
    const isAuto = !one.barred && sure.get(one)! >= strataFile[strata[one.stratum]!]!.autoFrom;
    return {
      form: together ? '' : one.form,
      truth,
      decision: isAuto ? 'auto' : 'review',
      linked: isAuto ? link : null,
      probability: sure.get(one)!,
      top: link,
      rank: one.rank,
    };
  });
  return printMeasures(measure(answers));
}

/** The certainty is calibrated as it is; learning from decisions bends these. */
function straight(): [number, number][] {
  return [0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999].map((p) => [p, p]);
}

function hasTwin({ set }: Case): boolean {
  for (let row = 0; row < set.size; row++) {
    if (set.values[row * denseCount + dense.sameKeyScope] === 1 && hardConflicts(set.conflicts[row]!) === 0) return true;
  }
  return false;
}

function named(weights: Float64Array, name: (index: number) => string, least = 0): Record<string, number> {
  return Object.fromEntries(
    [...weights].map((weight, i) => [name(i), Math.round(weight * 1000) / 1000] as const).filter(([, weight]) => Math.abs(weight) > least),
  );
}

function sourceOf(url: string): string {
  return url.replace(/\/dist\/(?=scripts\/)/, '/');
}
