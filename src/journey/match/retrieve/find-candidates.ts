import { roles } from '../parse/lexicon.js';
import { type Query, type QuerySegment, searchRanges } from '../parse/read-query.js';
import { agree, cityOf } from '../region/gazetteer.js';
import { Gram } from './gram-postings.js';
import type { IndexSegment } from './index-segment.js';

export interface Found {
  /** Terminal numbers within the index segment, best first by the cheap score. */
  readonly terminals: readonly number[];
  /** The cheap score of each; equal ones rank equal. */
  readonly scores: readonly number[];
  /** The global channel stopped at its budget before its bound closed: something might have been missed. */
  readonly unproven: boolean;
}

/** Postings the everywhere-channel may read for one reading of a name; rarest grams first. */
const globalBudget = 10_000;
/** Ranges up to this many documents also have their addresses read; a deep search reads more of them. */
const addressLimit = 2_500;
const deepAddressLimit = 8_000;
/** In ranges beyond this a gram that most documents have is not read: it tells nobody apart. */
const largeRange = 1_000;

/** Candidate search over one index segment. Holds its scratch arrays; one per thread. */
export class CandidateFinder {
  private readonly score: Float32Array;
  private readonly best: Float32Array;
  private readonly touched: Uint32Array;
  /** The grams of the reading in hand, each once. */
  private readonly gramKeys = new Uint32Array(1024);
  private readonly grams = Array.from({ length: 1024 }, () => new Gram());
  private readonly wanted = new Uint8Array(65_536);
  private readonly lengthFair: Float32Array;

  constructor(private readonly index: IndexSegment) {
    this.score = new Float32Array(index.docs);
    this.best = new Float32Array(index.size);
    this.touched = new Uint32Array(index.docs);
    this.lengthFair = Float32Array.from({ length: index.docs }, (_, doc) => 1 / Math.sqrt(index.texts.length(doc) + 2));
  }

  find(query: Query, limit: number): Found {
    const { index, best } = this;
    const terminals: number[] = [];
    let unproven = false;
    for (const code of searchRanges(query)) {
      const [from, to] = index.range(code);
      if (from >= to) continue;
      for (const segment of query.segments) {
        const { touched, unread } = code === 0 ? this.scanEverywhere(segment) : { touched: this.scanRange(segment, from, to), unread: 0 };
        const top = this.collect(touched, segment, limit * 2, terminals);
        if (unread >= top) unproven = true;
      }
      if (code !== 0 && to - from <= (limit > 50 ? deepAddressLimit : addressLimit))
        this.scanAddresses(query.segments[0]!, from, to, terminals);
    }
    for (const segment of query.segments) {
      for (const doc of index.withKey(segment.keyHash)) {
        const terminal = index.terminalOf[doc]!;
        if (query.hint.city && !near(index.places[terminal]!, query.hint.city)) continue;
        if (best[terminal] === 0) terminals.push(terminal);
        best[terminal] = Math.max(best[terminal]!, 0.7 + 0.02 * index.tiers[terminal]!);
      }
    }
    const kept = terminals.filter((terminal) => index.removed[terminal] === 0);
    for (const terminal of kept) best[terminal] = best[terminal]! + placeBonus(query, index.places[terminal]!);
    kept.sort((a, b) => best[b]! - best[a]! || a - b);
    const shown = kept.slice(0, limit);
    const scores = shown.map((terminal) => best[terminal]!);
    for (const terminal of terminals) best[terminal] = 0;
    return { terminals: shown, scores, unproven };
  }

  /**
   * The one terminal whose canonical key, rank of place and place agree with the whole name, or -1. Only asked of a name that is
   * a single one and says where it is; what it finds needs no rivals, because every rival has another key or another place.
   */
  exact({ segments, hint }: Query): number {
    const { index } = this;
    const segment = segments[0]!;
    const within = hint.county || hint.city || segment.counties[0] || segment.cities[0] || 0;
    if (segments.length > 1 || within === 0 || segment.counties.length > 1 || segment.parsed.key.length < 2) return -1;
    let only = -1;
    for (const doc of index.withKey(segment.keyHash)) {
      const terminal = index.terminalOf[doc]!;
      const place = index.places[terminal]!;
      if (index.removed[terminal] === 1 || !agree(cityOf(within) || within, place)) continue;
      const county = segment.counties[0] ?? hint.county;
      if (county !== 0 && place % 100 !== 0 && place !== county) continue;
      if (only >= 0 && terminal !== only) return -1;
      if (index.scopes[doc] !== segment.parsed.scope || place % 100 === 0 || index.closed[terminal] === 1) return -1;
      if (segment.parsed.county !== 0 && index.docCounties[doc] !== 0 && index.docCounties[doc] !== segment.parsed.county) return -1;
      only = terminal;
    }
    return only;
  }

  /** Every posting of the range; rarity is counted inside the range, so 市 and 医院 weigh next to nothing there. */
  private scanRange(segment: QuerySegment, from: number, to: number): number {
    const size = to - from;
    let touched = 0;
    const count = this.listGrams(segment);
    for (let g = 0; g < count; g++) {
      const gram = this.grams[g]!;
      const first = seek(gram, gram.from, from);
      const last = seek(gram, first, to);
      const df = last - first;
      if (df === 0 || (size > largeRange && df * 2 > size)) continue;
      const weight = Math.log(1 + (size - df + 0.5) / (df + 0.5));
      touched = this.add(gram.docs, first, last, weight, touched);
    }
    return touched;
  }

  /** Rarest grams first until the budget is spent; `unread` is the most that a document not met so far could still score. */
  private scanEverywhere(segment: QuerySegment): { touched: number; unread: number } {
    const { docs } = this.index;
    const order = this.grams.slice(0, this.listGrams(segment)).sort((a, b) => a.to - a.from - (b.to - b.from));
    let touched = 0;
    let spent = 0;
    let unread = 0;
    for (const gram of order) {
      const df = gram.to - gram.from;
      const weight = Math.log(1 + (docs - df + 0.5) / (df + 0.5));
      if (unread > 0 || (spent > 0 && spent + df > globalBudget)) {
        unread += weight;
        continue;
      }
      spent += df;
      touched = this.add(gram.docs, gram.from, gram.to, weight, touched);
    }
    return { touched, unread };
  }

  private listGrams({ codes }: QuerySegment): number {
    let count = 0;
    for (let i = 0; i < codes.length && count < 1000; i++) {
      count = this.pushGram(codes[i]!, count);
      if (i + 1 < codes.length) count = this.pushGram(((codes[i]! << 16) | codes[i + 1]!) >>> 0, count);
    }
    return count;
  }

  private pushGram(key: number, count: number): number {
    for (let i = 0; i < count; i++) if (this.gramKeys[i] === key) return count;
    if (!this.index.postings.find(key, this.grams[count]!)) return count;
    this.gramKeys[count] = key;
    return count + 1;
  }

  private add(docs: Uint32Array, first: number, last: number, weight: number, touchedBefore: number): number {
    const { score, touched } = this;
    let count = touchedBefore;
    for (let at = first; at < last; at++) {
      const doc = docs[at]!;
      if (score[doc] === 0) touched[count++] = doc;
      score[doc] = score[doc]! + weight;
    }
    return count;
  }

  /** Turns summed weights into a length-fair score, keeps the best terminals and clears the scratch. Returns the highest sum. */
  private collect(touched: number, { codes }: QuerySegment, keep: number, terminals: number[]): number {
    const { index, score, best } = this;
    let top = 0;
    let topSum = 0;
    for (let i = 0; i < touched; i++) {
      const doc = this.touched[i]!;
      if (score[doc]! > topSum) topSum = score[doc]!;
      const fair = score[doc]! * this.lengthFair[doc]!;
      score[doc] = fair;
      if (fair > top) top = fair;
    }
    const floor = touched > keep * 4 ? this.floorFor(touched, top, keep) : 0;
    const scale = top > 0 ? 1 / (top + 0.3 * Math.sqrt(codes.length)) : 0;
    for (let i = 0; i < touched; i++) {
      const doc = this.touched[i]!;
      const fair = score[doc]!;
      score[doc] = 0;
      if (fair < floor) continue;
      const terminal = index.terminalOf[doc]!;
      const value = fair * scale + 0.04 * index.tiers[terminal]! + (index.scopes[doc] === 2 ? 0.02 : 0);
      if (best[terminal] === 0) terminals.push(terminal);
      if (value > best[terminal]!) best[terminal] = value;
    }
    return topSum;
  }

  /** A score that about `keep` documents pass: found by histogram, not by sorting. */
  private floorFor(touched: number, top: number, keep: number): number {
    const bins = new Uint32Array(64);
    for (let i = 0; i < touched; i++) bins[Math.min(63, Math.trunc((this.score[this.touched[i]!]! / top) * 63))]!++;
    let seen = 0;
    for (let bin = 63; bin > 0; bin--) {
      seen += bins[bin]!;
      if (seen >= keep) return (bin / 63) * top;
    }
    return 0;
  }

  /** 后沙峪镇社区卫生服务中心 may be the hospital whose address says 后沙峪. */
  private scanAddresses(segment: QuerySegment, from: number, to: number, terminals: number[]): void {
    const { index, wanted, best } = this;
    const { codes, parsed } = segment;
    const keys: number[] = [];
    for (let i = 0; i + 1 < codes.length; i++) {
      const role = parsed.roles[i]!;
      if ((role !== roles.core && role !== roles.town) || parsed.roles[i + 1] !== role) continue;
      wanted[codes[i]!] = 1;
      keys.push(codes[i]! * 65_536 + codes[i + 1]!);
    }
    if (keys.length > 0) {
      let previous = -1;
      for (let doc = from; doc < to; doc++) {
        const terminal = index.terminalOf[doc]!;
        if (terminal === previous) continue;
        previous = terminal;
        const hits = addressHits(index, terminal, wanted, keys);
        if (hits === 0) continue;
        if (best[terminal] === 0) terminals.push(terminal);
        best[terminal] = best[terminal]! + (0.3 * hits) / keys.length;
      }
    }
    for (const code of codes) wanted[code] = 0;
  }
}

/** The first posting from `start` on that is not before `doc`. */
function seek({ docs, to }: Gram, start: number, doc: number): number {
  let low = start;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (docs[middle]! < doc) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A terminal in the very county or city the name speaks of is worth looking at, whatever its letters. */
function placeBonus({ segments, hint }: Query, place: number): number {
  const { counties, cities } = segments[0]!;
  if (hint.county !== 0 && hint.county === place) return 0.15;
  if (counties.length > 0) return counties.includes(place) ? 0.3 : 0;
  return hint.city === 0 && cities.length > 0 && cities.includes(cityOf(place)) ? 0.15 : 0;
}

function addressHits(index: IndexSegment, terminal: number, wanted: Uint8Array, keys: readonly number[]): number {
  const { codes, starts } = index.addresses;
  const end = starts[terminal + 1]! - 1;
  let hits = 0;
  for (let i = starts[terminal]!; i < end; i++) {
    if (wanted[codes[i]!] === 1 && keys.includes(codes[i]! * 65_536 + codes[i + 1]!)) hits++;
  }
  return Math.min(hits, keys.length);
}

function near(place: number, city: number): boolean {
  return place === 0 || Math.trunc(place / 10_000) === Math.trunc(city / 10_000);
}
