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
} as const;

export type DenseName = keyof typeof denseFamilies;
export const denseNames = Object.keys(denseFamilies) as DenseName[];
export const dense = Object.fromEntries(denseNames.map((name, index) => [name, index])) as Record<DenseName, number>;
export const denseCount = denseNames.length;

/** Sparse evidence: which speciality or type stands where another stood. Three stand-ins follow the real specialities. */
const specialityClasses = ['?', ...specialityNames, 'ordinal', 'core', 'nothing'];
export const standIn = {
  ordinal: specialityNames.length + 1,
  core: specialityNames.length + 2,
  nothing: specialityNames.length + 3,
} as const;
const s = specialityClasses.length;
const t = typeNames.length + 1;
export const sparseBases = {
  extraQuery: 0,
  extraTerminal: s,
  same: 2 * s,
  swap: 3 * s,
  type: 3 * s + s * s,
  scope: 3 * s + s * s + t * t,
} as const;
export const sparseCount = sparseBases.scope + 25;
export const typeClasses = t;
export const specialityClassCount = s;

export function sparseName(id: number): string {
  const name = (index: number) => specialityClasses[index] ?? '?';
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
  return id >= sparseBases.scope ? 'region' : id >= sparseBases.type ? 'type' : 'speciality';
}

/** The family of a reason by the name it is told under. `none` = the odds against *none of these*. */
export function reasonFamily(reason: string): string {
  if (reason === 'none of these') return 'none';
  if (reason in denseFamilies) return denseFamilies[reason as DenseName];
  return reason.startsWith('scope ') ? 'region' : reason.startsWith('type ') ? 'type' : 'speciality';
}
