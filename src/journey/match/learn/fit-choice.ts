import { type CandidateSet, noneNames } from '../score/candidate-set.js';
import type { ChoiceModel } from '../score/choice-model.js';
import { maxSparse } from '../score/compare.js';
import { denseCount, sparseCount } from '../score/feature-names.js';

const total = denseCount + sparseCount + noneNames.length;

/** Choices as flat runs of (weight number, value): what is zero costs nothing, and the candidate sets need not be kept. */
export class ChoiceData {
  private readonly rowStarts: number[] = [0];
  private readonly caseStarts: number[] = [0];
  private readonly targets: number[] = [];
  private ids = new Uint16Array(1 << 16);
  private values = new Float32Array(1 << 16);
  private size = 0;

  get count(): number {
    return this.targets.length;
  }

  /** `target` is the row of the right candidate, `set.size` when none of them is right. Only the first `limit` rivals are kept. */
  add(set: CandidateSet, target: number, limit = 40): void {
    const first = this.rowStarts.length - 1;
    for (let at = 0; at < set.size; at++) {
      if (at >= limit && at !== target) continue;
      if (at === target) this.targets.push(this.rowStarts.length - 1 - first);
      for (let i = 0; i < denseCount; i++) this.put(i, set.values[at * denseCount + i]!);
      for (let i = 0; i < set.sparseSizes[at]!; i++)
        this.put(denseCount + set.sparse[at * maxSparse + i]!, set.sparseValues[at * maxSparse + i]!);
      this.rowStarts.push(this.size);
    }
    if (target === set.size) this.targets.push(this.rowStarts.length - 1 - first);
    for (let i = 0; i < set.none.length; i++) this.put(denseCount + sparseCount + i, set.none[i]!);
    this.rowStarts.push(this.size);
    this.caseStarts.push(this.rowStarts.length - 1);
  }

  /** Adds the gradient of the negative log-likelihood of the cases that `isIn` and returns that sum. */
  gradient(weights: Float64Array, into: Float64Array | null, isIn: (place: number) => boolean): number {
    let loss = 0;
    for (let c = 0; c < this.targets.length; c++) {
      if (!isIn(c)) continue;
      const p = this.shares(weights, c);
      loss -= Math.log(Math.max(1e-12, p[this.targets[c]!]!));
      if (!into) continue;
      const from = this.caseStarts[c]!;
      for (let row = 0; row < p.length; row++) {
        const error = p[row]! - (row === this.targets[c] ? 1 : 0);
        if (Math.abs(error) < 1e-6) continue;
        for (let at = this.rowStarts[from + row]!, end = this.rowStarts[from + row + 1]!; at < end; at++)
          into[this.ids[at]!]! += error * this.values[at]!;
      }
    }
    return loss;
  }

  /** Whether the likeliest of a case's candidates (or none of them) is the right one. */
  isRight(weights: Float64Array, place: number): boolean {
    const p = this.shares(weights, place);
    return p.every((one) => one <= p[this.targets[place]!]!);
  }

  private shares(weights: Float64Array, place: number): Float64Array {
    const from = this.caseStarts[place]!;
    const p = new Float64Array(this.caseStarts[place + 1]! - from);
    let top = -Infinity;
    for (let row = 0; row < p.length; row++) {
      let utility = 0;
      for (let at = this.rowStarts[from + row]!, end = this.rowStarts[from + row + 1]!; at < end; at++)
        utility += weights[this.ids[at]!]! * this.values[at]!;
      p[row] = utility;
      if (utility > top) top = utility;
    }
    let sum = 0;
    for (let row = 0; row < p.length; row++) sum += p[row] = Math.exp(p[row]! - top);
    for (let row = 0; row < p.length; row++) p[row]! /= sum;
    return p;
  }

  private put(id: number, value: number): void {
    if (value === 0) return;
    if (this.size === this.ids.length) {
      const ids = new Uint16Array(this.size * 2);
      ids.set(this.ids);
      const values = new Float32Array(this.size * 2);
      values.set(this.values);
      [this.ids, this.values] = [ids, values];
    }
    this.ids[this.size] = id;
    this.values[this.size++] = value;
  }
}

/**
 * The likeliest weights when the given ones are believed as strongly as `strength` says: the sum of the choices' negative
 * log-likelihoods plus `strength`/2 times the squared distance. With no choices the given weights come back. Deterministic.
 */
export function fitChoice(
  data: ChoiceData,
  start: Float64Array,
  strength: number,
  isIn: (place: number) => boolean,
  epochs = 80,
): Float64Array {
  const weights = start.slice();
  const gradient = new Float64Array(total);
  const first = new Float64Array(total);
  const second = new Float64Array(total);
  for (let epoch = 0; epoch < epochs; epoch++) {
    gradient.fill(0);
    data.gradient(weights, gradient, isIn);
    const step = 0.06 * (1 - epoch / epochs) + 0.001;
    for (let i = 0; i < total; i++) {
      const slope = gradient[i]! + strength * (weights[i]! - start[i]!);
      first[i] = 0.9 * first[i]! + 0.1 * slope;
      second[i] = 0.98 * second[i]! + 0.02 * slope * slope;
      const a = first[i]! / (1 - 0.9 ** (epoch + 1));
      const b = second[i]! / (1 - 0.98 ** (epoch + 1));
      // A weight that no choice touches stays exactly where it was.
      if (b > 0) weights[i]! -= (step * a) / (Math.sqrt(b) + 1e-3);
    }
  }
  return weights;
}

export function weightsOf({ dense, sparse, none }: ChoiceModel): Float64Array {
  return Float64Array.from([...dense, ...sparse, ...none]);
}

export function modelOf(weights: Float64Array, version: string): ChoiceModel {
  return {
    version,
    dense: weights.subarray(0, denseCount),
    sparse: weights.subarray(denseCount, denseCount + sparseCount),
    none: weights.subarray(denseCount + sparseCount),
  };
}
