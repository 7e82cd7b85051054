import type { Content } from './content.js';
import type { EncodingEvidence } from './decode-event.js';

/** Where strict decoding stops. `offset` counts bytes from 0, `line` from 1. */
export interface BadBytes {
  readonly line: number;
  readonly offset: number;
  readonly bytes: string;
  /** Well-formed characters of three and more bytes before it. */
  readonly longCharacters: number;
}

const longCharacter = /[\u0800-\uffff]/g;

/** Looks for the first bytes that are no character; null when there are none. Only for files already known to be wrong. */
export function findBadBytes(content: Content, encoding: EncodingEvidence['encoding']): BadBytes | null {
  let decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  let lines = 0;
  let longCharacters = 0;
  let pending: Buffer = Buffer.alloc(0);
  for (const chunk of content.chunks()) {
    const bytes = Buffer.concat([pending, chunk]);
    // Cut where no character is cut: after a line feed, which is never part of one in any of the encodings (UTF-16 aside).
    const cut = bytes.lastIndexOf(0x0a) + 1;
    const end = encoding.startsWith('utf-16') ? bytes.length & ~1 : cut;
    try {
      const text = decoder.decode(bytes.subarray(0, end), { stream: encoding.startsWith('utf-16') });
      lines += countLines(text);
      longCharacters += text.match(longCharacter)?.length ?? 0;
    } catch {
      return locate(bytes, encoding, offset, lines, longCharacters);
    }
    if (!encoding.startsWith('utf-16')) decoder = new TextDecoder(encoding, { fatal: true });
    offset += end;
    pending = bytes.subarray(end);
  }
  return locate(pending, encoding, offset, lines, longCharacters);
}

function locate(bytes: Buffer, encoding: string, offset: number, lines: number, longCharacters: number): BadBytes | null {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let good = 0;
  let text = '';
  for (let at = 0; at <= bytes.length; at++) {
    try {
      const characters = at < bytes.length ? decoder.decode(bytes.subarray(at, at + 1), { stream: true }) : decoder.decode();
      text += characters;
      if (characters !== '') good = at + 1;
    } catch {
      const wrong = bytes.subarray(good, Math.max(at + 1, good + 1));
      return {
        line: lines + countLines(text) + 1,
        offset: offset + good,
        bytes: wrong.subarray(0, 8).toString('hex').toUpperCase(),
        longCharacters: longCharacters + (text.match(longCharacter)?.length ?? 0),
      };
    }
  }
  return null;
}

function countLines(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
