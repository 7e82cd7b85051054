import type { SFTPWrapper, Client as SshClient } from 'ssh2';
import type Client from 'ssh2-sftp-client';

/** A line to an SFTP server on which every call ends: with its answer, or at once with the line. The library alone leaves calls waiting. */
export interface Line {
  /** Its calls go through `call`. */
  readonly client: Client;
  isOpen(): boolean;
  call<T>(work: Promise<T>): Promise<T>;
  /** Streams a file of known size, asking ahead so that a far server is not waited for after every block. */
  read(path: string, byteCount: number): AsyncGenerator<Buffer>;
  /** At once, without the polite goodbye that a dead line would never answer. */
  destroy(): void;
}

export function createLine(client: Client): Line {
  const inner = client as unknown as { client: SshClient; sftp: SFTPWrapper; endCalled: boolean }; // `sftp` is there once connected
  const ssh = inner.client;
  const waiting = new Set<(error: Error) => void>();
  let ended: Error | null = null;
  const end = (error: Error) => {
    ended ??= error;
    for (const reject of waiting) reject(ended);
    waiting.clear();
  };
  ssh.on('connect', () => ssh.setNoDelay(true)); // small questions must not wait for one another
  ssh.on('error', end);
  ssh.on('close', () => end(new Error('the server closed the connection')));

  function wait<T>(start: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      waiting.add(reject);
      const settled = <V>(settle: (value: V) => void) => {
        return (value: V) => {
          waiting.delete(reject);
          settle(value);
        };
      };
      start(settled(resolve), settled(reject));
    });
  }

  async function readBlock(handle: Buffer, from: number, length: number): Promise<Buffer> {
    const block = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const got = await wait<number>((resolve, reject) => {
        inner.sftp.read(handle, block, filled, length - filled, from + filled, (error, count) => {
          if (!error) resolve(count);
          else if ((error as { code?: unknown }).code === END_OF_FILE) resolve(0);
          else reject(error);
        });
      });
      if (got === 0) break;
      filled += got;
    }
    return block.subarray(0, filled);
  }

  return {
    client,
    isOpen: () => ended === null,
    call: (work) =>
      wait((resolve, reject) => {
        work.then(resolve, reject);
      }),

    async *read(path, byteCount) {
      const handle = await wait<Buffer>((resolve, reject) =>
        inner.sftp.open(path, 'r', (error, opened) => (error ? reject(error) : resolve(opened))),
      );
      const ahead: Promise<Buffer>[] = [];
      let asked = 0;
      try {
        while (asked < byteCount || ahead.length > 0) {
          while (asked < byteCount && ahead.length < BLOCKS_AHEAD) {
            const block = readBlock(handle, asked, Math.min(BLOCK_BYTES, byteCount - asked));
            block.catch(() => undefined); // told to whoever awaits it; the others fail for the same reason
            ahead.push(block);
            asked += BLOCK_BYTES;
          }
          const block = await ahead.shift()!;
          if (block.length > 0) yield block;
        }
      } finally {
        await Promise.allSettled(ahead);
        if (!ended) await wait<void>((resolve) => inner.sftp.close(handle, () => resolve())).catch(() => undefined);
      }
    },

    destroy() {
      end(new Error('closed by us'));
      inner.endCalled = true;
      ssh.destroy();
    },
  };
}

const BLOCK_BYTES = 32 * 1024;
const BLOCKS_AHEAD = 16;
const END_OF_FILE = 1;
