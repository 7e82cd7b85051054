import { typeNames } from '../parse/lexicon.js';
import type { Query } from '../parse/read-query.js';
import type { CandidateSet } from '../score/candidate-set.js';
import { type DenseName, dense, denseCount } from '../score/feature-names.js';
import { stratumOf } from './stratum.js';

/** Facts about the best candidate that tell how often such a candidate is right, beyond what the choice model says. */
const facts = [
  'noAddress',
  'tier1',
  'tier2',
  'tier3',
  'noCounty',
  'sameText',
  'sameKeyScope',
  'coreNeither',
  'fromAlias',
  'fromHalf',
  'fromLaterHalf',
  'bothExplained',
  'soundOrShape',
  'countySame',
  'specialitySame',
  'typeSame',
  'regionQueryLost',
  'regionTerminalLost',
] as const satisfies readonly DenseName[];
const kinds = ['same name', 'same kind', 'core agrees', 'several names', 'other'] as const;
/** Where shops and small practices are: types of which a town has many, under names of their own. */
const smallTypes = new Set(['clinic', 'village', 'station', 'pharmacy', 'wholesale'].map((name) => typeNames.indexOf(name) + 1));

export const certaintyNames: readonly string[] = [
  'bias',
  'log odds',
  'log of the runner-up',
  'log of none',
  'place known',
  ...kinds,
  ...kinds.map((kind) => `log odds, ${kind}`),
  'conflict',
  'barred',
  'small',
  'log odds, small',
  ...facts,
  ...['', 'same name, '].flatMap((when) =>
    ['place only in the name', 'place only in the master', 'place on either side'].map((what) => when + what),
  ),
  'same name, noAddress',
  'same name, level known',
  'same name, countySame',
  'same name, coreNeither',
];

/**
 * The inputs of the calibration for the candidate in `row`, in the order of `certaintyNames`. `p` are the choice model's
 * probabilities with none last, `runnerUp` that of the next best candidate, `barred` whether something else than the
 * probability keeps the link from being automatic.
 */
export function certaintyInputs(
  query: Query,
  set: CandidateSet,
  p: Float64Array,
  row: number,
  runnerUp: number,
  barred: boolean,
): Float64Array {
  const kind = stratumOf(query, set, row) >> 1;
  const odds = logOdds(p[row]!);
  const values = new Float64Array(certaintyNames.length);
  values[0] = 1;
  values[1] = odds;
  values[2] = Math.log(runnerUp + 1e-4);
  values[3] = Math.log(p[set.size]! + 1e-4);
  values[4] = query.hint.city === 0 ? 0 : 1;
  values[5 + kind] = 1;
  values[10 + kind] = odds;
  values[15] = set.conflicts[row] === 0 ? 0 : 1;
  values[16] = barred ? 1 : 0;
  if (smallTypes.has(query.segments[set.readings[row]!]!.parsed.type)) {
    values[17] = 1;
    values[18] = odds;
  }
  const value = (name: DenseName) => set.values[row * denseCount + dense[name]]!;
  for (const [i, name] of facts.entries()) values[19 + i] = value(name);
  const inName = value('regionQueryLost') > 0.05 ? 1 : 0;
  const inMaster = value('regionTerminalLost') > 0.05 ? 1 : 0;
  const sameName = kind < 2 ? 1 : 0;
  const places = [inName, inMaster, inName * inMaster];
  const level = value('tier1') + value('tier2') + value('tier3');
  const more = [
    ...places,
    ...[...places, value('noAddress'), level, value('countySame'), value('coreNeither')].map((one) => one * sameName),
  ];
  values.set(more, 19 + facts.length);
  return values;
}

/** The probability that the candidate is right, by logistic regression over the inputs; without weights what the choice model said. */
export function certainty(weights: Float64Array | null, inputs: Float64Array): number {
  if (!weights) return 1 / (1 + Math.exp(-inputs[1]!));
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * inputs[i]!;
  return 1 / (1 + Math.exp(-sum));
}

function logOdds(p: number): number {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(inside / (1 - inside));
}
