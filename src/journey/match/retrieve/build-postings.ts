import type { CharArrays } from './char-column.js';
import { shareBytes } from './share-bytes.js';

/** Postings of those grams whose hash falls into one part; documents ascend within a gram. Lies in shared memory. */
export interface PostingArrays {
  /** Open addressing by hash of the gram; a slot's number is the gram's, -1 is empty. */
  readonly keys: Uint32Array;
  readonly slots: Int32Array;
  readonly starts: Uint32Array;
  readonly docs: Uint32Array;
}

/** Grams are dealt into so many parts, so that as many threads can build them at a time. */
export const postingParts = 2;

export function hashGram(key: number): number {
  const mixed = Math.imul(key ^ (key >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

export function partOf(hash: number): number {
  return hash >>> 31;
}

/**
 * Two passes over the texts, one to count and one to fill; no object per gram. A gram is `first << 16 | second`, a lone
 * character `0 << 16 | char`.
 */
export function buildPostings({ codes, starts: textStarts }: CharArrays, count: number, part: number): PostingArrays {
  let size = 1 << 12;
  let keys = new Uint32Array(size);
  let slots = new Int32Array(size).fill(-1);
  let counts = new Uint32Array(1 << 12);
  let lastDoc = new Int32Array(1 << 12).fill(-1);
  let grams = 0;
  let total = 0;

  for (let doc = 0; doc < count; doc++) {
    const end = textStarts[doc + 1]!;
    for (let i = textStarts[doc]!; i < end; i++) {
      const code = codes[i]!;
      see(code, doc);
      if (i + 1 < end) see(((code << 16) | codes[i + 1]!) >>> 0, doc);
    }
  }
  const starts = new Uint32Array(shareBytes(4 * (grams + 1)));
  for (let gram = 0; gram < grams; gram++) starts[gram + 1] = starts[gram]! + counts[gram]!;
  const docs = new Uint32Array(shareBytes(4 * total));
  const fill = counts;
  fill.set(starts.subarray(0, grams));
  lastDoc.fill(-1);
  const mask = size - 1;
  for (let doc = 0; doc < count; doc++) {
    const end = textStarts[doc + 1]!;
    for (let i = textStarts[doc]!; i < end; i++) {
      const code = codes[i]!;
      put(code, doc);
      if (i + 1 < end) put(((code << 16) | codes[i + 1]!) >>> 0, doc);
    }
  }
  return { keys: shared(keys, Uint32Array), slots: shared(slots, Int32Array), starts, docs };

  function see(key: number, doc: number): void {
    const hash = hashGram(key);
    if (partOf(hash) !== part) return;
    let slot = hash & (size - 1);
    while (slots[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & (size - 1);
    let gram = slots[slot]!;
    if (gram === -1) {
      gram = grams++;
      keys[slot] = key;
      slots[slot] = gram;
      if (grams > counts.length - 1) {
        counts = widen(counts, new Uint32Array(counts.length * 2));
        lastDoc = widen(lastDoc, new Int32Array(lastDoc.length * 2).fill(-1));
      }
      if (grams * 2 > size) rehash();
    }
    if (lastDoc[gram] === doc) return;
    lastDoc[gram] = doc;
    counts[gram]!++;
    total++;
  }

  function put(key: number, doc: number): void {
    const hash = hashGram(key);
    if (partOf(hash) !== part) return;
    let slot = hash & mask;
    while (keys[slot] !== key) slot = (slot + 1) & mask;
    const gram = slots[slot]!;
    if (lastDoc[gram] === doc) return;
    lastDoc[gram] = doc;
    docs[fill[gram]!++] = doc;
  }

  function rehash(): void {
    const oldKeys = keys;
    const oldSlots = slots;
    size *= 2;
    keys = new Uint32Array(size);
    slots = new Int32Array(size).fill(-1);
    for (let i = 0; i < oldSlots.length; i++) {
      if (oldSlots[i] === -1) continue;
      let slot = hashGram(oldKeys[i]!) & (size - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
      keys[slot] = oldKeys[i]!;
      slots[slot] = oldSlots[i]!;
    }
  }
}

function shared<T extends Uint32Array | Int32Array>(from: T, of: new (bytes: SharedArrayBuffer) => T): T {
  const to = new of(shareBytes(from.byteLength));
  to.set(from);
  return to;
}

function widen<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
