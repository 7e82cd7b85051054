import { shareBytes } from './share-bytes.js';

/** Many short texts in one buffer of code units: text `i` is `codes[starts[i]]` to `codes[starts[i + 1]]`. Lies in shared memory. */
export interface CharArrays {
  readonly codes: Uint16Array;
  readonly starts: Uint32Array;
}

/** Reads texts out of shared code units. */
export class CharColumn implements CharArrays {
  readonly codes: Uint16Array;
  readonly starts: Uint32Array;

  constructor({ codes, starts }: CharArrays) {
    this.codes = codes;
    this.starts = starts;
  }

  text(index: number): string {
    return decodeChars(this.codes, this.starts[index]!, this.starts[index + 1]!);
  }

  length(index: number): number {
    return this.starts[index + 1]! - this.starts[index]!;
  }

  equals(index: number, text: string): boolean {
    const start = this.starts[index]!;
    if (this.starts[index + 1]! - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.codes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }
}

/** Collects texts whose number and length are not known beforehand. Its own memory is not shared and is used again after `clear`. */
export class GrowingChars implements CharArrays {
  codes = new Uint16Array(1024);
  starts = new Uint32Array(1024);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  /** What was collected, in shared memory of just its size. */
  share(): CharArrays {
    const starts = new Uint32Array(shareBytes(4 * (this.count + 1)));
    starts.set(this.starts.subarray(0, this.count + 1));
    const length = this.starts[this.count]!;
    const codes = new Uint16Array(shareBytes(2 * length));
    codes.set(this.codes.subarray(0, length));
    return { codes, starts };
  }

  push(text: string): void {
    const start = this.reserve(text.length);
    const { codes } = this;
    for (let i = 0; i < text.length; i++) codes[start + i] = text.charCodeAt(i);
    this.close(start + text.length);
  }

  pushCodes(from: Uint16Array, length: number): void {
    const start = this.reserve(length);
    const { codes } = this;
    for (let i = 0; i < length; i++) codes[start + i] = from[i]!;
    this.close(start + length);
  }

  private reserve(length: number): number {
    const start = this.starts[this.count]!;
    if (start + length > this.codes.length) {
      const wider = new Uint16Array(Math.max(start + length, Math.ceil(this.codes.length * 1.5)));
      wider.set(this.codes.subarray(0, start));
      this.codes = wider;
    }
    return start;
  }

  private close(end: number): void {
    this.count++;
    if (this.count >= this.starts.length) {
      const longer = new Uint32Array(Math.ceil(this.starts.length * 1.5) + 1);
      longer.set(this.starts);
      this.starts = longer;
    }
    this.starts[this.count] = end;
  }
}

function decodeChars(codes: Uint16Array, from: number, to: number): string {
  return String.fromCharCode.apply(null, codes.subarray(from, to) as unknown as number[]);
}
