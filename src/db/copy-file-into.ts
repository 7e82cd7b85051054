import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { failpoint } from '../model/failpoint.js';
import { copyInto } from './copy-into.js';

/** Copies a file of COPY text into a table and says how many rows arrived. */
export function copyFileInto(client: pg.Client, into: string, path: string): Promise<number> {
  return copyInto(client, into, Readable.from(chunksOf(path)));
}

const chunkBytes = 1024 * 1024;

// Buffers of just the size: what a stream takes beyond that per file makes the garbage collector run all the time.
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (let left = (await file.stat()).size; left > 0; ) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafeSlow(Math.min(chunkBytes, left)) });
      if (bytesRead === 0) return; // shorter than it was: the counts will differ
      yield buffer.subarray(0, bytesRead);
      failpoint('inside-copy');
      left -= bytesRead;
    }
  } finally {
    await file.close();
  }
}
