import { align, docPartner, how, partner } from '../align/align.js';
import { ownerKinds, roles } from '../parse/lexicon.js';
import { mergedFrom, scopes } from '../parse/parse-name.js';
import type { Query, QuerySegment } from '../parse/read-query.js';
import { agree, cityOf, provinceOf } from '../region/gazetteer.js';
import { variantKinds } from '../retrieve/draft.js';
import type { IndexSegment } from '../retrieve/index-segment.js';
import { dense, denseCount, ordinalBucket, sparseBases, specialityClassCount, standIn, typeClasses } from './feature-names.js';

/** At most this many sparse features fire for one pair. */
export const maxSparse = 36;

/** One reading against one spelling. Re-used; copy what must last. */
export class Comparison {
  readonly values = new Float32Array(denseCount);
  readonly sparse = new Uint16Array(maxSparse);
  readonly sparseValues = new Float32Array(maxSparse);
  sparseSize = 0;
  /** Which characters of the reading found a partner: 0 none, 1 same, 2 sound, 3 shape. */
  readonly matched = new Uint8Array(48);
  conflicts = 0;
  /** How good the pair looks before the model is asked; picks one pair per terminal. */
  quick = 0;
}

/** Bits of `Comparison.conflicts`: facts that forbid an automatic link however likely it looks. */
export const conflictBits = {
  ordinal: 1,
  county: 2,
  city: 4,
  speciality: 8,
  type: 16,
  branch: 32,
  scope: 64,
  hint: 128,
  address: 256,
  owner: 512,
  core: 1024,
  department: 2048,
} as const;
export type ConflictName = keyof typeof conflictBits;

const massQuery = new Float32Array(16);
const massQueryMatched = new Float32Array(16);
const massDoc = new Float32Array(16);
const massDocMatched = new Float32Array(16);
const bitMarks = new Uint8Array(65_536);

/** Fills `out` with the evidence that `segment` of `query` means document `doc`. About 2 µs. */
export function compare(query: Query, segment: QuerySegment, index: IndexSegment, doc: number, out: Comparison): void {
  const { values } = out;
  values.fill(0);
  out.sparseSize = 0;
  out.conflicts = 0;
  const { parsed, codes } = segment;
  const terminal = index.terminalOf[doc]!;
  const start = index.texts.starts[doc]!;
  const queryLength = Math.min(48, codes.length);
  const docLength = Math.min(48, index.texts.starts[doc + 1]! - start);
  const text = index.texts.codes;
  const tags = index.tags.codes;
  const { charWeight } = index;
  const aligned = align(codes, queryLength, text, start, docLength);

  queryMeaning.ordinal = docMeaning.ordinal = parsed.ordinal === index.ordinals[doc] ? 1 : 0;
  setMeaning(queryMeaning, parsed.type, parsed.specialityLow, parsed.specialityHigh);
  setMeaning(docMeaning, index.types[doc]!, index.specialityLow[doc]!, index.specialityHigh[doc]!);
  massQuery.fill(0);
  massQueryMatched.fill(0);
  massDoc.fill(0);
  massDocMatched.fill(0);
  let queryOwner = 0;
  let docOwner = 0;
  let soft = 0;
  let run = 0;
  let longestRun = 0;
  for (let i = 0; i < queryLength; i++) {
    const role = parsed.roles[i]!;
    const weight = isLight(role, codes[i]!) ? 0.05 : Math.min(8, charWeight[codes[i]!]! + 0.3);
    massQuery[role]! += weight;
    if (role === roles.owner) queryOwner = parsed.classes[i]!;
    const kind = how[i]!;
    out.matched[i] = kind;
    if (kind === 0) {
      run = 0;
      const credit = meansSame(role, parsed.classes[i]!, docMeaning);
      if (credit === 0) continue;
      massQueryMatched[role]! += weight * credit;
      out.matched[i] = 1;
      continue;
    }
    const share = kind === 1 ? 1 : 0.6;
    massQueryMatched[role]! += weight * share;
    if (kind > 1) soft++;
    run = i > 0 && how[i - 1]! > 0 && partner[i - 1] === partner[i]! - 1 ? run + 1 : 1;
    if (run > longestRun) longestRun = run;
  }
  for (let j = 0; j < docLength; j++) {
    const role = tags[start + j]! >> 6;
    const weight = isLight(role, text[start + j]!) ? 0.05 : Math.min(8, charWeight[text[start + j]!]! + 0.3);
    massDoc[role]! += weight;
    if (role === roles.owner) docOwner = tags[start + j]! & 63;
    if (docPartner[j]! < 0) massDocMatched[role]! += weight * meansSame(role, tags[start + j]! & 63, queryMeaning);
    else massDocMatched[role]! += weight * (how[docPartner[j]!] === 1 ? 1 : 0.6);
  }

  const { region, form, core, owner, town, filler, department } = roles;
  const queryAll = sum(massQuery) - massQuery[region]! - massQuery[form]! - massQuery[filler]!;
  const queryHit = sum(massQueryMatched) - massQueryMatched[region]! - massQueryMatched[form]! - massQueryMatched[filler]!;
  const docAll = sum(massDoc) - massDoc[region]! - massDoc[form]! - massDoc[filler]!;
  const docHit = sum(massDocMatched) - massDocMatched[region]! - massDocMatched[form]! - massDocMatched[filler]!;
  const queryExplained = queryAll > 0 ? queryHit / queryAll : 0;
  const docExplained = docAll > 0 ? docHit / docAll : 0;
  values[dense.queryExplained] = queryExplained;
  values[dense.terminalExplained] = docExplained;
  values[dense.bothExplained] = queryExplained * docExplained;

  const sameText = queryLength === docLength && aligned >= queryLength * 1.6 - 0.61 && soft === 0 ? 1 : 0;
  values[dense.sameText] = sameText;
  const sameKey = segment.keyHash === index.keyHashes[doc] ? 1 : 0;
  values[dense.sameKey] = sameKey;
  const docScope = index.scopes[doc]!;
  // 新州卫生院 and 新州镇卫生院 have one key; that only one is known to be a town's is no difference.
  const scopeSame = parsed.scope === docScope || (sameKey === 1 && (parsed.scope === scopes.town || docScope === scopes.town));
  values[dense.sameKeyScope] = sameKey && scopeSame ? 1 : 0;

  const coreQuery = massQuery[core]! + massQuery[owner]! + massQuery[town]!;
  const coreQueryHit = massQueryMatched[core]! + massQueryMatched[owner]! + massQueryMatched[town]!;
  const coreDoc = massDoc[core]! + massDoc[owner]! + massDoc[town]!;
  const coreDocHit = massDocMatched[core]! + massDocMatched[owner]! + massDocMatched[town]!;
  const queryHasCore = coreQuery > 0;
  const docHasCore = coreDoc > 0;
  if (segment.coreHash !== 0 && segment.coreHash === index.coreHashes[doc]) values[dense.sameCore] = 1;
  if (queryHasCore) values[dense.coreQuery] = coreQueryHit / coreQuery;
  if (docHasCore) values[dense.coreTerminal] = coreDocHit / coreDoc;
  if (docHasCore && !queryHasCore) values[dense.coreOnlyTerminal] = 1;
  if (!docHasCore && queryHasCore) values[dense.coreOnlyQuery] = 1;
  if (!docHasCore && !queryHasCore) values[dense.coreNeither] = 1;
  values[dense.coreQueryLost] = Math.min(3, (coreQuery - coreQueryHit) / 8);
  values[dense.coreTerminalLost] = Math.min(3, (coreDoc - coreDocHit) / 8);
  values[dense.soundOrShape] = Math.min(2, soft);
  if (queryHasCore && docHasCore && coreQuery < 10) values[dense.shortCore] = coreQueryHit / coreQuery;
  if (coreQuery - coreQueryHit > 3 && coreDoc - coreDocHit > 3) {
    values[dense.substituted] = 1;
    if (coreQueryHit < 0.35 * coreQuery) out.conflicts |= conflictBits.core;
  }

  const docOrdinal = index.ordinals[doc]!;
  compareOrdinals(parsed.ordinal, docOrdinal, out);
  compareBranches(parsed.hasBranch, index.branches[doc] === 1, out);
  if (massQuery[department]! > 0) {
    values[dense.departmentQuery] = 1;
    if (massDoc[department] === 0) out.conflicts |= conflictBits.department;
  }

  if (scopeSame) values[dense.scopeSame] = 1;
  else if (parsed.scope !== scopes.none && docScope !== scopes.none) {
    values[parsed.scope > docScope ? dense.scopeQueryFiner : dense.scopeQueryCoarser] = 1;
    if (queryExplained < 0.999 || docExplained < 0.999 || !queryHasCore) out.conflicts |= conflictBits.scope;
  }
  if (docScope === scopes.none) values[dense.scopeTerminalNone] = 1;
  if (parsed.scope === scopes.none && docScope <= scopes.city && docScope > 0) values[dense.scopeQueryNoneTerminalCity] = 1;
  addSparse(out, sparseBases.scope + parsed.scope * 5 + docScope, 1);
  const docCounty = index.docCounties[doc]!;
  comparePlaces(query, segment, index.places[terminal]!, docCounty, out);
  if (parsed.county > 1 && docCounty === parsed.county) values[dense.countyNamesSame] = 1;
  if (index.places[terminal]! % 100 === 0) values[dense.noCounty] = 1;
  if (parsed.county !== 0 && docCounty !== 0 && docCounty !== parsed.county && sameText === 0 && !saysSame(segment, docCounty)) {
    values[dense.countyNamesDiffer] = 1;
    out.conflicts |= conflictBits.county;
  }
  values[dense.regionQueryLost] = Math.min(3, (massQuery[region]! - massQueryMatched[region]!) / 8);
  values[dense.regionTerminalLost] = Math.min(3, (massDoc[region]! - massDocMatched[region]!) / 8);
  if (query.hint.city !== 0) {
    values[dense.regionQueryLostPlaced] = values[dense.regionQueryLost]!;
    values[dense.regionTerminalLostPlaced] = values[dense.regionTerminalLost]!;
  }
  if (segment.kind !== 'main' && segment.kind !== 'first' && segment.mentions.length === 0)
    values[dense.regionTerminalLostAlias] = values[dense.regionTerminalLost]!;

  if (massQuery[town]! > 0) {
    values[dense.townSame] = massQueryMatched[town]! / massQuery[town]!;
    values[dense.townQueryLost] = 1 - values[dense.townSame]!;
  }
  if (massDoc[town]! > 0) values[dense.townTerminalLost] = 1 - massDocMatched[town]! / massDoc[town]!;
  if (massQuery[owner]! > 0) values[dense.ownerQueryLost] = 1 - massQueryMatched[owner]! / massQuery[owner]!;
  if (massDoc[owner]! > 0) values[dense.ownerTerminalLost] = 1 - massDocMatched[owner]! / massDoc[owner]!;
  if (massQuery[owner]! > 0 && massDoc[owner]! > 0) {
    values[dense.ownerSame] = massQueryMatched[owner]! / massQuery[owner]!;
    if (massQueryMatched[owner]! < 0.5 * massQuery[owner]!) out.conflicts |= conflictBits.owner;
  }
  if (massQuery[filler]! > 2 !== massDoc[filler]! > 2) values[dense.fillerDiffers] = 1;

  lost.queryCore = queryHasCore && coreQueryHit < 0.5 * coreQuery;
  lost.docCore = docHasCore && coreDocHit < 0.5 * coreDoc;
  lost.queryOwner = massQueryMatched[owner]! < 0.5 * massQuery[owner]! ? queryOwner : 0;
  lost.docOwner = massDocMatched[owner]! < 0.5 * massDoc[owner]! ? docOwner : 0;
  compareClasses(segment, index, doc, out);
  compareAddresses(query, segment, index, terminal, out);

  const tier = index.tiers[terminal]!;
  if (tier === 1) values[dense.tier1] = 1;
  else if (tier === 2) values[dense.tier2] = 1;
  else if (tier === 3) values[dense.tier3] = 1;
  if (docOrdinal > 0 && docOrdinal < 20 && docScope <= scopes.city && !docHasCore) values[dense.numberedCity] = 1;
  if (index.addresses.length(terminal) === 0) values[dense.noAddress] = 1;
  if (index.closed[terminal] === 1) values[dense.closed] = 1;
  if (queryLength > 1 && docLength > 1 && partner[queryLength - 1] === docLength - 1 && partner[queryLength - 2] === docLength - 2)
    values[dense.tailSame] = 1;
  if (firstLetterMet(parsed.roles, tags, start, queryLength)) values[dense.headSame] = 1;
  values[dense.longestRun] = longestRun / queryLength;
  values[dense.alignedQuery] = aligned / (queryLength * 1.6);
  values[dense.alignedTerminal] = aligned / (docLength * 1.6);
  if (segment.kind === 'alias') values[dense.fromAlias] = 1;
  else if (segment.kind === 'former') values[dense.fromFormer] = 1;
  else if (segment.kind === 'first') values[dense.fromHalf] = 1;
  else if (segment.kind === 'joined') values[dense.fromLaterHalf] = 1;
  if (index.variant[doc] === variantKinds.bracket) values[dense.spellingBracket] = 1;
  else if (index.variant[doc] === variantKinds.former) values[dense.spellingFormer] = 1;
  out.quick =
    sameText +
    0.6 * sameKey +
    queryExplained +
    docExplained +
    0.5 * values[dense.alignedQuery]! +
    0.3 * values[dense.alignedTerminal]! -
    (segment.kind === 'main' ? 0 : 0.05) -
    (index.variant[doc] === 0 ? 0 : 0.05) -
    (out.conflicts & (conflictBits.ordinal | conflictBits.branch) ? 0.4 : 0);
}

/** Whether the county the spelling names is one the reading may mean, by a rank it had or a former name; not one merged into it. */
function saysSame({ parsed, counties }: QuerySegment, docCounty: number): boolean {
  return parsed.county < mergedFrom && counties.includes(docCounty);
}

interface Meaning {
  type: number;
  low: number;
  high: number;
  ordinal: number;
}
const queryMeaning: Meaning = { type: 0, low: 0, high: 0, ordinal: 0 };
const docMeaning: Meaning = { type: 0, low: 0, high: 0, ordinal: 0 };

function setMeaning(meaning: Meaning, type: number, low: number, high: number): void {
  meaning.type = type;
  meaning.low = low;
  meaning.high = high;
}

/** How much of an unpaired letter the other side says in other words: 附属第二 for 第二附属, 精神病 for 精神卫生, 中心卫生院 for 卫生院. */
function meansSame(role: number, cls: number, other: Meaning): number {
  if (role === roles.ordinal) return other.ordinal;
  if (role === roles.type) return cls === other.type ? 0.8 : 0;
  if (role !== roles.speciality || cls === 0) return 0;
  const found = cls <= 32 ? (other.low >>> (cls - 1)) & 1 : (other.high >>> (cls - 33)) & 1;
  return found * 0.8;
}

/** 镇, 乡, 街, 道 behind a town and 分, 店 of a shop come and go. */
function isLight(role: number, code: number): boolean {
  if (role === roles.branch) return code === 0x5206 || code === 0x5e97;
  if (role !== roles.town) return false;
  return code === 0x9547 || code === 0x4e61 || code === 0x8857 || code === 0x9053;
}

function compareOrdinals(query: number, doc: number, out: Comparison): void {
  const { values } = out;
  if (query > 0 && doc > 0) {
    if (query === doc) values[dense.ordinalSame] = 1;
    else {
      values[dense.ordinalDiffers] = 1;
      out.conflicts |= conflictBits.ordinal;
    }
  } else if (query > 0) {
    values[dense.ordinalOnlyQuery] = 1;
    out.conflicts |= conflictBits.ordinal;
  } else if (doc > 0) {
    values[dense.ordinalOnlyTerminal] = 1;
    if (doc > 2) {
      values[dense.ordinalOnlyTerminalHigh] = Math.min(1, Math.log(doc / 2) / 2);
    }
    out.conflicts |= conflictBits.ordinal;
  }
}

function compareBranches(query: boolean, doc: boolean, out: Comparison): void {
  const { values } = out;
  if (query && !doc) values[dense.branchOnlyQuery] = 1;
  else if (doc && !query) values[dense.branchOnlyTerminal] = 1;
  if (query !== doc) out.conflicts |= conflictBits.branch;
  if (!query || !doc) return;
  const same = massQueryMatched[roles.branch]! / Math.max(0.1, massQuery[roles.branch]!);
  const back = massDocMatched[roles.branch]! / Math.max(0.1, massDoc[roles.branch]!);
  const both = Math.min(same, back);
  values[dense.branchSame] = both;
  values[dense.branchDiffers] = 1 - both;
  if (both < 0.99) out.conflicts |= conflictBits.branch;
}

function comparePlaces(
  { hint }: Query,
  { counties, cities, provinces }: QuerySegment,
  place: number,
  named: number,
  out: Comparison,
): void {
  const { values } = out;
  const county = place % 100 === 0 ? 0 : place;
  const city = cityOf(place);
  if (counties.length > 0) {
    // Where a terminal stands and which county its name speaks of may differ (moved, merged, across the border): either will do.
    if (named > 1 && counties.includes(named)) values[dense.countySame] = 1;
    else if (county === 0) {
      values[dense.countyUnknown] = 1;
      if (city !== 0 && !counties.some((code) => agree(city, code))) out.conflicts |= conflictBits.county;
    } else if (counties.includes(county)) values[dense.countySame] = 1;
    else {
      values[dense.countyContradicts] = 1;
      out.conflicts |= conflictBits.county;
    }
  }
  if (cities.length > 0 && city !== 0) {
    if (cities.includes(city) || (county !== 0 && cities.includes(county))) values[dense.citySame] = 1;
    else {
      values[dense.cityContradicts] = 1;
      out.conflicts |= conflictBits.city;
    }
  }
  if (provinces.length > 0 && place !== 0 && !provinces.includes(provinceOf(place))) {
    values[dense.provinceContradicts] = 1;
    out.conflicts |= conflictBits.city;
  }
  if (hint.city !== 0) {
    if (city === 0) values[dense.hintCityUnknown] = 1;
    else if (hint.city === city) values[dense.hintCitySame] = 1;
    else {
      values[dense.hintCityContradicts] = 1;
      out.conflicts |= conflictBits.hint;
    }
  } else if (hint.province !== 0 && place !== 0 && hint.province !== provinceOf(place)) {
    values[dense.hintCityContradicts] = 1;
    out.conflicts |= conflictBits.hint;
  }
  if (hint.county !== 0 && county !== 0) {
    if (hint.county === county) values[dense.hintCountySame] = 1;
    else {
      values[dense.hintCountyContradicts] = 1;
      out.conflicts |= conflictBits.hint;
    }
  }
}

const onlyQuery = new Uint8Array(64);
const onlyDoc = new Uint8Array(64);

/** What one side says and the other does not, by stand-in; owners by their kind, 0 for none. */
const lost = { queryCore: false, docCore: false, queryOwner: 0, docOwner: 0 };

function compareClasses({ parsed }: QuerySegment, index: IndexSegment, doc: number, out: Comparison): void {
  const { values } = out;
  const low = index.specialityLow[doc]! | 0;
  const high = index.specialityHigh[doc]! | 0;
  let same = 0;
  let queries = 0;
  let docs = 0;
  for (let cls = 1; cls < standIn.ordinal; cls++) {
    const inQuery = cls <= 32 ? (parsed.specialityLow >>> (cls - 1)) & 1 : (parsed.specialityHigh >>> (cls - 33)) & 1;
    const inDoc = cls <= 32 ? (low >>> (cls - 1)) & 1 : (high >>> (cls - 33)) & 1;
    if (inQuery && inDoc) {
      same++;
      addSparse(out, sparseBases.same + cls, 1);
    } else if (inQuery) onlyQuery[queries++] = cls;
    else if (inDoc) onlyDoc[docs++] = cls;
  }
  values[dense.specialitySame] = Math.min(2, same);
  if (same === 0 && queries === 0 && docs === 0) values[dense.specialityNeither] = 1;
  if (queries > 0 || docs > 0) out.conflicts |= conflictBits.speciality;
  if (parsed.ordinal > 0 && index.ordinals[doc] === 0) onlyQuery[queries++] = standIn.ordinal;
  if (index.ordinals[doc]! > 0 && parsed.ordinal === 0) onlyDoc[docs++] = standIn.ordinal;
  if (lost.queryOwner !== 0) onlyQuery[queries++] = lost.queryOwner === ownerKinds.school ? standIn.school : standIn.works;
  else if (lost.queryCore) onlyQuery[queries++] = standIn.core;
  if (lost.docOwner !== 0) onlyDoc[docs++] = lost.docOwner === ownerKinds.school ? standIn.school : standIn.works;
  else if (lost.docCore) onlyDoc[docs++] = standIn.core;
  if (queries + docs > 0) {
    if (queries === 0) onlyQuery[queries++] = standIn.nothing;
    if (docs === 0) onlyDoc[docs++] = standIn.nothing;
    const a = Math.min(3, queries);
    const b = Math.min(3, docs);
    for (let i = 0; i < a; i++) addSparse(out, sparseBases.extraQuery + onlyQuery[i]!, 1 / a);
    for (let j = 0; j < b; j++) addSparse(out, sparseBases.extraTerminal + onlyDoc[j]!, 1 / b);
    for (let i = 0; i < a; i++)
      for (let j = 0; j < b; j++) addSparse(out, sparseBases.swap + onlyQuery[i]! * specialityClassCount + onlyDoc[j]!, 1 / (a * b));
    compareNumbers(parsed.ordinal, index.ordinals[doc]!, a, b, out);
    const tier = index.tiers[index.terminalOf[doc]!]!;
    for (let i = 0; i < a; i++) addSparse(out, sparseBases.tier + onlyQuery[i]! * 4 + tier, 1 / a);
  } else if (parsed.ordinal !== index.ordinals[doc]) compareNumbers(parsed.ordinal, index.ordinals[doc]!, 0, 0, out);
  const docType = index.types[doc]!;
  addSparse(out, sparseBases.type + parsed.type * typeClasses + docType, 1);
  if (parsed.type === docType) values[dense.typeSame] = 1;
  else if (parsed.type === 0 || docType === 0) values[dense.typeUnknown] = 1;
  else out.conflicts |= conflictBits.type;
}

/** Which number stands where a speciality stood (a city's infectious hospital is often its third or fifth), or another number. */
function compareNumbers(query: number, doc: number, a: number, b: number, out: Comparison): void {
  if (query > 0 && doc > 0) {
    if (query !== doc) addSparse(out, sparseBases.numbers + ordinalBucket(query) * 12 + ordinalBucket(doc), 1);
  } else if (doc > 0) {
    for (let i = 0; i < a; i++) addSparse(out, sparseBases.numberFor + onlyQuery[i]! * 12 + ordinalBucket(doc), 1 / a);
  } else if (query > 0) {
    for (let j = 0; j < b; j++) addSparse(out, sparseBases.forNumber + onlyDoc[j]! * 12 + ordinalBucket(query), 1 / b);
  }
}

/** What the name says and the spelling does not, looked for in the terminal's address; and address against address when both are given. */
function compareAddresses(query: Query, { codes, parsed }: QuerySegment, index: IndexSegment, terminal: number, out: Comparison): void {
  const { values } = out;
  const { codes: address, starts } = index.addresses;
  const start = starts[terminal]!;
  const end = starts[terminal + 1]!;
  if (end - start < 2) return;
  let core = 0;
  let coreHit = 0;
  let lost = 0;
  let lostHit = 0;
  for (let i = start; i < end; i++) bitMarks[address[i]!] = 1;
  const limit = Math.min(48, codes.length);
  for (let i = 0; i + 1 < limit; i++) {
    const role = parsed.roles[i]!;
    if ((role !== roles.core && role !== roles.town) || parsed.roles[i + 1] !== role) continue;
    core++;
    const unmatched = out.matched[i] === 0 || out.matched[i + 1] === 0;
    if (unmatched) lost++;
    if (bitMarks[codes[i]!] === 0 || bitMarks[codes[i + 1]!] === 0) continue;
    if (!pairIn(address, start, end, codes[i]!, codes[i + 1]!)) continue;
    coreHit++;
    if (unmatched) lostHit++;
  }
  if (core > 0) values[dense.addressHasCore] = coreHit / core;
  if (lost > 0) values[dense.addressHasLost] = lostHit / lost;
  if (query.address.length > 3) {
    let hits = 0;
    let pairs = 0;
    for (let i = 0; i + 1 < query.address.length; i++) {
      pairs++;
      const a = query.address.charCodeAt(i);
      const b = query.address.charCodeAt(i + 1);
      if (bitMarks[a] && bitMarks[b] && pairIn(address, start, end, a, b)) hits++;
    }
    const alike = hits / Math.min(pairs, end - start - 1);
    values[dense.addressesAlike] = Math.min(1, alike);
    if (alike < 0.2) values[dense.addressesDiffer] = 1;
  }
  for (let i = start; i < end; i++) bitMarks[address[i]!] = 0;
}

function pairIn(codes: Uint16Array, start: number, end: number, first: number, second: number): boolean {
  for (let i = start; i + 1 < end; i++) if (codes[i] === first && codes[i + 1] === second) return true;
  return false;
}

function firstLetterMet(queryRoles: Uint8Array, tags: Uint16Array, start: number, queryLength: number): boolean {
  let i = 0;
  while (i < queryLength && queryRoles[i] === roles.region) i++;
  if (i >= queryLength) return false;
  const met = partner[i]!;
  if (met < 0) return false;
  return met === 0 || tags[start + met - 1]! >> 6 === roles.region;
}

function addSparse(out: Comparison, id: number, value: number): void {
  if (out.sparseSize >= maxSparse) return;
  out.sparse[out.sparseSize] = id;
  out.sparseValues[out.sparseSize++] = value;
}

function sum(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < 11; i++) total += values[i]!;
  return total;
}
