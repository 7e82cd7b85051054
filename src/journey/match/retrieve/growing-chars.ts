/** Many short texts in one buffer of code units. */
export class GrowingChars {
  codes = new Uint16Array(1024);
  starts: Uint32Array;
  count = 0;

  constructor(expected = 1024) {
    this.starts = new Uint32Array(expected + 1);
  }

  push(text: string): void {
    const start = this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.codes[start + i] = text.charCodeAt(i);
    this.close(start + text.length);
  }

  pushCodes(codes: Uint16Array, length: number): void {
    const start = this.reserve(length);
    for (let i = 0; i < length; i++) this.codes[start + i] = codes[i]!;
    this.close(start + length);
  }

  copy(other: GrowingChars, index: number): void {
    const from = other.starts[index]!;
    const length = other.starts[index + 1]! - from;
    const start = this.reserve(length);
    for (let i = 0; i < length; i++) this.codes[start + i] = other.codes[from + i]!;
    this.close(start + length);
  }

  text(index: number): string {
    return String.fromCharCode.apply(null, this.codes.subarray(this.starts[index]!, this.starts[index + 1]!) as unknown as number[]);
  }

  length(index: number): number {
    return this.starts[index + 1]! - this.starts[index]!;
  }

  private reserve(length: number): number {
    const start = this.starts[this.count]!;
    if (start + length > this.codes.length) {
      const wider = new Uint16Array(Math.max(start + length, Math.ceil(this.codes.length * 1.6)));
      wider.set(this.codes.subarray(0, start));
      this.codes = wider;
    }
    return start;
  }

  private close(end: number): void {
    this.count++;
    if (this.count >= this.starts.length) {
      const longer = new Uint32Array(Math.ceil(this.starts.length * 1.6) + 1);
      longer.set(this.starts);
      this.starts = longer;
    }
    this.starts[this.count] = end;
  }
}
