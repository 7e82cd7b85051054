import type { GrowingChars } from './growing-chars.js';

/** Character and character-pair postings in compressed rows; documents ascend within a gram. A gram is `first << 16 | second`, a lone character `0 << 16 | char`. */
export class GramPostings {
  readonly starts: Uint32Array;
  readonly docs: Uint32Array;
  /** Rarity of a character over all documents, natural log. */
  readonly charWeight = new Float32Array(65_536);
  private readonly mask: number;
  private readonly keys: Uint32Array;
  private readonly slots: Int32Array;

  constructor(texts: GrowingChars) {
    let size = 1 << 12;
    let keys = new Uint32Array(size);
    let slots = new Int32Array(size).fill(-1);
    let counts = new Uint32Array(1 << 12);
    let lastDoc = new Int32Array(1 << 12).fill(-1);
    let grams = 0;
    let total = 0;
    const { codes, starts } = texts;
    // The gram of each position is kept for the second pass; a repeat within its document is marked.
    const seen = new Uint32Array(2 * starts[texts.count]!);
    const repeat = 0xffffffff;
    for (let doc = 0; doc < texts.count; doc++) {
      const end = starts[doc + 1]!;
      for (let i = starts[doc]!; i < end; i++) {
        seen[2 * i] = count(codes[i]!, doc);
        seen[2 * i + 1] = i + 1 < end ? count(((codes[i]! << 16) | codes[i + 1]!) >>> 0, doc) : repeat;
      }
    }
    this.mask = size - 1;
    this.keys = keys;
    this.slots = slots;
    this.starts = new Uint32Array(grams + 1);
    for (let gram = 0; gram < grams; gram++) this.starts[gram + 1] = this.starts[gram]! + counts[gram]!;
    this.docs = new Uint32Array(total);
    const fill = this.starts.slice(0, grams);
    for (let doc = 0; doc < texts.count; doc++) {
      for (let at = 2 * starts[doc]!, end = 2 * starts[doc + 1]!; at < end; at++) {
        const gram = seen[at]!;
        if (gram !== repeat) this.docs[fill[gram]!++] = doc;
      }
    }
    for (let char = 1; char < 65_536; char++) {
      const gram = this.find(char);
      const df = gram < 0 ? 0 : counts[gram]!;
      this.charWeight[char] = Math.log(1 + texts.count / (df + 1));
    }

    function count(key: number, doc: number): number {
      let slot = hash(key) & (size - 1);
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
      if (lastDoc[gram] === doc) return repeat;
      lastDoc[gram] = doc;
      counts[gram]!++;
      total++;
      return gram;
    }

    function rehash(): void {
      const oldKeys = keys;
      const oldSlots = slots;
      size *= 2;
      keys = new Uint32Array(size);
      slots = new Int32Array(size).fill(-1);
      for (let i = 0; i < oldSlots.length; i++) {
        if (oldSlots[i] === -1) continue;
        let slot = hash(oldKeys[i]!) & (size - 1);
        while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
        keys[slot] = oldKeys[i]!;
        slots[slot] = oldSlots[i]!;
      }
    }
  }

  /** The gram's number, or -1 when no document has it. */
  find(key: number): number {
    let slot = hash(key) & this.mask;
    while (this.slots[slot] !== -1) {
      if (this.keys[slot] === key) return this.slots[slot]!;
      slot = (slot + 1) & this.mask;
    }
    return -1;
  }

  /** Position of the first posting of `gram` that is not before `doc`. */
  seek(gram: number, doc: number): number {
    let low = this.starts[gram]!;
    let high = this.starts[gram + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.docs[middle]! < doc) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hash(key: number): number {
  const mixed = Math.imul(key ^ (key >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function widen<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
