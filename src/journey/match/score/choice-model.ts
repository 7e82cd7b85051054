import type { CandidateSet } from './candidate-set.js';
import { maxSparse } from './compare.js';
import { denseCount } from './feature-names.js';

/** A conditional logit over a query's candidates and "none of these". Weights are natural logs of odds. */
export interface ChoiceModel {
  readonly version: string;
  readonly dense: Float64Array;
  readonly sparse: Float64Array;
  readonly none: Float64Array;
}

export function utilities(model: ChoiceModel, set: CandidateSet): Float64Array {
  const out = new Float64Array(set.size);
  for (let row = 0; row < set.size; row++) {
    let utility = 0;
    const base = row * denseCount;
    for (let i = 0; i < denseCount; i++) {
      const value = set.values[base + i]!;
      if (value !== 0) utility += model.dense[i]! * value;
    }
    const sparseBase = row * maxSparse;
    for (let i = 0; i < set.sparseSizes[row]!; i++)
      utility += model.sparse[set.sparse[sparseBase + i]!]! * set.sparseValues[sparseBase + i]!;
    out[row] = utility;
  }
  return out;
}

export function noneUtility(model: ChoiceModel, set: CandidateSet): number {
  let utility = 0;
  for (let i = 0; i < set.none.length; i++) utility += model.none[i]! * set.none[i]!;
  return utility;
}

/** Only this many of the likeliest candidates share the probability, so that a deeper search does not thin it out. */
const contenders = 24;

/**
 * Probabilities of the candidates, then of none, in one array. The likeliest 24 and none sum to 1; what comes after them keeps
 * its order but next to no probability.
 */
export function choose(model: ChoiceModel, set: CandidateSet): Float64Array {
  const raw = utilities(model, set);
  const none = noneUtility(model, set);
  const floor = set.size > contenders ? raw.toSorted()[set.size - contenders]! : -Infinity;
  let top = none;
  for (const value of raw) if (value > top) top = value;
  const out = new Float64Array(set.size + 1);
  let total = 0;
  for (let row = 0; row <= set.size; row++) {
    const utility = row < set.size ? raw[row]! : none;
    out[row] = Math.exp(utility - top);
    if (row === set.size || utility >= floor) total += out[row]!;
    else out[row]! *= 0.01;
  }
  for (let row = 0; row <= set.size; row++) out[row]! /= total;
  return out;
}
