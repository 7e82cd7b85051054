import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { UnitHead } from '../../src/journey/collect/agent-inbox.js';

/** Largest batch on the wire, and what it may unpack to, in bytes. An agent cuts its units into parts of at most `partBytes`. */
export const batchLimits = { packed: 8 * 1024 ** 2, unpacked: 48 * 1024 ** 2, partBytes: 4 * 1024 ** 2, frames: 2000, parts: 500 } as const;

// What no database would take: NUL and halves of characters.
const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\0\p{Cs}]*$/u);

/** What stands before the bytes of a frame: the unit, which state of it, and which part of its rows follows. */
export const frameHead = z
  .strictObject({
    task: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/),
    kind: z.enum(['sale', 'purchase', 'stock']),
    branch: text(200),
    day: z.iso.date(),
    columns: z.array(text(200).min(1)).min(1).max(300),
    asked: z.record(z.string().regex(/^[a-z_]{1,20}$/), text(50_000)),
    /** Counted by the agent, never by a clock: of two states of a unit the higher one counts. */
    version: z.int().min(1),
    part: z
      .int()
      .min(0)
      .max(batchLimits.parts - 1),
    parts: z.int().min(1).max(batchLimits.parts),
    /** Of this part. */
    bytes: z.int().min(0).max(batchLimits.unpacked),
    /** Of all parts together. */
    size: z.int().min(0),
    rows: z.int().min(0).max(10_000_000),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .refine(({ part, parts }) => part < parts);
export type FrameHead = z.output<typeof frameHead>;

/** Names a unit for ever. Branches are hashed: they are text of a stranger's database. */
export function locatorOf({ task, day, branch }: Pick<UnitHead, 'task' | 'day' | 'branch'>): string {
  return branch === '' ? `${task}/${day}` : `${task}/${day}/${shortHash(branch)}`;
}

/** What the delivery of a unit is called. Two branches never share a name, whatever characters theirs have. */
export function fileNameOf({ kind, task, day, branch }: UnitHead): string {
  const shown = branch
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 40);
  return `${kind}_${task}_${day}${branch === '' ? '' : `_${shown}~${shortHash(branch)}`}.ndjson`;
}

function shortHash(branch: string): string {
  return createHash('sha256').update(branch).digest('hex').slice(0, 12);
}
