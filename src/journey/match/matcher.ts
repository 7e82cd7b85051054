import { assignBatch } from './decide/assign-batch.js';
import { decide } from './decide/decide.js';
import { explain } from './decide/explain.js';
import { mayTouch } from './decide/may-touch.js';
import { type AliasScope, People } from './decide/people.js';
import { type WhyNot, whyNot } from './decide/why-not.js';
import { demote } from './learn/demote.js';
import type { Learned } from './learn/learned.js';
import { retryRewritten, type Tried } from './learn/retry-rewritten.js';
import { type Query, readQuery } from './parse/read-query.js';
import { gazetteer } from './region/gazetteer.js';
import { hashText } from './retrieve/hash-text.js';
import { buildIndex, type IndexSegment } from './retrieve/index-segment.js';
import { CandidateScorer, type CandidateSet } from './score/candidate-set.js';
import { loadModel, type ModelFile, type TrainedModel } from './score/load-model.js';
import type { MatchAnswer, RawName, Terminal, Versions } from './terminal.js';

export interface MatcherOptions {
  /** Another trained model than the one that ships. */
  readonly model?: ModelFile;
  /** What people's links taught; the terminals are expected to carry its spellings (`spellingsIn`). */
  readonly learned?: Learned;
}

export interface BatchOptions {
  /** How many candidates `ranked` holds; above 10 the search goes deeper. Default 5. */
  readonly candidates?: number;
  /**
   * Evidence in bits and the alignment of characters for up to five candidates; `brief`: only the six strongest reasons of the
   * first. Default: only for `match`.
   */
  readonly explain?: boolean | 'brief';
  readonly onProgress?: (done: number) => void;
}

/** Changed terminals beyond this many are folded into the main index; until then they live in a small one beside it. */
const foldAt = 4000;

/** Builds the index. `terminals` is read once and not kept, so a million rows may come from a stream's buffer. */
export function createMatcher(terminals: Iterable<Terminal>, options: MatcherOptions = {}): Matcher {
  return new Matcher(buildIndex(terminals), options);
}

/**
 * Answers which terminal a raw name means. Pure computation: no database, no clock, no randomness; the answer depends on the
 * set of terminals, aliases and links, never on their order. One instance per thread (it owns scratch memory).
 */
export class Matcher {
  private main: CandidateScorer;
  private beside: CandidateScorer | null = null;
  private readonly changed = new Map<string, Terminal>();
  private readonly gone = new Set<string>();
  private readonly people = new People();
  private readonly trained;
  private model: TrainedModel;
  private learned: Learned | null;
  private changes = 0;

  constructor(index: IndexSegment, options: MatcherOptions = {}) {
    this.main = new CandidateScorer(index);
    this.learned = options.learned ?? null;
    this.trained = loadModel(options.model);
    this.model = demote(this.trained, this.learned?.demoted ?? []);
  }

  get versions(): Versions {
    const { size, docs } = this.main.index;
    const versions = { model: this.model.version, gazetteer: gazetteer().version, index: `${size}/${docs}+${this.changes}` };
    return this.learned && this.learned.version !== '0' ? { ...versions, learned: this.learned.version } : versions;
  }

  match(raw: RawName, options: BatchOptions = {}): MatchAnswer {
    return this.matchBatch([raw], { explain: true, ...options })[0]!;
  }

  /** Answers in the order asked. Names of one distributor's code are looked at together, whatever their order. */
  matchBatch(names: readonly RawName[], options: BatchOptions = {}): MatchAnswer[] {
    return assignBatch(names, this.matchEach(names, options));
  }

  /** Each name for itself: what `assignBatch` has still to look at together when all answers of a batch are there. */
  matchEach(names: readonly RawName[], { candidates = 5, explain: withReasons = false, onProgress }: BatchOptions = {}): MatchAnswer[] {
    const { versions } = this;
    const memo = new Map<string, MatchAnswer>();
    // Only a second try needs the first one's set once it is decided.
    const passing = !this.learned || this.learned.rewrites.length === 0;
    const answers = names.map((raw, at) => {
      if (onProgress && at > 0 && at % 1000 === 0) onProgress(at);
      const { name, province = '', city = '', county = '', address = '', distributor = '', code = '' } = raw;
      const memoKey = `${name}\u0000${province}\u0000${city}\u0000${county}\u0000${address}\u0000${distributor}\u0000${code}`;
      const known = memo.get(memoKey);
      if (known) return { ...known, key: raw.key };
      const asked = readQuery(raw);
      const found = (candidates <= 5 && this.exactly(asked, passing)) || this.candidates(asked, candidates > 10 ? 140 : 20, passing);
      const first = { query: asked, set: found, decided: decide(asked, found, this.model, this.people) };
      const { query, set, decided } = passing ? first : this.retry(first, candidates);
      const answer = explain(raw, query, set, decided, this.model, { candidates, withReasons, versions });
      memo.set(memoKey, answer);
      return answer;
    });
    onProgress?.(names.length);
    return answers;
  }

  /** Why a terminal was not the answer, or not even among the candidates. */
  whyNot(raw: RawName, terminalId: string): WhyNot {
    const query = readQuery(raw);
    const set = this.candidates(query, 160);
    return whyNot(query, set, this.model, this.people, terminalId, this.find(terminalId), this.scorers());
  }

  /** Adds terminals or replaces them under the same id (a rename keeps the old name only if it is given as a former one). */
  putTerminals(terminals: Iterable<Terminal>): void {
    for (const terminal of terminals) {
      this.hide(terminal.id);
      this.gone.delete(terminal.id);
      this.changed.set(terminal.id, terminal);
      this.changes++;
    }
    this.beside = this.changed.size > 0 ? new CandidateScorer(buildIndex(this.changed.values())) : null;
  }

  removeTerminal(id: string): void {
    this.hide(id);
    this.gone.add(id);
    this.changes++;
    if (this.changed.delete(id)) this.beside = this.changed.size > 0 ? new CandidateScorer(buildIndex(this.changed.values())) : null;
  }

  /** True when so much changed that building anew pays; the caller has the terminals. */
  get isStale(): boolean {
    return this.changed.size + this.gone.size > foldAt;
  }

  /** A person said this name means this terminal: from now on it does, within the scope, whatever the letters say. */
  mustLink(name: string, terminalId: string, scope: AliasScope = {}): void {
    this.people.must(name, terminalId, scope);
    this.changes++;
  }

  /** A person said this name does not mean this terminal: it is never proposed again within the scope. */
  cannotLink(name: string, terminalId: string, scope: AliasScope = {}): void {
    this.people.cannot(name, terminalId, scope);
    this.changes++;
  }

  /** From now on what people's links teach is this. Their spellings are not among it: they come with the terminals. */
  learn(learned: Learned): void {
    this.learned = learned;
    this.model = demote(this.trained, learned.demoted);
  }

  /** Takes back a must-link or cannot-link exactly as it was given. */
  unlink(name: string, terminalId: string, scope: AliasScope = {}): void {
    this.people.forget(name, terminalId, scope);
    this.changes++;
  }

  /** Whether a new or renamed terminal could change the answer for a name: some place both allow, and a telling pair of letters in common. */
  mayTouch(terminal: Terminal, raw: RawName): boolean {
    return mayTouch(terminal, raw);
  }

  /** A number that is equal for equal contents; tests compare states by it. */
  get stateHash(): number {
    const { index } = this.main;
    const ids = Array.from({ length: index.size }, (_, i) => i)
      .filter((i) => index.removed[i] === 0)
      .map((i) => index.idOf(i))
      .concat([...this.changed.keys()])
      .toSorted();
    return hashText(`${ids.join('|')}#${this.people.describe()}`);
  }

  private retry(first: Tried, candidates: number): Tried {
    return retryRewritten(first, this.learned?.rewrites ?? [], (query) => {
      const set = this.candidates(query, candidates > 10 ? 140 : 20);
      return { query, set, decided: decide(query, set, this.model, this.people) };
    });
  }

  /** The shortcut for names that are the terminal's own after canonical writing; names that people spoke of go the long way, and those a changed terminal may bear. */
  private exactly(query: Query, passing: boolean): CandidateSet | null {
    if (this.people.knows(query.text) || this.beside?.index.hasKey(query.segments[0]!.keyHash)) return null;
    return this.main.scoreExact(query, passing);
  }

  /** With `passing` the set is good only until the next question. */
  private candidates(query: Query, limit: number, passing = false): CandidateSet {
    const must = this.people.knows(query.text) ? this.people.linked(query.raw) : null;
    const extra = (scorer: CandidateScorer) => {
      const at = must === null ? -1 : scorer.index.find(must);
      return at < 0 ? [] : [at];
    };
    if (!this.beside) return this.main.score(query, limit, extra(this.main), passing);
    const set = this.main.score(query, limit, extra(this.main));
    return joinSets(set, this.beside.score(query, limit, extra(this.beside)));
  }

  private hide(id: string): void {
    const at = this.main.index.find(id);
    if (at >= 0) this.main.index.removed[at] = 1;
  }

  private find(id: string): { index: IndexSegment; terminal: number } | null {
    for (const { index } of this.scorers().toReversed()) {
      const terminal = index.find(id);
      if (terminal >= 0 && index.removed[terminal] === 0) return { index, terminal };
    }
    return null;
  }

  private scorers(): CandidateScorer[] {
    return this.beside ? [this.main, this.beside] : [this.main];
  }
}

function joinSets(left: CandidateSet, right: CandidateSet): CandidateSet {
  if (right.size === 0) return left;
  const join = <T extends Float32Array | Uint32Array | Uint16Array | Uint8Array>(a: T, b: T): T => {
    const out = new (a.constructor as new (size: number) => T)(a.length + b.length);
    out.set(a);
    out.set(b, a.length);
    return out;
  };
  return {
    size: left.size + right.size,
    index: left.index,
    indexes: [...left.indexes, ...right.indexes],
    terminals: join(left.terminals, right.terminals),
    values: join(left.values, right.values),
    sparse: join(left.sparse, right.sparse),
    sparseValues: join(left.sparseValues, right.sparseValues),
    sparseSizes: join(left.sparseSizes, right.sparseSizes),
    conflicts: join(left.conflicts, right.conflicts),
    readings: join(left.readings, right.readings),
    docs: join(left.docs, right.docs),
    none: left.none.map((value, i) => (i > 0 && i < 4 ? Math.max(value, right.none[i]!) : value)),
    unproven: left.unproven,
  };
}
