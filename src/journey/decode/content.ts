import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';

const chunkBytes = 256 * 1024;
const inMemoryBytes = 16 * 1024 * 1024;

/** The bytes of a file or of an unpacked member: small ones in memory, large ones in a file. Can be read any number of times. */
export interface Content {
  readonly size: number;
  /** Where the bytes are when they are not in memory. */
  readonly path: string | null;
  readonly chunks: () => Generator<Buffer, void, undefined>;
  readonly head: (byteCount: number) => Buffer;
  /** Everything at once: only after looking at `size`. */
  readonly all: () => Buffer;
}

/**
 * Reads are synchronous on purpose: decoding has a process of its own, and a sync read of 256 KB costs a tenth of an
 * awaited one.
 */
export function openContent(path: string): Content {
  const { size } = statSync(path);
  return size <= inMemoryBytes ? bufferContent(readFileSync(path)) : fileContent(path, size);
}

export function bufferContent(buffer: Buffer): Content {
  return {
    size: buffer.length,
    path: null,
    *chunks() {
      for (let at = 0; at < buffer.length; at += chunkBytes) yield buffer.subarray(at, at + chunkBytes);
    },
    head: (byteCount) => buffer.subarray(0, byteCount),
    all: () => buffer,
  };
}

function fileContent(path: string, size: number): Content {
  return {
    size,
    path,
    *chunks() {
      const file = openSync(path, 'r');
      try {
        for (;;) {
          const chunk = Buffer.allocUnsafe(chunkBytes);
          const byteCount = readSync(file, chunk, 0, chunkBytes, null);
          if (byteCount === 0) return;
          yield chunk.subarray(0, byteCount);
        }
      } finally {
        closeSync(file);
      }
    },
    head: (byteCount) => readHead(path, byteCount),
    all: () => readFileSync(path),
  };
}

/** The first bytes of a file: fewer when it is shorter. */
export function readHead(path: string, byteCount: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(byteCount);
    return head.subarray(0, readSync(file, head, 0, byteCount, 0));
  } finally {
    closeSync(file);
  }
}
