import { readDataFile } from '../data-file.js';
import { certaintyNames } from '../decide/certainty.js';
import { noneNames } from './candidate-set.js';
import type { ChoiceModel } from './choice-model.js';
import { denseCount, denseNames, sparseCount, sparseName } from './feature-names.js';

/** What training leaves behind: weights by name, so that a file outlives the order of features in the code. */
export interface ModelFile {
  readonly version: string;
  readonly trainedOn: string;
  readonly dense: Readonly<Record<string, number>>;
  readonly sparse: Readonly<Record<string, number>>;
  readonly none: Readonly<Record<string, number>>;
  /** How sure to be of the best candidate: weights of a logistic regression by input name. Without them the choice model is taken at its word. */
  readonly certainty?: Readonly<Record<string, number>>;
  /** Per stratum: knots [certainty, calibrated] rising in both, none when the certainty needs no correction, and the certainty from which a link is made without a person; above 1: never. */
  readonly strata: Readonly<
    Record<string, { readonly knots: readonly (readonly [number, number])[]; readonly autoFrom: number; readonly measured: string }>
  >;
}

export interface TrainedModel extends ChoiceModel {
  readonly certainty: Float64Array | null;
  readonly strata: ModelFile['strata'];
}

/** The model that ships with the program. */
export function readShippedModel(): ModelFile {
  return JSON.parse(readDataFile('model.json')) as ModelFile;
}

export function loadModel(file: ModelFile = readShippedModel()): TrainedModel {
  const sparse = new Float64Array(sparseCount);
  for (let id = 0; id < sparseCount; id++) sparse[id] = file.sparse[sparseName(id)] ?? 0;
  return {
    version: file.version,
    dense: Float64Array.from({ length: denseCount }, (_, i) => file.dense[denseNames[i]!] ?? 0),
    sparse,
    none: Float64Array.from(noneNames, (name) => file.none[name] ?? 0),
    certainty: file.certainty ? Float64Array.from(certaintyNames, (name) => file.certainty![name] ?? 0) : null,
    strata: file.strata,
  };
}
