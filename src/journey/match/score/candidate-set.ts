import { hasCore, type Query } from '../parse/read-query.js';
import { CandidateFinder, type Found } from '../retrieve/find-candidates.js';
import type { IndexSegment } from '../retrieve/index-segment.js';
import { Comparison, compare, maxSparse } from './compare.js';
import { dense, denseCount } from './feature-names.js';

/** What speaks for "none of these": facts of the query and of the best the index could offer. */
export const noneNames = [
  'bias',
  'bestExplained',
  'bestQuick',
  'secondQuick',
  'hasCore',
  'hasNumber',
  'hasSpeciality',
  'noHint',
  'noRegion',
  'shortName',
  'exactFound',
  'fewCandidates',
  'townScope',
] as const;

/** A query's candidates with their evidence, best by the cheap score first. Rows of `values` are `denseCount` wide. */
export interface CandidateSet {
  readonly size: number;
  readonly index: IndexSegment;
  /** The index each row's terminal and document numbers belong to. */
  readonly indexes: readonly IndexSegment[];
  readonly terminals: Uint32Array;
  readonly values: Float32Array;
  readonly sparse: Uint16Array;
  readonly sparseValues: Float32Array;
  readonly sparseSizes: Uint8Array;
  readonly conflicts: Uint16Array;
  /** Which reading of the name and which spelling of the terminal were compared. */
  readonly readings: Uint8Array;
  readonly docs: Uint32Array;
  readonly none: Float32Array;
  readonly unproven: boolean;
}

/** What a set of so many candidates needs; filled anew for each query when nobody keeps the set. */
interface Buffers {
  readonly indexes: IndexSegment[];
  readonly terminals: Uint32Array;
  readonly values: Float32Array;
  readonly sparse: Uint16Array;
  readonly sparseValues: Float32Array;
  readonly sparseSizes: Uint8Array;
  readonly conflicts: Uint16Array;
  readonly readings: Uint8Array;
  readonly docs: Uint32Array;
  readonly none: Float32Array;
}

const matchedLength = 48;
const contrastCounts = new Uint16Array(matchedLength);
const contrastWeights = new Float32Array(matchedLength);

/** Compares a query with the candidates of one index segment. One per thread. */
export class CandidateScorer {
  private readonly finder: CandidateFinder;
  private readonly pair = new Comparison();
  private scratch: Buffers | null = null;
  private matched = new Uint8Array(0);

  constructor(readonly index: IndexSegment) {
    this.finder = new CandidateFinder(index);
  }

  /**
   * `extra` terminals are looked at whatever the search thinks of them. With `passing` the set is only good until the next call:
   * its arrays are longer than the set and are used again.
   */
  score(query: Query, limit: number, extra: readonly number[] = [], passing = false): CandidateSet {
    return this.compareAll(query, this.finder.find(query, limit), extra, passing);
  }

  /** The single exact candidate's set, or null when the name needs the search. `passing` as above. */
  scoreExact(query: Query, passing = false): CandidateSet | null {
    const terminal = this.finder.exact(query);
    return terminal < 0 ? null : this.compareAll(query, { terminals: [terminal], scores: [1], unproven: false }, [], passing);
  }

  private buffersFor(size: number, passing: boolean): Buffers {
    const { index } = this;
    if (this.matched.length < size * matchedLength) this.matched = new Uint8Array(Math.max(size, 32) * matchedLength);
    if (!passing) return makeBuffers(size, index);
    if (!this.scratch || this.scratch.terminals.length < size) this.scratch = makeBuffers(Math.max(size, 32), index);
    this.scratch.values.fill(0, 0, size * denseCount);
    return this.scratch;
  }

  private compareAll(query: Query, found: Found, extra: readonly number[], passing: boolean): CandidateSet {
    const { index, pair } = this;
    const list = [...found.terminals];
    for (const terminal of extra) if (!list.includes(terminal)) list.push(terminal);
    const size = list.length;
    const set = { size, index, ...this.buffersFor(size, passing), unproven: found.unproven };
    const { matched } = this;
    const readings = query.segments.slice(0, 6);
    let best = 0;
    let second = 0;
    let bestExplained = 0;
    let exactFound = 0;
    let rank = 0;
    for (let row = 0; row < size; row++) {
      const terminal = list[row]!;
      set.terminals[row] = terminal;
      let quick = -9;
      let exact = 0;
      let mainExact = 0;
      let firstExact = 0;
      let wholeSame = 0;
      for (let doc = index.docStarts[terminal]!; doc < index.docStarts[terminal + 1]!; doc++) {
        for (let at = 0; at < readings.length; at++) {
          const segment = readings[at]!;
          compare(query, segment, index, doc, pair);
          if (pair.values[dense.sameKey] === 1) {
            exact++;
            if (at === 0) mainExact = 1;
            if (segment.kind === 'first') firstExact = 1;
          }
          if (at === 0 && pair.values[dense.sameText] === 1) wholeSame = 1;
          if (pair.quick <= quick) continue;
          quick = pair.quick;
          set.values.set(pair.values, row * denseCount);
          set.sparse.set(pair.sparse, row * maxSparse);
          set.sparseValues.set(pair.sparseValues, row * maxSparse);
          set.sparseSizes[row] = pair.sparseSize;
          set.conflicts[row] = pair.conflicts;
          set.readings[row] = at;
          set.docs[row] = doc;
          matched.set(pair.matched, row * matchedLength);
        }
      }
      const base = row * denseCount;
      if (row > 0 && found.scores[row] !== found.scores[row - 1]) rank = row;
      set.values[base + dense.rank] = 1 / (1 + rank);
      if (rank === 0) set.values[base + dense.rankFirst] = 1;
      if (readings.length > 1 && exact > 0) {
        if (wholeSame === 1) set.values[base + dense.wholeTextSame] = 1;
        if (firstExact === 1) set.values[base + dense.firstNameExact] = 1;
        if (mainExact === 1) set.values[base + dense.mainReadingExact] = 1;
        if (exact > 1 || mainExact === 0) set.values[base + dense.otherReadingExact] = 1;
      }
      if (quick > best) {
        second = best;
        best = quick;
      } else if (quick > second) second = quick;
      bestExplained = Math.max(bestExplained, set.values[base + dense.bothExplained]!);
      if (set.values[base + dense.sameKeyScope] === 1 && (set.conflicts[row]! & 134) === 0) exactFound = 1;
    }
    contrast(query, set, matched);
    const main = query.segments[0]!;
    set.none.set([
      1,
      bestExplained,
      best / 3,
      second / 3,
      hasCore(main) ? 1 : 0,
      main.parsed.ordinal > 0 ? 1 : 0,
      main.parsed.specialityLow | main.parsed.specialityHigh ? 1 : 0,
      query.hint.city === 0 ? 1 : 0,
      main.mentions.length === 0 ? 1 : 0,
      main.text.length < 6 ? 1 : 0,
      exactFound,
      size < 10 ? 1 : 0,
      main.parsed.scope === 4 ? 1 : 0,
    ]);
    return set;
  }
}

function makeBuffers(size: number, index: IndexSegment): Buffers {
  return {
    indexes: Array.from({ length: size }, () => index),
    terminals: new Uint32Array(size),
    values: new Float32Array(size * denseCount),
    sparse: new Uint16Array(size * maxSparse),
    sparseValues: new Float32Array(size * maxSparse),
    sparseSizes: new Uint8Array(size),
    conflicts: new Uint16Array(size),
    readings: new Uint8Array(size),
    docs: new Uint32Array(size),
    none: new Float32Array(noneNames.length),
  };
}

/** Letters of the name that few of the candidates can explain tell the candidates apart; letters all explain do not. */
function contrast(query: Query, set: CandidateSet, matched: Uint8Array): void {
  const { size } = set;
  for (const [reading, { codes, parsed }] of query.segments.slice(0, 6).entries()) {
    const length = Math.min(matchedLength, codes.length);
    const counts = contrastCounts.fill(0);
    let rivals = 0;
    for (let row = 0; row < Math.min(size, 32); row++) {
      if (set.readings[row] !== reading) continue;
      rivals++;
      for (let i = 0; i < length; i++) if (matched[row * matchedLength + i]! > 0) counts[i]!++;
    }
    if (rivals === 0) continue;
    const weights = contrastWeights;
    for (let i = 0; i < length; i++) weights[i] = Math.log((rivals + 1) / (counts[i]! + 0.5));
    let total = 0.01;
    let core = 0.01;
    for (let i = 0; i < length; i++) {
      total += weights[i]!;
      if (parsed.roles[i] === 0) core += weights[i]!;
    }
    for (let row = 0; row < size; row++) {
      if (set.readings[row] !== reading) continue;
      let hit = 0;
      let coreHit = 0;
      let lost = 0;
      for (let i = 0; i < length; i++) {
        if (matched[row * matchedLength + i]! > 0) {
          hit += weights[i]!;
          if (parsed.roles[i] === 0) coreHit += weights[i]!;
        } else if (counts[i]! > 0) lost += weights[i]!;
      }
      const base = row * denseCount;
      set.values[base + dense.contrast] = hit / total;
      set.values[base + dense.contrastCore] = coreHit / core;
      set.values[base + dense.contrastLost] = lost / total;
    }
  }
}
