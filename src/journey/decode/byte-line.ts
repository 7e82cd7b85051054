const mostCells = 512;
const space = 0x20;
const lineFeed = 0x0a;

/** What a byte means to the cutter; 0 is what most bytes are. Those from `ends` on are looked at one by one, the others only mark their cell. */
const means = { high: 1, care: 2, ends: 16, return: 16, delimiter: 32, lineFeed: 64, quote: 128 } as const;

/**
 * One line of a delimited text cut into cells that are still bytes, spaces around them left out. One object serves all lines of a
 * file. Only for encodings in which neither delimiter, quote nor line feed can be a piece of another character.
 */
export class ByteLine {
  bytes: Buffer = Buffer.alloc(0);
  /** The physical line, from 1. */
  lineNo = 0;
  cellCount = 0;
  readonly starts = new Int32Array(mostCells);
  readonly ends = new Int32Array(mostCells);
  /** 0 for a cell of ordinary ASCII characters; anything else has to be looked at as text. */
  readonly flags = new Uint8Array(mostCells);
  private readonly meaning = new Uint8Array(256);

  constructor(delimiter: number) {
    this.meaning.fill(means.care, 0, space).fill(means.high, 0x80);
    for (const code of [0x5c, 0x7f]) this.meaning[code] = means.care;
    this.meaning[lineFeed] = means.lineFeed;
    this.meaning[0x0d] = means.return;
    this.meaning[0x22] = means.quote;
    this.meaning[delimiter] = means.delimiter;
  }

  /**
   * Cuts the line that begins at `start`; `bytes` must hold its line feed. Returns where the next line begins, or -1 for a line
   * that cannot be cut like this: it has quotes or too many cells.
   */
  cut(bytes: Buffer, start: number): number {
    const { meaning, starts, ends, flags } = this;
    this.bytes = bytes;
    let cell = 0;
    let at = start;
    for (;;) {
      while (bytes[at] === space) at++;
      starts[cell] = at;
      let flag = 0;
      let what = 0;
      for (; ; at++) {
        what = meaning[bytes[at]!]!;
        if (what >= means.ends) {
          if (what >= means.delimiter || bytes[at + 1] === lineFeed) break;
          what = means.care;
        }
        flag |= what;
      }
      if (what === means.quote) return -1;
      let end = at;
      while (bytes[end - 1] === space && end > starts[cell]!) end--;
      ends[cell] = end;
      flags[cell] = flag;
      cell += 1;
      if (what !== means.delimiter) break;
      if (cell === mostCells) return -1;
      at += 1;
    }
    this.cellCount = cell;
    return bytes[at] === lineFeed ? at + 1 : at + 2;
  }
}

/**
 * Where a decoder may hand over lines as bytes. `take` is null while the part in hand needs its rows as text; it answers false for a
 * line that has to be read as text, and must have seen all rows before it.
 */
export interface LineDoor {
  take: ((line: ByteLine) => boolean) | null;
}
