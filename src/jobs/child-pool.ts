import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { ErrorClass } from '../model/hub-error.js';
import { HubError } from '../model/hub-error.js';
import { type Message, message } from '../model/message.js';

/** What a child answers: progress while it works, then one result or fault. */
export type ChildAnswer<Result> =
  | { readonly type: 'progress'; readonly rows: number }
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'fault'; readonly errorClass: ErrorClass; readonly told: Message };

export interface ChildPool<Job, Result> {
  /** Runs a job in a child of its own kind. A child that dies takes only its job with it: `source-data` HubError naming the cause. */
  run(job: Job, name: string, options?: { onProgress?: (rows: number) => void; signal?: AbortSignal }): Promise<Result>;
  /** The largest resident size seen of any child, in bytes. */
  peakRssBytes(): number;
  /** Kills the children, comes back when they are gone, and starts no more: jobs in line fail. */
  close(): Promise<void>;
}

export interface ChildLimits {
  /** Where children put temp files; whoever owns it removes what a killed child left there. */
  readonly temporaryFolder?: string;
  readonly children: number;
  readonly heapMegabytes: number;
  readonly rssMegabytes: number;
  readonly seconds: number;
}

/** Children are kept for the next job and replaced when they die, so that a small file does not pay for a process start. */
export function createChildPool<Job, Result>(modulePath: string, limits: ChildLimits): ChildPool<Job, Result> {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let peak = 0;
  let isClosed = false;

  async function acquire(name: string, signal: AbortSignal | undefined): Promise<ChildProcess> {
    if (busy >= limits.children) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    if (isClosed || signal?.aborted) {
      release(null);
      throw died(name, 'stopped');
    }
    return idle.pop() ?? start();
  }

  // The place passes on to the next in line; only without one does it become free. A child that was told to die may still look
  // alive: it is not lent again.
  function release(child: ChildProcess | null): void {
    if (child?.connected && !child.killed && child.exitCode === null && child.signalCode === null) idle.push(child);
    const next = waiting.shift();
    if (next) next();
    else busy -= 1;
  }

  function start(): ChildProcess {
    const child = fork(modulePath, [], {
      serialization: 'advanced',
      env: limits.temporaryFolder ? { ...process.env, TMPDIR: limits.temporaryFolder } : process.env,
      // Helper threads of the garbage collector spin while they wait: beside a busy database that was 4 of 10 s per million rows.
      execArgv: [`--max-old-space-size=${limits.heapMegabytes}`, '--single-threaded-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Ctrl-C reaches the whole group; the hub decides what becomes of its children.
      detached: true,
    });
    all.add(child);
    const gone = () => {
      all.delete(child);
      const at = idle.indexOf(child);
      if (at >= 0) idle.splice(at, 1);
    };
    child.once('exit', gone);
    // Could not be started (no memory, too many processes): the job that wanted it is told, the hub lives on.
    child.on('error', gone);
    child.unref();
    child.channel?.unref();
    return child;
  }

  return {
    async run(job, name, { onProgress, signal } = {}) {
      const child = await acquire(name, signal);
      child.ref();
      child.channel?.ref();
      let cause: string | null = null;
      let isOver = false;
      const kill = (why: string) => {
        if (isOver) return;
        cause ??= why;
        child.kill('SIGKILL');
      };
      const timer = setTimeout(() => kill(`> ${limits.seconds} s`), limits.seconds * 1000);
      const watch = setInterval(() => {
        void residentBytes(child.pid).then((bytes) => {
          peak = Math.max(peak, bytes);
          if (bytes > limits.rssMegabytes * 1024 * 1024) kill(`> ${limits.rssMegabytes} MB`);
        });
      }, 250);
      const abort = () => kill('stopped');
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      // Long enough for the stack that follows "heap out of memory".
      let complaint = '';
      const listen = (chunk: Buffer) => {
        complaint = (complaint + chunk.toString('utf8')).slice(-20_000);
      };
      child.stderr?.on('data', listen);
      try {
        return await new Promise<Result>((resolve, reject) => {
          // 'close' and not 'exit': only then has all been read that the child had to say.
          child.once('close', (code: number | null, killed: string | null) => {
            const why = cause ?? (/heap out of memory/.test(complaint) ? `> ${limits.heapMegabytes} MB` : `exit ${code ?? killed}`);
            reject(died(name, why, complaint));
          });
          if (child.pid === undefined) {
            child.once('error', (error) => reject(new HubError('transient', message('hub.child-died', { name, cause: error.message }))));
            return;
          }
          child.on('message', (answer: ChildAnswer<Result>) => {
            if (answer.type === 'progress') return onProgress?.(answer.rows);
            isOver = true;
            if (answer.type === 'done') resolve(answer.result);
            else reject(new HubError(answer.errorClass, answer.told));
          });
          child.send(job as never, (error) => error && kill(error.message));
        });
      } finally {
        isOver = true;
        child.removeAllListeners('message').removeAllListeners('close');
        clearTimeout(timer);
        clearInterval(watch);
        signal?.removeEventListener('abort', abort);
        child.stderr?.off('data', listen);
        peak = Math.max(peak, await residentBytes(child.pid));
        child.channel?.unref();
        child.unref();
        release(child);
      }
    },
    peakRssBytes: () => peak,
    async close() {
      isClosed = true;
      await Promise.all(
        [...all].map(
          (child) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null || child.signalCode !== null) return resolve();
              child.ref();
              child.once('exit', () => resolve());
              child.kill('SIGKILL');
            }),
        ),
      );
    },
  };
}

function died(name: string, cause: string, complaint = ''): HubError {
  return new HubError('source-data', message('hub.child-died', { name, cause }), { cause: complaint });
}

// From the kernel, because a child that is busy decoding cannot answer. Elsewhere than on Linux the heap limit alone holds.
async function residentBytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(text.split(' ')[1] ?? 0) * 4096;
}
