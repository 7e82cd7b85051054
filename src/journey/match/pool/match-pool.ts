import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { assignBatch } from '../decide/assign-batch.js';
import type { WhyNot } from '../decide/why-not.js';
import type { Learned } from '../learn/learned.js';
import type { BatchOptions } from '../matcher.js';
import type { IndexArrays } from '../retrieve/assemble-index.js';
import { postingParts } from '../retrieve/build-postings.js';
import type { DraftArrays } from '../retrieve/draft.js';
import type { ModelFile } from '../score/load-model.js';
import type { MatchAnswer, RawName, Terminal, Versions } from '../terminal.js';
import { collectGarbage } from './collect-garbage.js';
import type { MatchChange } from './match-change.js';
import { TaskThreads } from './task-threads.js';

export interface MatchPoolOptions {
  /** Threads; default one per core. However many there are, they share one index and answer alike. */
  readonly workers?: number;
  readonly model?: ModelFile;
  /** What people's links taught; the terminals are expected to carry its spellings (`spellingsIn`). */
  readonly learned?: Learned;
  readonly onProgress?: (terminals: number) => void;
  readonly signal?: AbortSignal;
  /** Hears of every thread that starts to answer, replacements too: to measure them, or to take one down in a test. */
  readonly onThread?: (worker: Worker) => void;
}

interface PoolBatchOptions extends BatchOptions {
  readonly signal?: AbortSignal;
}

/** The matcher on several threads. Whoever opens it closes it. */
export interface MatchPool {
  readonly workers: number;
  /** Terminals in the index as it was built. */
  readonly terminals: number;
  /** What answers rest on now. */
  readonly versions: Versions;
  /** As `Matcher.matchBatch`: answers in the order asked, the same for any number of threads. */
  matchBatch(names: readonly RawName[], options?: PoolBatchOptions): Promise<MatchAnswer[]>;
  /** As `Matcher.matchEach`: for a caller that brings the answers of more than one batch together itself. */
  matchEach(names: readonly RawName[], options?: PoolBatchOptions): Promise<MatchAnswer[]>;
  whyNot(raw: RawName, terminalId: string): Promise<WhyNot>;
  /** Batches asked before see nothing of it, batches asked after see all of it. */
  apply(...changes: readonly MatchChange[]): Promise<void>;
  close(): Promise<void>;
}

/** Names given to a thread at a time: enough to pay for the way, few enough to share out evenly. */
const chunkSize = 250;
const terminalChunk = 5_000;
/** From so many terminals on the threads that built the index make way for fresh ones: what they used meanwhile goes with them. */
const freshThreadsFrom = 50_000;

/** Reads `terminals` once, without keeping them, and builds one index in shared memory for all threads. */
export async function openMatchPool(
  terminals: Iterable<Terminal> | AsyncIterable<Terminal>,
  { workers = availableParallelism(), model, learned, onProgress, signal, onThread }: MatchPoolOptions = {},
): Promise<MatchPool> {
  let threads = new TaskThreads(workers, onThread);
  const arrays = await buildIndexIn(threads, terminals, onProgress, signal).catch(async (error: unknown) => {
    await threads.close();
    throw error;
  });
  if (arrays.places.length > freshThreadsFrom) {
    await threads.close();
    collectGarbage();
    threads = new TaskThreads(workers, onThread);
  }
  const changes: MatchChange[] = [];
  const open = () =>
    ({ kind: 'open', arrays, options: { ...(model && { model }), ...(learned && { learned }) }, changes: [...changes] }) as const;
  threads.prepare = open;
  let versions: Versions;
  try {
    const told = await threads.runAll(open());
    versions = told.find((one) => one !== null) ?? (await threads.run({ kind: 'apply', changes: [] }));
  } catch (error) {
    await threads.close();
    throw error;
  }

  // Changes and batches take turns: `turn` ends when the last change is in, `batches` are those asked since.
  let turn: Promise<unknown> = Promise.resolve();
  const batches = new Set<Promise<unknown>>();
  const during = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = turn.then(work);
    batches.add(done);
    void done.catch(() => undefined).finally(() => batches.delete(done));
    return done;
  };

  const matchEach: MatchPool['matchEach'] = (names, { signal: stop, onProgress: tell, ...options } = {}) =>
    during(async () => {
      const chunks: Promise<MatchAnswer[]>[] = [];
      let done = 0;
      for (let at = 0; at < names.length; at += chunkSize) {
        const chunk = names.slice(at, at + chunkSize);
        chunks.push(
          threads.run({ kind: 'match', names: chunk, options }, stop).then((answers) => {
            done += answers.length;
            tell?.(done);
            return answers;
          }),
        );
      }
      return (await Promise.all(chunks)).flat();
    });

  return {
    workers,
    terminals: arrays.places.length,
    get versions() {
      return versions;
    },
    matchBatch: async (names, options) => assignBatch(names, await matchEach(names, options)),
    matchEach,
    whyNot: (raw, terminalId) => during(() => threads.run({ kind: 'why-not', raw, terminalId })),
    apply(...list) {
      const before = [turn, ...batches];
      const applied = Promise.allSettled(before).then(async () => {
        changes.push(...list);
        const told = await threads.runAll({ kind: 'apply', changes: list });
        versions = told.find((one) => one !== null) ?? versions;
      });
      turn = applied.catch(() => undefined);
      return applied;
    },
    close: () => threads.close(),
  };
}

async function buildIndexIn(
  threads: TaskThreads,
  terminals: Iterable<Terminal> | AsyncIterable<Terminal>,
  onProgress: MatchPoolOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<IndexArrays> {
  const body = await threads.run({ kind: 'assemble', drafts: await readDrafts(threads, terminals, onProgress, signal) }, signal);
  const docs = body.terminalOf.length;
  if (docs > freshThreadsFrom) collectGarbage();
  const parts = Array.from({ length: postingParts }, (_, part) => part);
  const postings = await Promise.all(parts.map((part) => threads.run({ kind: 'postings', texts: body.texts, docs, part }, signal)));
  return { ...body, postings };
}

async function readDrafts(
  threads: TaskThreads,
  terminals: Iterable<Terminal> | AsyncIterable<Terminal>,
  onProgress: MatchPoolOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<DraftArrays[]> {
  const drafts: DraftArrays[] = [];
  const underway = new Set<Promise<void>>();
  let row = 0;
  let chunk: Terminal[] = [];
  const send = () => {
    const firstRow = row - chunk.length;
    const done: Promise<void> = threads.run({ kind: 'draft', terminals: chunk, firstRow }, signal).then((draft) => {
      drafts.push(draft);
      underway.delete(done);
      onProgress?.(row);
    });
    void done.catch(() => undefined);
    underway.add(done);
    chunk = [];
  };
  // A plain list is gone through without a pause per terminal.
  const take = (terminal: Terminal): Promise<void> | null => {
    chunk.push(terminal);
    row++;
    if (chunk.length < terminalChunk) return null;
    send();
    return underway.size > threads.size ? Promise.race(underway) : null;
  };
  if (Symbol.iterator in terminals) {
    for (const terminal of terminals) {
      const full = take(terminal);
      if (full) await full;
    }
  } else {
    for await (const terminal of terminals) {
      const full = take(terminal);
      if (full) await full;
    }
  }
  if (chunk.length > 0) send();
  await Promise.all(underway);
  return drafts;
}
