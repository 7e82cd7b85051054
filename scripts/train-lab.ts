import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { readQuery } from '../src/journey/match/parse/read-query.js';
import { hashText } from '../src/journey/match/retrieve/hash-text.js';
import { CandidateScorer, type CandidateSet, noneNames } from '../src/journey/match/score/candidate-set.js';
import { type ChoiceModel, choose } from '../src/journey/match/score/choice-model.js';
import { maxSparse } from '../src/journey/match/score/compare.js';
import { denseCount, sparseCount } from '../src/journey/match/score/feature-names.js';
import type { RawName, Terminal } from '../src/journey/match/terminal.js';

const folder = process.env['MATCH_DATA'] ?? '../shared/data';
const csv = (name: string) =>
  parse(readFileSync(`${folder}/${name}.csv`), { columns: true, bom: true, relax_column_count: true }) as Record<string, string>[];

export interface Example {
  readonly form: string;
  readonly raw: RawName;
  readonly truth: string;
  readonly fold: number;
}
export interface Case extends Example {
  readonly set: CandidateSet;
  /** Row of the truth in the set, `set.size` for none, -1 when the search missed it. */
  readonly target: number;
  readonly weight: number;
}

export function loadTerminals(): Terminal[] {
  return csv('terminals_master').map((row) => row as unknown as Terminal);
}

/** Development pairs; folds 0-3 tune, fold 4 (a quarter... one fifth) is only reported on. */
export function loadExamples(): Example[] {
  const rows: Example[] = [];
  for (const [form, list] of [
    ['', csv('alias_pairs_dev')],
    ['derived', csv('alias_pairs_derived_dev')],
  ] as const)
    for (const row of list)
      rows.push({
        form: form || row['form']!,
        truth: row['master_id']!,
        fold: hashText(row['master_id']!) % 5,
        raw: { key: '', name: row['raw_name']!, province: row['province']!, city: row['city']! },
      });
  return rows;
}

export function loadNearMisses(): (Example & { wrong: string; reason: string })[] {
  return csv('near_misses_dev').map((row) => ({
    form: 'near',
    truth: row['right_master_id']!,
    wrong: row['wrong_master_id']!,
    reason: row['reason']!,
    fold: hashText(row['right_master_id'] || row['raw_name']!) % 5,
    raw: { key: '', name: row['raw_name']!, province: row['province']!, city: row['city']! },
  }));
}

export function withoutPlace(example: Example): Example {
  return { ...example, raw: { key: '', name: example.raw.name } };
}

export function buildCase(scorer: CandidateScorer, example: Example, limit: number, weight = 1, hidden = false): Case {
  const { index } = scorer;
  const truth = index.find(example.truth);
  if (hidden && truth >= 0) index.removed[truth] = 1;
  const set = scorer.score(readQuery(example.raw), limit);
  if (hidden && truth >= 0) index.removed[truth] = 0;
  const target = hidden || truth < 0 ? set.size : set.terminals.indexOf(truth);
  return { ...example, set, target, weight };
}

/** A training set as flat runs of (weight number, value): what is zero costs nothing. */
class Flat {
  readonly rowStarts: number[] = [0];
  readonly caseStarts: number[] = [0];
  readonly targets: number[] = [];
  readonly weights: number[] = [];
  ids = new Uint16Array(1 << 20);
  values = new Float32Array(1 << 20);
  size = 0;

  add({ set, target, weight }: Case, limit: number): void {
    if (target < 0) return;
    let row = -1;
    for (let at = 0; at < set.size; at++) {
      if (at >= limit && at !== target) continue;
      if (at === target) row = this.rowStarts.length - 1 - this.caseStarts.at(-1)!;
      for (let i = 0; i < denseCount; i++) if (set.values[at * denseCount + i] !== 0) this.put(i, set.values[at * denseCount + i]!);
      for (let i = 0; i < set.sparseSizes[at]!; i++)
        this.put(denseCount + set.sparse[at * maxSparse + i]!, set.sparseValues[at * maxSparse + i]!);
      this.rowStarts.push(this.size);
    }
    if (target === set.size) row = this.rowStarts.length - 1 - this.caseStarts.at(-1)!;
    for (let i = 0; i < set.none.length; i++) this.put(denseCount + sparseCount + i, set.none[i]!);
    this.rowStarts.push(this.size);
    this.caseStarts.push(this.rowStarts.length - 1);
    this.targets.push(row);
    this.weights.push(weight);
  }

  private put(id: number, value: number): void {
    if (this.size === this.ids.length) {
      const ids = new Uint16Array(this.size * 2);
      ids.set(this.ids);
      this.ids = ids;
      const values = new Float32Array(this.size * 2);
      values.set(this.values);
      this.values = values;
    }
    this.ids[this.size] = id;
    this.values[this.size++] = value;
  }
}

/** Full-batch L2-regularised maximum likelihood by Adam with decaying steps; deterministic. */
export function train(cases: readonly Case[], { epochs = 120, l2 = 1.5, l2Sparse = 3, rate = 0.16, limit = 40 } = {}): ChoiceModel {
  const total = denseCount + sparseCount + noneNames.length;
  const flat = new Flat();
  for (const one of cases) flat.add(one, limit);
  const { rowStarts, caseStarts, targets, weights: caseWeights, ids, values } = flat;
  const weights = new Float64Array(total);
  const first = new Float64Array(total);
  const second = new Float64Array(total);
  const gradient = new Float64Array(total);
  const p = new Float64Array(4096);
  for (let epoch = 0; epoch < epochs; epoch++) {
    gradient.fill(0);
    for (let c = 0; c < targets.length; c++) {
      const from = caseStarts[c]!;
      const rows = caseStarts[c + 1]! - from;
      let top = -1e9;
      for (let row = 0; row < rows; row++) {
        let utility = 0;
        for (let at = rowStarts[from + row]!, end = rowStarts[from + row + 1]!; at < end; at++) utility += weights[ids[at]!]! * values[at]!;
        p[row] = utility;
        if (utility > top) top = utility;
      }
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += p[row] = Math.exp(p[row]! - top);
      for (let row = 0; row < rows; row++) {
        const error = caseWeights[c]! * (p[row]! / sum - (row === targets[c] ? 1 : 0));
        if (error < 1e-5 && error > -1e-5) continue;
        for (let at = rowStarts[from + row]!, end = rowStarts[from + row + 1]!; at < end; at++) gradient[ids[at]!]! += error * values[at]!;
      }
    }
    const step = rate * (1 - epoch / epochs) + 0.004;
    for (let i = 0; i < total; i++) {
      const penalty = i < denseCount ? l2 : i < denseCount + sparseCount ? l2Sparse : 0.5;
      const slope = (gradient[i]! + penalty * weights[i]!) / targets.length;
      first[i] = 0.9 * first[i]! + 0.1 * slope;
      second[i] = 0.98 * second[i]! + 0.02 * slope * slope;
      const a = first[i]! / (1 - 0.9 ** (epoch + 1));
      const b = second[i]! / (1 - 0.98 ** (epoch + 1));
      weights[i]! -= (step * a) / (Math.sqrt(b) + 1e-7);
    }
  }
  return modelOf(weights);
}

function modelOf(weights: Float64Array): ChoiceModel {
  return {
    version: 'lab',
    dense: weights.subarray(0, denseCount),
    sparse: weights.subarray(denseCount, denseCount + sparseCount),
    none: weights.subarray(denseCount + sparseCount),
  };
}

/** 1-based rank of the truth among the candidates; 999 when the search missed it. */
export function rankOf(model: ChoiceModel, { set, target }: Case): number {
  if (target < 0 || target >= set.size) return 999;
  const p = choose(model, set);
  let rank = 1;
  for (let row = 0; row < set.size; row++) if (row !== target && (p[row]! > p[target]! || (p[row] === p[target] && row < target))) rank++;
  return rank;
}
