import type { TrainedModel } from '../score/load-model.js';

/** The same model, which makes no link of these kinds without a person. */
export function demote(model: TrainedModel, strata: readonly string[]): TrainedModel {
  if (strata.length === 0) return model;
  const kinds = Object.entries(model.strata).map(([name, one]) => [name, strata.includes(name) ? { ...one, autoFrom: 1.01 } : one]);
  return { ...model, strata: Object.fromEntries(kinds) };
}
