import type { Terminal } from '../terminal.js';
import { assembleIndex, type IndexArrays } from './assemble-index.js';
import { buildPostings, postingParts } from './build-postings.js';
import { CharColumn } from './char-column.js';
import { Draft } from './draft.js';
import { GramPostings, weighChars } from './gram-postings.js';
import { hashText } from './hash-text.js';

/** Reads and orders terminals in this thread. `terminals` is gone through once and not kept. */
export function buildIndex(terminals: Iterable<Terminal>): IndexSegment {
  const draft = new Draft();
  let row = 0;
  for (const terminal of terminals) draft.add(terminal, row++);
  const body = assembleIndex([draft.share()]);
  const docs = body.terminalOf.length;
  return new IndexSegment({
    ...body,
    postings: Array.from({ length: postingParts }, (_, part) => buildPostings(body.texts, docs, part)),
  });
}

/** More terminals of one key than these are not looked at: a name that fits so many says nothing. */
export const mostWithKey = 200;

/**
 * Terminals in typed arrays. A *document* is one spelling of a terminal (its name, a name in brackets, a former name).
 * Documents are ordered by adcode, so a city is a range of numbers; within it by terminal id, so the order of the
 * master's rows changes nothing. The arrays are shared between threads; which terminals were removed is this thread's own.
 */
export class IndexSegment {
  /** Terminals; their numbers are below it. */
  readonly size: number;
  readonly docs: number;
  readonly ids: CharColumn;
  readonly names: CharColumn;
  readonly addresses: CharColumn;
  readonly texts: CharColumn;
  /** Role * 64 + class per character of `texts`. */
  readonly tags: { readonly codes: Uint16Array };
  readonly places: Int32Array;
  readonly tiers: Uint8Array;
  readonly closed: Uint8Array;
  readonly removed: Uint8Array;
  readonly docStarts: Uint32Array;
  readonly terminalOf: Uint32Array;
  readonly variant: Uint8Array;
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
  /** Rarity of a character over all documents, natural log. */
  readonly charWeight: Float32Array;
  /** What `withKey` found last. */
  readonly found = new Uint32Array(mostWithKey);

  constructor(readonly arrays: IndexArrays) {
    this.size = arrays.places.length;
    this.docs = arrays.terminalOf.length;
    this.ids = new CharColumn(arrays.ids);
    this.names = new CharColumn(arrays.names);
    this.addresses = new CharColumn(arrays.addresses);
    this.texts = new CharColumn(arrays.texts);
    this.tags = { codes: arrays.tags };
    this.places = arrays.places;
    this.tiers = arrays.tiers;
    this.closed = arrays.closed;
    this.removed = new Uint8Array(this.size);
    this.docStarts = arrays.docStarts;
    this.terminalOf = arrays.terminalOf;
    this.variant = arrays.variant;
    this.types = arrays.types;
    this.specialityLow = arrays.specialityLow;
    this.specialityHigh = arrays.specialityHigh;
    this.ordinals = arrays.ordinals;
    this.scopes = arrays.scopes;
    this.branches = arrays.branches;
    this.keyHashes = arrays.keyHashes;
    this.coreHashes = arrays.coreHashes;
    this.docPlaces = arrays.docPlaces;
    this.docCounties = arrays.docCounties;
    this.postings = new GramPostings(arrays.postings);
    this.charWeight = weighChars(this.postings, this.docs);
  }

  idOf(terminal: number): string {
    return this.ids.text(terminal);
  }

  /** The number of the terminal with this id, -1 when there is none. */
  find(id: string): number {
    const { idSlots } = this.arrays;
    const mask = idSlots.length - 1;
    let slot = hashText(id) & mask;
    while (idSlots[slot]! >= 0) {
      const terminal = idSlots[slot]!;
      if (this.ids.equals(terminal, id)) return terminal;
      slot = (slot + 1) & mask;
    }
    return -1;
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

  /** Documents `[from, to)` of terminals of which this very place is known and no closer one. */
  exactRange(code: number): [number, number] {
    return [lowerBound(this.docPlaces, code), lowerBound(this.docPlaces, code + 1)];
  }

  hasKey(hash: number): boolean {
    return this.withKey(hash, 0, this.docs, 1) > 0;
  }

  /**
   * Writes those of the documents `[from, to)` whose canonical key has this hash into `found`, in their order, as many as
   * `limit`. Returns how many.
   */
  withKey(hash: number, from: number, to: number, limit: number): number {
    const { byKey, keyStarts, keyShift } = this.arrays;
    const { keyHashes, found } = this;
    const end = keyStarts[(hash >>> keyShift) + 1]!;
    let low = keyStarts[hash >>> keyShift]!;
    let high = end;
    // Ordered by hash, then by document: the first of this hash that is not before `from`.
    while (low < high) {
      const middle = (low + high) >>> 1;
      const doc = byKey[middle]!;
      const own = keyHashes[doc]!;
      if (own < hash || (own === hash && doc < from)) low = middle + 1;
      else high = middle;
    }
    let count = 0;
    for (; low < end && count < limit; low++) {
      const doc = byKey[low]!;
      if (keyHashes[doc] !== hash || doc >= to) break;
      found[count++] = doc;
    }
    return count;
  }
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
