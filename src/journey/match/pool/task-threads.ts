import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { MatchTask, MatchTaskResult, TaskReply } from './match-task.js';

/** How often a task may take its thread down before it is given up. */
const maxTries = 3;
/** Tasks a thread has at hand, so that it need not wait for the next. */
const atHand = 2;

interface Job {
  readonly task: MatchTask;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
  /** For this very thread: when that dies the job is void, because its replacement is prepared anew. */
  readonly isForAll: boolean;
  tries: number;
}
interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
}

/**
 * Threads that work off tasks. One that dies is replaced, and what it had at hand is done again by another. Every replacement
 * is told `prepare` before anything else, so it stands where the others stand.
 */
export class TaskThreads {
  /** What a thread that starts late is told first. */
  prepare: (() => MatchTask) | null = null;
  private readonly threads: Thread[];
  private readonly waiting: Job[] = [];
  private readonly exits = new Set<Promise<unknown>>();
  private nextId = 1;
  private isClosed = false;
  /** Deaths since a thread last answered anything. */
  private barren = 0;

  /** `onThread` hears of every thread that starts, replacements too. */
  constructor(
    readonly size: number,
    private readonly onThread?: (worker: Worker) => void,
  ) {
    this.threads = Array.from({ length: size }, (_, at) => this.start(at));
  }

  /** Done by whichever thread is free. Rejects with the signal's reason, with the error thrown, or when the task takes every thread down. */
  run<Task extends MatchTask>(task: Task, signal?: AbortSignal): Promise<MatchTaskResult[Task['kind']]> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(closed());
      if (signal?.aborted) return reject(signal.reason as Error);
      const drop = () => {
        const at = this.waiting.indexOf(job);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(signal!.reason as Error);
      };
      const job: Job = {
        task,
        resolve: (result) => {
          signal?.removeEventListener('abort', drop);
          resolve(result);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', drop);
          reject(error);
        },
        signal,
        isForAll: false,
        tries: 0,
      };
      signal?.addEventListener('abort', drop, { once: true });
      this.waiting.push(job);
      this.dispatch();
    });
  }

  /** Done by every thread once, in line with what it was given before. Null where the thread died: its replacement starts from `prepare`. */
  runAll<Task extends MatchTask>(task: Task): Promise<(MatchTaskResult[Task['kind']] | null)[]> {
    if (this.isClosed) return Promise.reject(closed());
    return Promise.all(
      this.threads.map(
        (thread) =>
          new Promise<MatchTaskResult[Task['kind']] | null>((resolve, reject) => {
            this.give(thread, { task, resolve: resolve as Job['resolve'], reject, signal: undefined, isForAll: true, tries: 0 });
          }),
      ),
    );
  }

  /** Ends all threads; what is not done rejects. */
  async close(): Promise<void> {
    this.end(closed());
    await Promise.all(this.exits);
  }

  private end(error: unknown): void {
    this.isClosed = true;
    const open = [...this.waiting.splice(0), ...this.threads.flatMap(({ jobs }) => [...jobs.values()])];
    for (const { worker, jobs } of this.threads) {
      jobs.clear();
      void worker.terminate();
    }
    for (const job of open) job.reject(error);
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const free = this.threads.toSorted((a, b) => a.jobs.size - b.jobs.size)[0]!;
      if (free.jobs.size >= atHand) return;
      this.give(free, this.waiting.shift()!);
    }
  }

  private give({ worker, jobs }: Thread, job: Job): void {
    const id = this.nextId++;
    jobs.set(id, job);
    worker.postMessage({ id, task: job.task });
  }

  private start(at: number): Thread {
    const worker = new Worker(workerModule());
    this.onThread?.(worker);
    const thread: Thread = { worker, jobs: new Map() };
    worker.on('message', (reply: TaskReply) => {
      this.barren = 0;
      const job = thread.jobs.get(reply.id);
      if (!job) return;
      thread.jobs.delete(reply.id);
      if ('error' in reply) job.reject(reply.error);
      else job.resolve(reply.result as never);
      this.dispatch();
    });
    let cause: unknown = null;
    worker.on('error', (error) => {
      cause = error;
    });
    const exit = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        if (!this.isClosed) this.replace(at, thread, cause);
        resolve();
      });
    });
    this.exits.add(exit);
    void exit.then(() => this.exits.delete(exit));
    return thread;
  }

  private replace(at: number, { jobs }: Thread, cause: unknown): void {
    // Not even able to start: missing build, no memory left. Starting for ever helps nobody.
    if (++this.barren > maxTries * this.size) {
      this.end(new Error('match threads die as they start', { cause }));
      return;
    }
    const left = [...jobs.values()];
    jobs.clear();
    const again: Job[] = [];
    for (const job of left) {
      if (job.isForAll) job.resolve(null as never);
      else if (job.signal?.aborted) continue;
      else if (++job.tries >= maxTries) job.reject(new Error('the match thread died each time it was given this task', { cause }));
      else again.push(job);
    }
    const fresh = this.start(at);
    this.threads[at] = fresh;
    // Ends in a second death when it fails, which counts as one; nobody waits for its answer.
    if (this.prepare)
      this.give(fresh, {
        task: this.prepare(),
        resolve: () => undefined,
        reject: () => undefined,
        signal: undefined,
        isForAll: true,
        tries: 0,
      });
    this.waiting.unshift(...again);
    this.dispatch();
  }
}

function closed(): Error {
  return new Error('the match pool is closed');
}

// Threads run compiled code, also when we run from sources under a test runner.
function workerModule(): string {
  const fromSources = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, fromSources ? '../../../../dist/src/journey/match/pool/match-worker.js' : 'match-worker.js');
}
