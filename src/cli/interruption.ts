/** Ctrl-C and SIGTERM. The first asks for an orderly end, the second ends at once. */
export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Adds something that an orderly end has to close; returns how to take it off again. */
  onEnd(close: () => Promise<void>): () => void;
  /** Closes what is still open, newest first, once. */
  end(): Promise<void>;
}

const patienceMs = 10_000;
const interruptedCode = 130;

/**
 * After the first signal the command has `patienceMs` to end itself and to close what it holds; then the process ends,
 * whatever still runs. The embedded server and the decoding children notice that by themselves.
 */
export function watchInterruption(announce: () => void): Interruption {
  const controller = new AbortController();
  const open: (() => Promise<void>)[] = [];
  let ending: Promise<void> | null = null;

  function interrupt(): void {
    if (controller.signal.aborted) process.exit(interruptedCode);
    if (open.length > 0) announce();
    controller.abort();
    if (open.length === 0) process.exit(interruptedCode);
    setTimeout(() => process.exit(interruptedCode), patienceMs).unref();
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);

  async function closeAll(): Promise<void> {
    for (let close = open.pop(); close; close = open.pop()) await close();
  }

  return {
    signal: controller.signal,
    onEnd(close) {
      open.push(close);
      return () => {
        const at = open.indexOf(close);
        if (at >= 0) open.splice(at, 1);
      };
    },
    end: () => (ending ??= closeAll()),
  };
}
