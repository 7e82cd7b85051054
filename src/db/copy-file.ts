import { closeSync, openSync, writeSync } from 'node:fs';
import { copyText } from './copy-text.js';

const bufferBytes = 1024 * 1024;
const longText = 64 * 1024;

/**
 * A file in PostgreSQL's COPY text format, written field by field: characters go straight into one buffer as UTF-8, escaped on the
 * way. The hot end of a load: no row string is ever built, nothing is left for the garbage collector.
 */
export class CopyFile {
  rows = 0;
  private descriptor: number | null = null;
  private buffer: Buffer | null = null;
  private end = 0;
  private isRowStart = true;

  constructor(private readonly path: string) {}

  /** Any text; must not hold NUL or half a surrogate pair, which decoders see to. */
  text(value: string): this {
    this.separate();
    if (value.length > longText) {
      this.flush();
      this.append(Buffer.from(copyText(value), 'utf8'));
      return this;
    }
    const buffer = this.room(value.length * 3);
    let end = this.end;
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code < 0x80) {
        if (code < 0x20 || code === 0x5c) {
          const letter = escapeOf[code];
          if (letter !== undefined) {
            buffer[end++] = 0x5c;
            buffer[end++] = letter;
            continue;
          }
        }
        buffer[end++] = code;
      } else if (code < 0x800) {
        buffer[end++] = 0xc0 | (code >> 6);
        buffer[end++] = 0x80 | (code & 0x3f);
      } else if (code >= 0xd800 && code < 0xe000) {
        const whole = value.codePointAt(at)!;
        buffer[end++] = 0xf0 | (whole >> 18);
        buffer[end++] = 0x80 | ((whole >> 12) & 0x3f);
        buffer[end++] = 0x80 | ((whole >> 6) & 0x3f);
        buffer[end++] = 0x80 | (whole & 0x3f);
        at++;
      } else {
        buffer[end++] = 0xe0 | (code >> 12);
        buffer[end++] = 0x80 | ((code >> 6) & 0x3f);
        buffer[end++] = 0x80 | (code & 0x3f);
      }
    }
    this.end = end;
    return this;
  }

  textOrNull(value: string | null): this {
    if (value !== null) return this.text(value);
    this.separate();
    const buffer = this.room(2);
    buffer[this.end++] = 0x5c;
    buffer[this.end++] = 0x4e;
    return this;
  }

  /** Bytes that are COPY text already, separators included. */
  raw(bytes: Uint8Array, from: number, to: number): this {
    const length = to - from;
    const buffer = this.room(length);
    let end = this.end;
    for (let at = from; at < to; at++) buffer[end++] = bytes[at]!;
    this.end = end;
    return this;
  }

  /** A field of UTF-8 without characters to escape, and the separator after it. */
  plainField(bytes: Uint8Array, from: number, to: number): this {
    const buffer = this.room(to - from + 1);
    let end = this.end;
    for (let at = from; at < to; at++) buffer[end++] = bytes[at]!;
    buffer[end++] = 0x09;
    this.end = end;
    return this;
  }

  /** A whole number above zero, no separator. */
  digits(value: number): this {
    const buffer = this.room(16);
    let width = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) width++;
    let rest = value;
    for (let at = this.end + width - 1; at >= this.end; at--) {
      const tenth = Math.floor(rest / 10);
      buffer[at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.end += width;
    return this;
  }

  /** A row ended with bytes of its own. */
  countRow(): void {
    this.rows += 1;
  }

  endRow(): void {
    this.room(1)[this.end++] = 0x0a;
    this.isRowStart = true;
    this.rows += 1;
  }

  /** Writes out what is left and closes; returns the rows. */
  close(): number {
    this.flush();
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
    if (this.buffer) spare.push(this.buffer);
    this.buffer = null;
    return this.rows;
  }

  private separate(): void {
    if (this.isRowStart) this.isRowStart = false;
    else this.room(1)[this.end++] = 0x09;
  }

  private room(byteCount: number): Buffer {
    if (this.end + byteCount > bufferBytes) this.flush();
    this.buffer ??= spare.pop() ?? Buffer.allocUnsafe(bufferBytes);
    return this.buffer;
  }

  private flush(): void {
    if (this.end > 0 && this.buffer) this.append(this.buffer.subarray(0, this.end));
    this.end = 0;
  }

  private append(bytes: Uint8Array): void {
    this.descriptor ??= openSync(this.path, 'w', 0o600);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
  }
}

/** Buffers of closed files, for the next ones: a child writes many small files, a few at a time. */
const spare: Buffer[] = [];
const escapeOf: Readonly<Record<number, number>> = { 92: 0x5c, 9: 0x74, 10: 0x6e, 13: 0x72 };
