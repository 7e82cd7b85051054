import { normalise } from '../normalise/normalise.js';
import { parseName } from '../parse/parse-name.js';
import { splitSegments } from '../parse/segments.js';
import { findPlaces } from '../region/find-places.js';
import { cityOf, contains, resolvePlace } from '../region/gazetteer.js';
import type { Terminal } from '../terminal.js';
import { GramPostings } from './gram-postings.js';
import { GrowingChars } from './growing-chars.js';

export const variantKinds = { name: 0, bracket: 1, former: 2 } as const;

/**
 * Terminals in typed arrays. A *document* is one spelling of a terminal (its name, a name in brackets, a former name).
 * Documents are ordered by adcode, so a city is a range of numbers; within it by terminal id, so the order of the
 * master's rows changes nothing.
 */
export class IndexSegment {
  readonly ids: string[] = [];
  readonly names: GrowingChars;
  readonly addresses: GrowingChars;
  readonly places: Int32Array;
  readonly tiers: Uint8Array;
  readonly closed: Uint8Array;
  readonly removed: Uint8Array;
  /** Documents of terminal `t` are `docStarts[t]` to `docStarts[t + 1]`. */
  readonly docStarts: Uint32Array;
  /** Per document. */
  readonly terminalOf: Uint32Array;
  readonly variant: Uint8Array;
  readonly texts: GrowingChars;
  /** Role * 64 + class per character of `texts`. */
  readonly tags: GrowingChars;
  readonly types: Uint8Array;
  readonly specialityLow: Uint32Array;
  readonly specialityHigh: Uint32Array;
  readonly ordinals: Uint16Array;
  readonly scopes: Uint8Array;
  readonly branches: Uint8Array;
  readonly keyHashes: Uint32Array;
  readonly coreHashes: Uint32Array;
  readonly docPlaces: Int32Array;
  /** The county a spelling itself names (adcode, 1 unknown, 0 none); may differ from where the terminal is. */
  readonly docCounties: Int32Array;
  readonly postings: GramPostings;
  readonly terminalIndex = new Map<string, number>();
  private readonly byKey: Uint32Array;

  constructor(terminals: Iterable<Terminal>) {
    const draft = new Draft();
    for (const terminal of terminals) draft.add(terminal);
    const order = draft.order();
    const count = order.length;
    this.names = new GrowingChars(count);
    this.addresses = new GrowingChars(count);
    this.places = new Int32Array(count);
    this.tiers = new Uint8Array(count);
    this.closed = new Uint8Array(count);
    this.removed = new Uint8Array(count);
    this.docStarts = new Uint32Array(count + 1);
    let docs = 0;
    for (const from of order) docs += draft.firstDoc(from + 1) - draft.firstDoc(from);
    this.terminalOf = new Uint32Array(docs);
    this.variant = new Uint8Array(docs);
    this.texts = new GrowingChars(docs);
    this.tags = new GrowingChars(docs);
    this.types = new Uint8Array(docs);
    this.specialityLow = new Uint32Array(docs);
    this.specialityHigh = new Uint32Array(docs);
    this.ordinals = new Uint16Array(docs);
    this.scopes = new Uint8Array(docs);
    this.branches = new Uint8Array(docs);
    this.keyHashes = new Uint32Array(docs);
    this.coreHashes = new Uint32Array(docs);
    this.docPlaces = new Int32Array(docs);
    this.docCounties = new Int32Array(docs);
    let doc = 0;
    for (const [to, from] of order.entries()) {
      this.ids.push(draft.ids[from]!);
      this.terminalIndex.set(draft.ids[from]!, to);
      this.names.copy(draft.names, from);
      this.addresses.copy(draft.addresses, from);
      this.places[to] = draft.places[from]!;
      this.tiers[to] = draft.tiers[from]!;
      this.closed[to] = draft.closed[from]!;
      for (let at = draft.firstDoc(from); at < draft.firstDoc(from + 1); at++) {
        this.terminalOf[doc] = to;
        this.variant[doc] = draft.variant[at]!;
        this.texts.copy(draft.texts, at);
        this.tags.copy(draft.tags, at);
        this.types[doc] = draft.types[at]!;
        this.specialityLow[doc] = draft.specialityLow[at]!;
        this.specialityHigh[doc] = draft.specialityHigh[at]!;
        this.ordinals[doc] = draft.ordinals[at]!;
        this.scopes[doc] = draft.scopes[at]!;
        this.branches[doc] = draft.branches[at]!;
        this.keyHashes[doc] = draft.keyHashes[at]!;
        this.coreHashes[doc] = draft.coreHashes[at]!;
        this.docPlaces[doc] = this.places[to]!;
        this.docCounties[doc] = draft.counties[at]!;
        doc++;
      }
      this.docStarts[to + 1] = doc;
    }
    this.postings = new GramPostings(this.texts);
    this.byKey = Uint32Array.from(this.keyHashes.keys()).sort((a, b) => this.keyHashes[a]! - this.keyHashes[b]! || a - b);
  }

  get docs(): number {
    return this.terminalOf.length;
  }

  /** Documents `[from, to)` of a province, a city or a county. */
  range(code: number): [number, number] {
    if (code === 0) return [0, this.docs];
    let from = code;
    let to = code + 1;
    if (code % 10_000 === 0) to = code + 10_000;
    else if (code === 500_100) [from, to] = [500_000, 510_000];
    else if (code % 100 === 0) to = code + 100;
    return [lowerBound(this.docPlaces, from), lowerBound(this.docPlaces, to)];
  }

  /** Documents whose canonical key has this hash. */
  withKey(hash: number): number[] {
    let low = 0;
    let high = this.byKey.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keyHashes[this.byKey[middle]!]! < hash) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    while (low < this.byKey.length && this.keyHashes[this.byKey[low]!] === hash && found.length < 200) found.push(this.byKey[low++]!);
    return found;
  }
}

export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

function lowerBound(values: Int32Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows as they come, before they are put in order. */
class Draft {
  readonly ids: string[] = [];
  readonly names = new GrowingChars();
  readonly addresses = new GrowingChars();
  readonly places: number[] = [];
  readonly tiers: number[] = [];
  readonly closed: number[] = [];
  readonly variant: number[] = [];
  readonly texts = new GrowingChars();
  readonly tags = new GrowingChars();
  readonly types: number[] = [];
  readonly specialityLow: number[] = [];
  readonly specialityHigh: number[] = [];
  readonly ordinals: number[] = [];
  readonly scopes: number[] = [];
  readonly branches: number[] = [];
  readonly keyHashes: number[] = [];
  readonly coreHashes: number[] = [];
  readonly counties: number[] = [];
  private readonly docStarts: number[] = [0];
  private readonly tagBuffer = new Uint16Array(512);

  add(terminal: Terminal): void {
    const { text } = normalise(terminal.name);
    let place = codeOf(terminal);
    const segments = splitSegments(text, false);
    const seen = new Set<string>();
    for (const { text: spelling, kind } of segments) {
      if (kind === 'joined' || kind === 'first' || seen.has(spelling)) continue;
      seen.add(spelling);
      place = this.addSpelling(spelling, kind === 'main' ? variantKinds.name : variantKinds.bracket, place);
    }
    for (const former of terminal.formerNames ?? []) {
      for (const { text: spelling, kind } of splitSegments(normalise(former).text, false)) {
        if (kind === 'joined' || kind === 'first' || seen.has(spelling)) continue;
        seen.add(spelling);
        this.addSpelling(spelling, variantKinds.former, place);
      }
    }
    this.docStarts.push(this.variant.length);
    const address = normalise(terminal.address ?? '').text;
    if (cityOf(place) === 0 && address !== '') place = refine(place, address);
    this.ids.push(terminal.id);
    this.names.push(terminal.name);
    this.addresses.push(address);
    this.places.push(place);
    this.tiers.push(tierOf(terminal.level));
    this.closed.push(/停|撤|注销|关闭|closed/i.test(terminal.status ?? '') ? 1 : 0);
  }

  firstDoc(terminal: number): number {
    return this.docStarts[terminal]!;
  }

  /** Terminals by adcode, then id. A later row of the same id replaces the earlier one. */
  order(): Uint32Array {
    const last = new Map<string, number>();
    for (const [at, id] of this.ids.entries()) last.set(id, at);
    const kept = last.size === this.ids.length ? Uint32Array.from(this.ids.keys()) : Uint32Array.from(last.values());
    return kept.sort((a, b) => this.places[a]! - this.places[b]! || (this.ids[a]! < this.ids[b]! ? -1 : 1));
  }

  private addSpelling(text: string, variant: number, place: number): number {
    const mentions = findPlaces(text, place);
    const parsed = parseName(text, mentions);
    let deeper = place;
    for (const { codes } of mentions) if (codes.length === 1 && (deeper === 0 || contains(deeper, codes[0]!))) deeper = codes[0]!;
    this.variant.push(variant);
    this.texts.push(text);
    for (let i = 0; i < text.length; i++) this.tagBuffer[i] = parsed.roles[i]! * 64 + parsed.classes[i]!;
    this.tags.pushCodes(this.tagBuffer, text.length);
    this.types.push(parsed.type);
    this.specialityLow.push(parsed.specialityLow);
    this.specialityHigh.push(parsed.specialityHigh);
    this.ordinals.push(parsed.ordinal);
    this.scopes.push(parsed.scope);
    this.branches.push(parsed.hasBranch ? 1 : 0);
    this.keyHashes.push(hashText(parsed.key));
    this.coreHashes.push(parsed.core === '' ? 0 : hashText(parsed.core));
    this.counties.push(parsed.county);
    return deeper;
  }
}

function codeOf({ province, city, county }: Terminal): number {
  const place = resolvePlace(province, city, county);
  return place.county || place.city || place.province;
}

function refine(place: number, text: string): number {
  let deeper = place;
  for (const { codes } of findPlaces(text, place))
    if (codes.length === 1 && (deeper === 0 || contains(deeper, codes[0]!))) deeper = codes[0]!;
  return deeper;
}

function tierOf(level = ''): number {
  return level.includes('三') || /^3/.test(level)
    ? 3
    : level.includes('二') || /^2/.test(level)
      ? 2
      : level.includes('一') || /^1/.test(level)
        ? 1
        : 0;
}
