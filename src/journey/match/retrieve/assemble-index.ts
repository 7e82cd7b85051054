import type { PostingArrays } from './build-postings.js';
import type { CharArrays } from './char-column.js';
import { type DraftArrays, docColumns, docWidth, terminalColumns, terminalWidth } from './draft.js';
import { hashCodes } from './hash-text.js';
import { shareBytes } from './share-bytes.js';

/** Everything an index consists of but its postings. All of it lies in shared memory, so that a thread gets it by being told. */
export interface IndexBody {
  /** Per terminal, ordered by adcode, within it by id. */
  readonly ids: CharArrays;
  /** Open addressing by hash of the id; -1 is empty. */
  readonly idSlots: Int32Array;
  readonly names: CharArrays;
  readonly addresses: CharArrays;
  readonly places: Int32Array;
  readonly tiers: Uint8Array;
  readonly closed: Uint8Array;
  /** Documents of terminal `t` are `docStarts[t]` to `docStarts[t + 1]`. */
  readonly docStarts: Uint32Array;
  /** Per document. */
  readonly terminalOf: Uint32Array;
  readonly variant: Uint8Array;
  readonly texts: CharArrays;
  readonly tags: Uint16Array;
  readonly types: Uint8Array;
  readonly specialityLow: Uint32Array;
  readonly specialityHigh: Uint32Array;
  readonly ordinals: Uint16Array;
  readonly scopes: Uint8Array;
  readonly branches: Uint8Array;
  readonly keyHashes: Uint32Array;
  readonly coreHashes: Uint32Array;
  readonly docPlaces: Int32Array;
  readonly docCounties: Int32Array;
  /** Documents by hash of their canonical key, equal hashes in document order; bucket `b` of the hash's upper bits begins at `keyStarts[b]`. */
  readonly byKey: Uint32Array;
  readonly keyStarts: Uint32Array;
  readonly keyShift: number;
}

export interface IndexArrays extends IndexBody {
  readonly postings: readonly PostingArrays[];
}

/** Puts drafts, which may each be a part of the master, in the order of the index. */
export function assembleIndex(drafts: readonly DraftArrays[]): IndexBody {
  const rows = terminalsOf(drafts);
  const { idSlots, kept } = dropReplaced(drafts, rows);
  const order = orderTerminals(drafts, rows, kept);
  const count = order.length;
  let docs = 0;
  for (const at of order) docs += docCount(drafts[rows.draft[at]!]!, rows.local[at]!);

  const ids = copyTexts(count, (to, put) => put(drafts[rows.draft[order[to]!]!]!.ids, rows.local[order[to]!]!));
  const names = copyTexts(count, (to, put) => put(drafts[rows.draft[order[to]!]!]!.names, rows.local[order[to]!]!));
  const addresses = copyTexts(count, (to, put) => put(drafts[rows.draft[order[to]!]!]!.addresses, rows.local[order[to]!]!));
  const places = new Int32Array(shareBytes(4 * count));
  const tiers = new Uint8Array(shareBytes(count));
  const closed = new Uint8Array(shareBytes(count));
  const docStarts = new Uint32Array(shareBytes(4 * (count + 1)));
  const terminalOf = new Uint32Array(shareBytes(4 * docs));
  const variant = new Uint8Array(shareBytes(docs));
  const types = new Uint8Array(shareBytes(docs));
  const specialityLow = new Uint32Array(shareBytes(4 * docs));
  const specialityHigh = new Uint32Array(shareBytes(4 * docs));
  const ordinals = new Uint16Array(shareBytes(2 * docs));
  const scopes = new Uint8Array(shareBytes(docs));
  const branches = new Uint8Array(shareBytes(docs));
  const keyHashes = new Uint32Array(shareBytes(4 * docs));
  const coreHashes = new Uint32Array(shareBytes(4 * docs));
  const docPlaces = new Int32Array(shareBytes(4 * docs));
  const docCounties = new Int32Array(shareBytes(4 * docs));
  const docDraft = new Uint16Array(docs);
  const docFrom = new Uint32Array(docs);
  const newNumber = new Int32Array(rows.local.length).fill(-1);
  let doc = 0;
  for (let to = 0; to < count; to++) {
    const at = order[to]!;
    newNumber[at] = to;
    const draft = drafts[rows.draft[at]!]!;
    const local = rows.local[at]!;
    const base = local * terminalWidth;
    const place = draft.terminalRows[base + terminalColumns.place]!;
    places[to] = place;
    tiers[to] = draft.terminalRows[base + terminalColumns.tier]!;
    closed[to] = draft.terminalRows[base + terminalColumns.closed]!;
    const first = draft.terminalRows[base + terminalColumns.firstDoc]!;
    const end = first + docCount(draft, local);
    for (let from = first; from < end; from++) {
      const { docRows } = draft;
      const row = from * docWidth;
      terminalOf[doc] = to;
      variant[doc] = docRows[row + docColumns.variant]!;
      types[doc] = docRows[row + docColumns.type]!;
      specialityLow[doc] = docRows[row + docColumns.specialityLow]!;
      specialityHigh[doc] = docRows[row + docColumns.specialityHigh]!;
      ordinals[doc] = docRows[row + docColumns.ordinal]!;
      scopes[doc] = docRows[row + docColumns.scope]!;
      branches[doc] = docRows[row + docColumns.branch]!;
      keyHashes[doc] = docRows[row + docColumns.keyHash]!;
      coreHashes[doc] = docRows[row + docColumns.coreHash]!;
      docPlaces[doc] = place;
      docCounties[doc] = docRows[row + docColumns.county]!;
      docDraft[doc] = rows.draft[at]!;
      docFrom[doc] = from;
      doc++;
    }
    docStarts[to + 1] = doc;
  }
  const texts = copyTexts(docs, (to, put) => put(drafts[docDraft[to]!]!.texts, docFrom[to]!));
  const tags = copyTexts(docs, (to, put) => {
    const draft = drafts[docDraft[to]!]!;
    put({ codes: draft.tags, starts: draft.texts.starts }, docFrom[to]!);
  }).codes;
  for (let slot = 0; slot < idSlots.length; slot++) if (idSlots[slot]! >= 0) idSlots[slot] = newNumber[idSlots[slot]!]!;
  return {
    ids,
    idSlots,
    names,
    addresses,
    places,
    tiers,
    closed,
    docStarts,
    terminalOf,
    variant,
    texts,
    tags,
    types,
    specialityLow,
    specialityHigh,
    ordinals,
    scopes,
    branches,
    keyHashes,
    coreHashes,
    docPlaces,
    docCounties,
    ...orderByKey(keyHashes),
  };
}

/** Terminals of all drafts under one numbering: which draft, and which number there. */
interface TerminalRows {
  readonly draft: Uint16Array;
  readonly local: Uint32Array;
}

function terminalsOf(drafts: readonly DraftArrays[]): TerminalRows {
  let count = 0;
  for (const { terminals } of drafts) count += terminals;
  const draft = new Uint16Array(count);
  const local = new Uint32Array(count);
  let at = 0;
  for (const [number, { terminals }] of drafts.entries()) {
    for (let i = 0; i < terminals; i++) {
      draft[at] = number;
      local[at++] = i;
    }
  }
  return { draft, local };
}

/** The table of ids; of rows with one id the last of the master stays. */
function dropReplaced(drafts: readonly DraftArrays[], { draft, local }: TerminalRows): { idSlots: Int32Array; kept: Uint8Array } {
  let size = 16;
  while (size < 2 * local.length) size *= 2;
  const slots = new Int32Array(shareBytes(4 * size)).fill(-1);
  const kept = new Uint8Array(local.length).fill(1);
  for (let at = 0; at < local.length; at++) {
    const { ids, terminalRows } = drafts[draft[at]!]!;
    const own = local[at]!;
    let slot = hashCodes(ids.codes, ids.starts[own]!, ids.starts[own + 1]!) & (size - 1);
    while (slots[slot]! >= 0 && compareIds(drafts, { draft, local }, slots[slot]!, at) !== 0) slot = (slot + 1) & (size - 1);
    const other = slots[slot]!;
    if (other < 0) slots[slot] = at;
    else {
      const rowOf = (one: number) => drafts[draft[one]!]!.terminalRows[local[one]! * terminalWidth + terminalColumns.row]!;
      const later = terminalRows[own * terminalWidth + terminalColumns.row]! > rowOf(other) ? at : other;
      kept[later === at ? other : at] = 0;
      slots[slot] = later;
    }
  }
  return { idSlots: slots, kept };
}

/** By adcode, within one by id. */
function orderTerminals(drafts: readonly DraftArrays[], rows: TerminalRows, kept: Uint8Array): Uint32Array {
  let count = 0;
  for (const one of kept) count += one;
  // Adcode and number in one double: sorted natively, only terminals of one adcode are compared by id.
  const keys = new Float64Array(count);
  let put = 0;
  for (let at = 0; at < kept.length; at++) {
    if (kept[at] === 0) continue;
    const { terminalRows } = drafts[rows.draft[at]!]!;
    keys[put++] = terminalRows[rows.local[at]! * terminalWidth + terminalColumns.place]! * 0x1_0000_0000 + at;
  }
  keys.sort();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = keys[i]! % 0x1_0000_0000;
  for (let from = 0; from < count; ) {
    const place = Math.trunc(keys[from]! / 0x1_0000_0000);
    let to = from + 1;
    while (to < count && Math.trunc(keys[to]! / 0x1_0000_0000) === place) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => compareIds(drafts, rows, a, b));
    from = to;
  }
  return order;
}

/** As `<` compares strings: by code unit. */
function compareIds(drafts: readonly DraftArrays[], { draft, local }: TerminalRows, a: number, b: number): number {
  const left = drafts[draft[a]!]!.ids;
  const right = drafts[draft[b]!]!.ids;
  let i = left.starts[local[a]!]!;
  let j = right.starts[local[b]!]!;
  const leftEnd = left.starts[local[a]! + 1]!;
  const rightEnd = right.starts[local[b]! + 1]!;
  while (i < leftEnd && j < rightEnd) {
    const difference = left.codes[i++]! - right.codes[j++]!;
    if (difference !== 0) return difference;
  }
  return leftEnd - i - (rightEnd - j);
}

function docCount({ terminalRows, terminals, docs }: DraftArrays, local: number): number {
  const next = local + 1 < terminals ? terminalRows[(local + 1) * terminalWidth + terminalColumns.firstDoc]! : docs;
  return next - terminalRows[local * terminalWidth + terminalColumns.firstDoc]!;
}

function copyTexts(count: number, each: (to: number, put: (from: CharArrays, at: number) => void) => void): CharArrays {
  const starts = new Uint32Array(shareBytes(4 * (count + 1)));
  let total = 0;
  for (let to = 0; to < count; to++) {
    each(to, (from, at) => (total += from.starts[at + 1]! - from.starts[at]!));
    starts[to + 1] = total;
  }
  const codes = new Uint16Array(shareBytes(2 * total));
  for (let to = 0; to < count; to++) {
    each(to, (from, at) => {
      const source = from.codes;
      let write = starts[to]!;
      for (let i = from.starts[at]!, end = from.starts[at + 1]!; i < end; i++) codes[write++] = source[i]!;
    });
  }
  return { codes, starts };
}

/** Counting sort into buckets of the upper bits, then by hash within the few of a bucket. */
function orderByKey(keyHashes: Uint32Array): Pick<IndexBody, 'byKey' | 'keyStarts' | 'keyShift'> {
  const docs = keyHashes.length;
  let bits = 4;
  while (1 << bits < docs && bits < 24) bits++;
  const keyShift = 32 - bits;
  const keyStarts = new Uint32Array(shareBytes(4 * ((1 << bits) + 1)));
  for (let doc = 0; doc < docs; doc++) keyStarts[(keyHashes[doc]! >>> keyShift) + 1]!++;
  for (let bucket = 0; bucket < 1 << bits; bucket++) keyStarts[bucket + 1]! += keyStarts[bucket]!;
  const byKey = new Uint32Array(shareBytes(4 * docs));
  const next = keyStarts.slice(0, 1 << bits);
  for (let doc = 0; doc < docs; doc++) byKey[next[keyHashes[doc]! >>> keyShift]!++] = doc;
  for (let bucket = 0; bucket < 1 << bits; bucket++) {
    const from = keyStarts[bucket]!;
    const to = keyStarts[bucket + 1]!;
    if (to - from > 1) sortBucket(byKey, keyHashes, from, to);
  }
  return { byKey, keyStarts, keyShift };
}

/** Insertion sort, stable; a bucket of one common key is in order already and costs one pass. */
function sortBucket(byKey: Uint32Array, keyHashes: Uint32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const doc = byKey[i]!;
    const hash = keyHashes[doc]!;
    let j = i - 1;
    while (j >= from && keyHashes[byKey[j]!]! > hash) {
      byKey[j + 1] = byKey[j]!;
      j--;
    }
    byKey[j + 1] = doc;
  }
}
