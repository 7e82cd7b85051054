import type { LineDoor } from './byte-line.js';
import type { Content } from './content.js';
import type { DecodeEvent, DecodeHints, DecodeLimits } from './decode-event.js';

/** One file, or one member of an archive, on its way to rows. */
export interface DecodeTask {
  readonly content: Content;
  /** How the sender would find it: the file's name, then members joined by '/'. */
  readonly path: string;
  readonly fileName: string;
  readonly hints: DecodeHints;
  readonly limits: DecodeLimits;
  /** Where lines may go as bytes; null when the caller wants text. */
  readonly door: LineDoor | null;
  /** What the delivery has cost so far; shared by all its parts. */
  readonly spent: { rows: number; unpackedBytes: number; entries: number };
  /** How many archives it is inside of. */
  readonly depth: number;
  /** Opens a path for a file too large to hold; removed when decoding ends. */
  readonly scratchPath: () => string;
}

export type DecodeTaskOf = (task: DecodeTask) => AsyncIterable<DecodeEvent>;
