import { roles } from '../parse/lexicon.js';
import { type Query, type QuerySegment, searchRanges } from '../parse/read-query.js';
import { cityOf, provinceOf } from '../region/gazetteer.js';
import { Gram } from './gram-postings.js';
import { type IndexSegment, mostWithKey } from './index-segment.js';

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
const ambiguous = -2;

/** Candidate search over one index segment. Holds its scratch arrays; one per thread. */
export class CandidateFinder {
  private readonly score: Float32Array;
  private readonly best: Float32Array;
  /** The documents that the last scan met, and how many. */
  private readonly touched: Uint32Array;
  private touchedCount = 0;
  /** Their length-fair scores, in the same order. */
  private readonly fair: Float32Array;
  private readonly bins = new Uint32Array(64);
  /** The grams of the reading in hand, each once. */
  private readonly gramKeys = new Uint32Array(1024);
  private readonly grams = Array.from({ length: 1024 }, () => new Gram());
  private readonly wanted = new Uint8Array(65_536);
  private readonly lengthFair: Float32Array;

  constructor(private readonly index: IndexSegment) {
    this.score = new Float32Array(index.docs);
    this.best = new Float32Array(index.size);
    this.touched = new Uint32Array(index.docs + 1);
    this.fair = new Float32Array(index.docs + 1);
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
        const unread = code === 0 ? this.scanEverywhere(segment) : this.scanRange(segment, from, to);
        const top = this.collect(segment, limit * 2, terminals);
        if (unread >= top) unproven = true;
      }
      if (code !== 0 && to - from <= (limit > 50 ? deepAddressLimit : addressLimit))
        this.scanAddresses(query.segments[0]!, from, to, terminals);
    }
    for (const segment of query.segments) {
      const count = index.withKey(segment.keyHash, 0, index.docs, mostWithKey);
      for (let i = 0; i < count; i++) {
        const terminal = index.terminalOf[index.found[i]!]!;
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
    const city = cityOf(within) || within;
    const county = segment.counties[0] ?? hint.county;
    // What agrees with a city lies in its range of documents, or is known by its province only.
    const inCity = this.onlyOf(segment, index.range(city), county, -1);
    return inCity === ambiguous ? -1 : Math.max(-1, this.onlyOf(segment, index.exactRange(provinceOf(city)), county, inCity));
  }

  /** `only`, or the one terminal of these documents with the reading's key, or `ambiguous` when there are two or one that is not sure. */
  private onlyOf({ parsed, keyHash }: QuerySegment, [from, to]: readonly [number, number], county: number, only: number): number {
    const { index } = this;
    const count = index.withKey(keyHash, from, to, mostWithKey);
    if (count === mostWithKey) return ambiguous;
    let found = only;
    for (let i = 0; i < count; i++) {
      const doc = index.found[i]!;
      const terminal = index.terminalOf[doc]!;
      const place = index.places[terminal]!;
      if (index.removed[terminal] === 1) continue;
      if (county !== 0 && place % 100 !== 0 && place !== county) continue;
      if (found >= 0 && terminal !== found) return ambiguous;
      if (index.scopes[doc] !== parsed.scope || place % 100 === 0 || index.closed[terminal] === 1) return ambiguous;
      if (parsed.county !== 0 && index.docCounties[doc] !== 0 && index.docCounties[doc] !== parsed.county) return ambiguous;
      found = terminal;
    }
    return found;
  }

  /** Every posting of the range; rarity is counted inside the range, so 市 and 医院 weigh next to nothing there. */
  private scanRange(segment: QuerySegment, from: number, to: number): number {
    const { score, touched } = this;
    const size = to - from;
    const count = this.listGrams(segment);
    for (let g = 0; g < count; g++) {
      const gram = this.grams[g]!;
      const first = seek(gram, gram.from, from, this.index.docs);
      const last = seek(gram, first, to, this.index.docs);
      const df = last - first;
      if (df === 0 || (size > largeRange && df * 2 > size)) continue;
      const weight = Math.log(1 + (size - df + 0.5) / (df + 0.5));
      const { docs } = gram;
      for (let at = first; at < last; at++) score[docs[at]!]! += weight;
    }
    // The range is small and in one place: going over it once is cheaper than asking at each posting whether it is a document's first.
    let met = 0;
    for (let doc = from; doc < to; doc++) {
      touched[met] = doc;
      if (score[doc]! > 0) met++;
    }
    this.touchedCount = met;
    return 0;
  }

  /** Rarest grams first until the budget is spent. Returns the most that a document not met so far could still score. */
  private scanEverywhere(segment: QuerySegment): number {
    const { score, touched } = this;
    const all = this.index.docs;
    const order = this.grams.slice(0, this.listGrams(segment)).sort((a, b) => a.to - a.from - (b.to - b.from));
    let met = 0;
    let spent = 0;
    let unread = 0;
    for (const { docs, from, to } of order) {
      const df = to - from;
      const weight = Math.log(1 + (all - df + 0.5) / (df + 0.5));
      if (unread > 0 || (spent > 0 && spent + df > globalBudget)) {
        unread += weight;
        continue;
      }
      spent += df;
      for (let at = from; at < to; at++) {
        const doc = docs[at]!;
        if (score[doc] === 0) touched[met++] = doc;
        score[doc]! += weight;
      }
    }
    this.touchedCount = met;
    return unread;
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

  /** Turns summed weights into a length-fair score, keeps the best terminals and clears the scratch. Returns the highest sum. */
  private collect({ codes }: QuerySegment, keep: number, terminals: number[]): number {
    const { index, score, best, touched, touchedCount, lengthFair, fair } = this;
    const { terminalOf, tiers, scopes } = index;
    let top = 0;
    let topSum = 0;
    for (let i = 0; i < touchedCount; i++) {
      const doc = touched[i]!;
      const sum = score[doc]!;
      if (sum > topSum) topSum = sum;
      score[doc] = 0;
      const value = sum * lengthFair[doc]!;
      fair[i] = value;
      if (value > top) top = value;
    }
    const floor = touchedCount > keep * 4 ? this.floorFor(top, keep) : 0;
    const scale = top > 0 ? 1 / (top + 0.3 * Math.sqrt(codes.length)) : 0;
    for (let i = 0; i < touchedCount; i++) {
      if (fair[i]! < floor) continue;
      const doc = touched[i]!;
      const terminal = terminalOf[doc]!;
      const value = fair[i]! * scale + 0.04 * tiers[terminal]! + (scopes[doc] === 2 ? 0.02 : 0);
      if (best[terminal] === 0) terminals.push(terminal);
      if (value > best[terminal]!) best[terminal] = value;
    }
    return topSum;
  }

  /** A score that about `keep` documents pass: found by histogram, not by sorting. */
  private floorFor(top: number, keep: number): number {
    const { bins, fair, touchedCount } = this;
    bins.fill(0);
    for (let i = 0; i < touchedCount; i++) {
      const bin = Math.trunc((fair[i]! / top) * 63);
      bins[bin < 63 ? bin : 63]!++;
    }
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

/**
 * The first posting from `start` on that is not before `doc`. Postings lie about evenly over the documents, so the search begins
 * where it would be if they lay quite evenly and widens from there: few steps, and those near each other in memory.
 */
function seek({ docs, from, to }: Gram, start: number, doc: number, all: number): number {
  let low = start;
  let high = to;
  if (high - low > 64) {
    const guess = from + Math.trunc(((to - from) * doc) / all);
    const at = guess < low ? low : guess < high ? guess : high - 1;
    let step = 16;
    if (docs[at]! < doc) {
      low = at + 1;
      while (low + step < high && docs[low + step]! < doc) {
        low += step + 1;
        step *= 2;
      }
      if (low + step < high) high = low + step;
    } else {
      high = at;
      while (high - step > low && docs[high - step]! >= doc) {
        high -= step;
        step *= 2;
      }
      if (high - step > low) low = high - step + 1;
    }
  }
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
