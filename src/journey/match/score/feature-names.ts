import { specialityNames, typeNames } from '../parse/lexicon.js';

/** Dense evidence of one (reading, spelling) pair: name → the family it is explained and ablated under. */
export const denseFamilies = {
  sameText: 'exact',
  sameKey: 'exact',
  sameKeyScope: 'exact',
  sameCore: 'core',
  queryExplained: 'letters',
  terminalExplained: 'letters',
  bothExplained: 'letters',
  coreQuery: 'core',
  coreTerminal: 'core',
  coreOnlyTerminal: 'core',
  coreOnlyQuery: 'core',
  coreNeither: 'core',
  coreQueryLost: 'core',
  coreTerminalLost: 'core',
  soundOrShape: 'core',
  ordinalSame: 'ordinal',
  ordinalDiffers: 'ordinal',
  ordinalOnlyQuery: 'ordinal',
  ordinalOnlyTerminal: 'ordinal',
  ordinalOnlyTerminalHigh: 'ordinal',
  branchOnlyQuery: 'branch',
  branchOnlyTerminal: 'branch',
  branchSame: 'branch',
  branchDiffers: 'branch',
  scopeSame: 'region',
  scopeQueryFiner: 'region',
  scopeQueryCoarser: 'region',
  scopeTerminalNone: 'region',
  scopeQueryNoneTerminalCity: 'region',
  countySame: 'region',
  countyContradicts: 'region',
  countyUnknown: 'region',
  countyNamesDiffer: 'region',
  citySame: 'region',
  cityContradicts: 'region',
  provinceContradicts: 'region',
  hintCitySame: 'region',
  hintCityContradicts: 'region',
  hintCountySame: 'region',
  hintCountyContradicts: 'region',
  hintCityUnknown: 'region',
  townSame: 'town',
  townQueryLost: 'town',
  townTerminalLost: 'town',
  ownerQueryLost: 'owner',
  ownerTerminalLost: 'owner',
  ownerSame: 'owner',
  typeSame: 'type',
  typeUnknown: 'type',
  addressHasLost: 'address',
  addressHasCore: 'address',
  addressesAlike: 'address',
  addressesDiffer: 'address',
  tier1: 'prior',
  tier2: 'prior',
  tier3: 'prior',
  tailSame: 'letters',
  headSame: 'letters',
  longestRun: 'letters',
  alignedQuery: 'letters',
  alignedTerminal: 'letters',
  regionQueryLost: 'region',
  regionTerminalLost: 'region',
  fromAlias: 'reading',
  fromFormer: 'reading',
  fromHalf: 'reading',
  fromLaterHalf: 'reading',
  wholeTextSame: 'reading',
  firstNameExact: 'reading',
  spellingBracket: 'reading',
  spellingFormer: 'reading',
  contrast: 'contrast',
  contrastCore: 'contrast',
  contrastLost: 'contrast',
  rank: 'retrieval',
  rankFirst: 'retrieval',
  specialitySame: 'speciality',
  specialityNeither: 'speciality',
  departmentQuery: 'branch',
  fillerDiffers: 'owner',
  closed: 'prior',
  otherReadingExact: 'reading',
  mainReadingExact: 'reading',
  numberedCity: 'prior',
  noAddress: 'prior',
  shortCore: 'core',
  substituted: 'letters',
  countyNamesSame: 'region',
  regionTerminalLostPlaced: 'region',
  regionTerminalLostAlias: 'region',
  regionQueryLostPlaced: 'region',
  noCounty: 'prior',
} as const;

export type DenseName = keyof typeof denseFamilies;
export const denseNames = Object.keys(denseFamilies) as DenseName[];
export const dense = Object.fromEntries(denseNames.map((name, index) => [name, index])) as Record<DenseName, number>;
export const denseCount = denseNames.length;

/** Sparse evidence: which speciality or type stands where another stood. Stand-ins for what is no speciality follow the real ones. */
const standIns = ['ordinal', 'core', 'nothing', 'school', 'works'] as const;
const specialityClasses = ['?', ...specialityNames, ...standIns];
export const standIn = Object.fromEntries(standIns.map((name, i) => [name, specialityNames.length + 1 + i])) as Record<
  (typeof standIns)[number],
  number
>;
const s = specialityClasses.length;
const t = typeNames.length + 1;
export const sparseBases = {
  extraQuery: 0,
  extraTerminal: s,
  same: 2 * s,
  swap: 3 * s,
  type: 3 * s + s * s,
  scope: 3 * s + s * s + t * t,
  numberFor: 3 * s + s * s + t * t + 25,
  forNumber: 15 * s + s * s + t * t + 25,
  numbers: 27 * s + s * s + t * t + 25,
  tier: 27 * s + s * s + t * t + 25 + 144,
} as const;
export const sparseCount = sparseBases.tier + 4 * s;
/** Ordinals 1 to 10 each weigh for themselves, higher ones together. */
export const ordinalBucket = (ordinal: number) => Math.min(11, ordinal);
export const typeClasses = t;
export const specialityClassCount = s;

export function sparseName(id: number): string {
  const name = (index: number) => specialityClasses[index] ?? '?';
  if (id >= sparseBases.tier) {
    const pair = id - sparseBases.tier;
    return `speciality ${name(Math.trunc(pair / 4))} only in the name, tier ${pair % 4}`;
  }
  if (id >= sparseBases.numbers) return `number ${Math.trunc((id - sparseBases.numbers) / 12)} for ${(id - sparseBases.numbers) % 12}`;
  if (id >= sparseBases.forNumber) {
    const pair = id - sparseBases.forNumber;
    return `number ${pair % 12} for speciality ${name(Math.trunc(pair / 12))}`;
  }
  if (id >= sparseBases.numberFor) {
    const pair = id - sparseBases.numberFor;
    return `speciality ${name(Math.trunc(pair / 12))} for number ${pair % 12}`;
  }
  if (id >= sparseBases.scope) return `scope ${Math.trunc((id - sparseBases.scope) / 5)} for ${(id - sparseBases.scope) % 5}`;
  if (id >= sparseBases.type) {
    const pair = id - sparseBases.type;
    return `type ${typeNames[Math.trunc(pair / t) - 1] ?? 'none'} for ${typeNames[(pair % t) - 1] ?? 'none'}`;
  }
  if (id >= sparseBases.swap) {
    const pair = id - sparseBases.swap;
    return `speciality ${name(Math.trunc(pair / s))} for ${name(pair % s)}`;
  }
  if (id >= sparseBases.same) return `speciality ${name(id - sparseBases.same)} on both sides`;
  return id >= sparseBases.extraTerminal ? `speciality ${name(id - s)} only in the master` : `speciality ${name(id)} only in the name`;
}

export function sparseFamily(id: number): string {
  if (id >= sparseBases.tier) return 'prior';
  if (id >= sparseBases.numberFor) return 'ordinal';
  return id >= sparseBases.scope ? 'region' : id >= sparseBases.type ? 'type' : 'speciality';
}

/** The family of a reason by the name it is told under. `none` = the odds against *none of these*. */
export function reasonFamily(reason: string): string {
  if (reason === 'none of these') return 'none';
  if (reason in denseFamilies) return denseFamilies[reason as DenseName];
  return reason.startsWith('scope ') ? 'region' : reason.startsWith('type ') ? 'type' : 'speciality';
}
