import { type Message, message } from '../../model/message.js';
import type { Content } from './content.js';
import type { EncodingEvidence } from './decode-event.js';
import { findBadBytes } from './find-bad-bytes.js';
import { refuse } from './refuse.js';

/** So many NULs in a row are no padding but a piece of file that never reached the disk. */
const holeChars = 256;

/**
 * Decodes a text strictly, chunk by chunk, without its byte order mark.
 *
 * NUL cannot be stored, and old programs pad fields with it. Short runs are dropped and counted (`note` tells where); a
 * long run is a hole left by a crash, so the file is refused.
 */
export class TextChunks {
  private readonly decoder: InstanceType<typeof TextDecoder>;
  private isFirst = true;
  private line = 1;
  private run = 0;
  private nulCount = 0;
  private firstNulLine = 0;

  constructor(
    private readonly content: Content,
    private readonly encoding: EncodingEvidence['encoding'],
    private readonly name: string,
  ) {
    this.decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  /** What was dropped, to be told beside the rows; null when nothing was. */
  note(): Message | null {
    if (this.nulCount === 0) return null;
    return message('decode.nul-dropped', { name: this.name, count: this.nulCount, line: this.firstNulLine });
  }

  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (const chunk of this.content.chunks()) yield this.decode(chunk);
    yield this.end();
  }

  /** The text of the next bytes; a character that they cut comes with those that follow. */
  decode(bytes: Uint8Array): string {
    let text = this.strictly(() => this.decoder.decode(bytes, { stream: true }));
    if (this.isFirst && text.startsWith('\uFEFF')) text = text.slice(1);
    this.isFirst = this.isFirst && text === '';
    return this.withoutNul(text);
  }

  /** After the last bytes. */
  end(): string {
    return this.withoutNul(this.strictly(() => this.decoder.decode()));
  }

  /** A line was read elsewhere. */
  passLine(): void {
    this.line += 1;
  }

  private strictly(decode: () => string): string {
    try {
      return decode();
    } catch (error) {
      const fault = findBadBytes(this.content, this.encoding);
      const where = { line: fault?.line ?? 0, offset: fault?.offset ?? this.content.size, bytes: fault?.bytes ?? '' };
      throw refuse('decode.unreadable-text', { name: this.name, tried: this.encoding.toUpperCase(), ...where }, error);
    }
  }

  private withoutNul(text: string): string {
    const kept = this.run > 0 || text.includes('\0') ? this.dropNul(text) : text;
    for (let at = kept.indexOf('\n'); at >= 0; at = kept.indexOf('\n', at + 1)) this.line += 1;
    return kept;
  }

  private dropNul(text: string): string {
    let kept = '';
    for (const piece of text.split(/(\0+)/)) {
      if (piece.startsWith('\0')) {
        const line = this.line + kept.split('\n').length - 1;
        this.firstNulLine ||= line;
        this.nulCount += piece.length;
        this.run += piece.length;
        if (this.run >= holeChars) throw refuse('decode.nul-hole', { name: this.name, line, count: holeChars });
      } else if (piece !== '') {
        this.run = 0;
        kept += piece;
      }
    }
    return kept;
  }
}
