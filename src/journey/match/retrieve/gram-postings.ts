import { hashGram, type PostingArrays, partOf } from './build-postings.js';

/** Where the postings of one gram lie: `docs[from]` to `docs[to]`. Filled by `GramPostings.find`; copy what must last. */
export class Gram {
  docs: Uint32Array = nothing;
  from = 0;
  to = 0;
}

const nothing = new Uint32Array(0);

/** Which documents have a character or a pair of characters. */
export class GramPostings {
  constructor(private readonly parts: readonly PostingArrays[]) {}

  /** False when no document has the gram. */
  find(key: number, out: Gram): boolean {
    const hash = hashGram(key);
    const { keys, slots, starts, docs } = this.parts[partOf(hash)]!;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== -1) {
      if (keys[slot] === key) {
        const gram = slots[slot]!;
        out.docs = docs;
        out.from = starts[gram]!;
        out.to = starts[gram + 1]!;
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }
}

/** Rarity of each character over all documents, natural log. */
export function weighChars(postings: GramPostings, documents: number): Float32Array {
  const weights = new Float32Array(65_536);
  const gram = new Gram();
  for (let char = 1; char < 65_536; char++) {
    const df = postings.find(char, gram) ? gram.to - gram.from : 0;
    weights[char] = Math.log(1 + documents / (df + 1));
  }
  return weights;
}
