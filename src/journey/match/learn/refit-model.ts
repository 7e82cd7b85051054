import { fitKnots } from '../decide/calibrate.js';
import { certainty } from '../decide/certainty.js';
import { inOrder, weighBest } from '../decide/decide.js';
import { hardConflicts, strata, stratumOf } from '../decide/stratum.js';
import { readQuery } from '../parse/read-query.js';
import { hashText } from '../retrieve/hash-text.js';
import { CandidateScorer, noneNames } from '../score/candidate-set.js';
import { type ChoiceModel, choose } from '../score/choice-model.js';
import { denseNames, sparseName } from '../score/feature-names.js';
import { loadModel, type ModelFile } from '../score/load-model.js';
import type { RawName } from '../terminal.js';
import { ChoiceData, fitChoice, modelOf, weightsOf } from './fit-choice.js';

/** What a person concluded about a name, as training sees it. */
export interface Lesson {
  readonly raw: RawName;
  /** null: the person said that the master has no such terminal. */
  readonly terminalId: string | null;
  /** Instead: an auditor said that it is not this terminal and nobody said which one it is. Teaches calibration only. */
  readonly notTerminalId?: string;
  /** An auditor found our own link right. To learn from those would only make the easy cases surer, so they teach calibration only. */
  readonly isConfirmation?: boolean;
  /** Came by a random audit and not from the queue, so it speaks for links made automatically too. */
  readonly isRandom: boolean;
}

export interface RefitMetrics {
  readonly lessons: number;
  /** Those that could move weights; the others calibrate. */
  readonly taught: number;
  /** Lessons whose terminal is not in the master or was not found by the search; they teach nothing here. */
  readonly unusable: number;
  /** How strongly the shipped weights were believed; null: no strength predicted unseen lessons better, so they stay. */
  readonly strength: number | null;
  /** Mean loss in bits and share right of lessons that the predicting weights had not seen. */
  readonly before: { readonly bits: number; readonly right: number };
  readonly after: { readonly bits: number; readonly right: number };
  /** Weights that moved most, in nats. */
  readonly moved: readonly { readonly weight: string; readonly from: number; readonly to: number }[];
}

export interface Refit {
  readonly model: ModelFile;
  readonly metrics: RefitMetrics;
}

const folds = 5;
const strengths = [10, 30, 100, 300];
/** Fewer lessons than this move no weight: a fold would hold a handful. */
const leastLessons = 25;
/** How many lessons each knot of the shipped calibration is worth. */
const knotWorth = 25;

/**
 * Weights (the costs of each role are among them), calibration and thresholds from people's decisions, with the shipped model
 * as the prior: each weight is pulled back to its shipped value as if 10 to 300 decisions spoke for it; which of these is
 * chosen by predicting lessons that were left out, whole terminals at a time. When nothing predicts better, nothing moves.
 *
 * Decisions from the queue are the hard cases, so they calibrate only what would have gone to the queue; above the threshold
 * only random audits count. A threshold is never lowered here; it rises when audited links above it are wrong too often.
 */
export function refitModel(
  scorer: CandidateScorer,
  lessons: readonly Lesson[],
  shipped: ModelFile,
  { version, onProgress }: { version: string; onProgress?: (done: number) => void },
): Refit {
  const data = new ChoiceData();
  const kept: { lesson: Lesson; fold: number }[] = [];
  for (const [at, lesson] of lessons.entries()) {
    if (at % 100 === 0) onProgress?.(at);
    if (isForCalibration(lesson)) continue;
    const { set, target } = caseOf(scorer, lesson);
    if (target < 0 || set.size === 0) continue;
    data.add(set, target);
    kept.push({ lesson, fold: hashText(lesson.terminalId ?? lesson.raw.name) % folds });
  }
  const start = weightsOf(loadModel(shipped));
  const outOfFold = (strength: number | null) =>
    Array.from({ length: folds }, (_, fold) =>
      strength === null ? start : fitChoice(data, start, strength, (c) => kept[c]!.fold !== fold),
    );
  const judge = (weights: readonly Float64Array[]) => {
    let loss = 0;
    let right = 0;
    for (const [fold, one] of weights.entries()) {
      loss += data.gradient(one, null, (c) => kept[c]!.fold === fold);
      for (const [c, { fold: mine }] of kept.entries()) if (mine === fold && data.isRight(one, c)) right++;
    }
    const count = Math.max(1, kept.length);
    return { bits: round(loss / Math.LN2 / count), right: round(right / count) };
  };

  const before = judge(outOfFold(null));
  let best = { strength: null as number | null, weights: outOfFold(null), measured: before };
  for (const strength of kept.length < leastLessons ? [] : strengths) {
    const weights = outOfFold(strength);
    const measured = judge(weights);
    if (measured.bits < best.measured.bits - 0.001) best = { strength, weights, measured };
  }
  const weights = best.strength === null ? start : fitChoice(data, start, best.strength, () => true);
  const sureBy = loadModel(shipped).certainty;
  const audited = lessons.filter(isForCalibration).map((lesson) => ({ lesson, fold: 0 }));
  const judged = [...kept, ...audited].flatMap(({ lesson, fold }) =>
    judgeLesson(scorer, lesson, modelOf(best.weights[fold]!, version), sureBy),
  );
  const model: ModelFile = {
    version,
    trainedOn: `${kept.length} decisions of people, prior ${shipped.version}`,
    ...named(weights),
    ...(shipped.certainty ? { certainty: shipped.certainty } : {}),
    strata: Object.fromEntries(
      strata.map((name, number) => [
        name,
        restratum(
          shipped.strata[name],
          judged.filter(({ stratum }) => stratum === number),
        ),
      ]),
    ),
  };
  return {
    model,
    metrics: {
      lessons: lessons.length,
      taught: kept.length,
      unusable: lessons.length - audited.length - kept.length,
      strength: best.strength,
      before,
      after: best.measured,
      moved: movedMost(shipped, model),
    },
  };
}

function isForCalibration({ notTerminalId, isConfirmation }: Lesson): boolean {
  return notTerminalId !== undefined || isConfirmation === true;
}

function caseOf(scorer: CandidateScorer, { raw, terminalId }: Lesson) {
  const set = scorer.score(readQuery(raw), 40);
  if (terminalId === null) return { set, target: set.size };
  const truth = scorer.index.find(terminalId);
  return { set, target: truth < 0 ? -1 : set.terminals.indexOf(truth) };
}

interface Judged {
  readonly p: number;
  readonly right: boolean;
  readonly stratum: number;
  readonly isRandom: boolean;
}

function judgeLesson(scorer: CandidateScorer, lesson: Lesson, model: ChoiceModel, sureBy: Float64Array | null): Judged[] {
  const { set, target } = caseOf(scorer, lesson);
  if (set.size === 0) return [];
  const query = readQuery(lesson.raw);
  const p = choose(model, set);
  const order = inOrder(set, p);
  const top = order[0]!;
  if (hardConflicts(set.conflicts[top]!) !== 0) return [];
  if (lesson.notTerminalId !== undefined && set.index.idOf(set.terminals[top]!) !== lesson.notTerminalId) return [];
  const right = lesson.notTerminalId === undefined && top === target;
  const { inputs } = weighBest(query, set, p, order);
  return [{ p: certainty(sureBy, inputs), right, stratum: stratumOf(query, set, top), isRandom: lesson.isRandom }];
}

type Stratum = ModelFile['strata'][string];

function restratum(shipped: Stratum | undefined, judged: readonly Judged[]): Stratum {
  const { knots, autoFrom, measured } = shipped ?? { knots: [], autoFrom: 1.01, measured: 'never' };
  const speaking = judged.filter(({ p, isRandom }) => isRandom || p < autoFrom);
  if (speaking.length === 0) return { knots, autoFrom, measured };
  const prior = knots.flatMap(([p, share]) =>
    Array.from({ length: knotWorth }, (_, i) => ({ p, right: i < Math.round(share * knotWorth) })),
  );
  const random = judged.filter(({ isRandom }) => isRandom);
  return {
    knots: fitKnots([...prior, ...speaking]),
    autoFrom: raised(autoFrom, random),
    measured: `${measured}; here ${random.filter(({ right }) => right).length} of ${random.length} audited right`,
  };
}

/** The lowest threshold, not below the given one, from which at most one audited link in fifty is wrong. */
function raised(autoFrom: number, random: readonly Judged[]): number {
  const above = random.filter(({ p }) => p >= autoFrom).toSorted((a, b) => b.p - a.p);
  const wrong = above.filter(({ right }) => !right).length;
  if (above.length < 30 || wrong / above.length <= 0.02) return autoFrom;
  let right = 0;
  let from = 1.01;
  for (const [at, one] of above.entries()) {
    if (one.right) right++;
    if (at >= 15 && right / (at + 1) >= 0.98) from = Math.floor(one.p * 1000) / 1000;
  }
  return Math.max(autoFrom, from);
}

function named(weights: Float64Array): Pick<ModelFile, 'dense' | 'sparse' | 'none'> {
  const model = modelOf(weights, '');
  const record = (values: Float64Array, name: (at: number) => string) =>
    Object.fromEntries(
      [...values].map((value, at) => [name(at), Math.round(value * 1000) / 1000] as const).filter(([, value]) => value !== 0),
    );
  return {
    dense: record(model.dense, (at) => denseNames[at]!),
    sparse: record(model.sparse, sparseName),
    none: record(model.none, (at) => noneNames[at]!),
  };
}

function movedMost(shipped: ModelFile, model: ModelFile): RefitMetrics['moved'] {
  return (['dense', 'sparse', 'none'] as const)
    .flatMap((family) =>
      [...new Set([...Object.keys(shipped[family]), ...Object.keys(model[family])])].map((weight) => ({
        weight,
        from: shipped[family][weight] ?? 0,
        to: model[family][weight] ?? 0,
      })),
    )
    .filter(({ from, to }) => Math.abs(to - from) >= 0.01)
    .toSorted((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || (a.weight < b.weight ? -1 : 1))
    .slice(0, 12);
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
