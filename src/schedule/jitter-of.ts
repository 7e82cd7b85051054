import { createHash } from 'node:crypto';

/** Seconds by which a source begins later than its slot, in `[0, most]`: of one source always the same, of many spread evenly. */
export function jitterOf(sourceCode: string, most: number): number {
  if (most === 0) return 0;
  return createHash('sha256').update(sourceCode).digest().readUInt32BE(0) % (most + 1);
}
