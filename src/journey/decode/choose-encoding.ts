import { isUtf8 } from 'node:buffer';
import type { Content } from './content.js';
import type { DecodeHints, EncodingEvidence } from './decode-event.js';
import { findBadBytes } from './find-bad-bytes.js';
import { refuse } from './refuse.js';
import { utf16Of } from './sniff.js';

type Encoding = EncodingEvidence['encoding'];

/**
 * The encoding ladder: byte order mark, strict UTF-8 over the whole file, what the file declares, what the source has proven,
 * strict GB18030. Never a guess by letter statistics. The choice is checked here only for UTF-8; the other encodings are
 * decoded strictly afterwards, so a wrong choice ends in a refusal and never in a replaced character.
 */
export function chooseEncoding(content: Content, hints: DecodeHints, name: string, declared: string | null = null): EncodingEvidence {
  const head = content.head(4096);
  const wide = utf16Of(head);
  if (wide !== null) return { encoding: wide, because: head[0]! >= 0xfe ? 'bom' : 'declared' };
  if (hints.encoding === 'utf-16le') return { encoding: 'utf-16le', because: 'source' };
  if (head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return { encoding: 'utf-8', because: 'bom' };
  if (head.subarray(0, 4).equals(Buffer.from([0x84, 0x31, 0x95, 0x33]))) return { encoding: 'gb18030', because: 'bom' };
  if (isWholeUtf8(content)) return { encoding: 'utf-8', because: 'strict-utf-8' };

  refuseDamagedUtf8(content, name);
  const label = declared === null ? null : encodingOfLabel(declared);
  if (label !== null && label !== 'utf-8') return { encoding: label, because: 'declared' };
  if (hints.encoding === 'big5' || hints.encoding === 'gb18030') return { encoding: hints.encoding, because: 'source' };
  return { encoding: 'gb18030', because: 'strict-gb18030' };
}

/** GBK and GB2312 labels are read as GB18030, which contains both. */
function encodingOfLabel(label: string): Encoding | null {
  const plain = label.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (/^(gb|gbk|gb2312|gb18030|cp936|ms936|windows936|xgbk|hz)/.test(plain)) return 'gb18030';
  if (/^(big5|cp950|windows950)/.test(plain)) return 'big5';
  return plain === 'utf8' ? 'utf-8' : null;
}

/** One pass over the file in bounded memory; a character cut by a chunk's end is carried to the next. */
function isWholeUtf8(content: Content): boolean {
  let carried: Buffer = Buffer.alloc(0);
  for (const chunk of content.chunks()) {
    const bytes = carried.length > 0 ? Buffer.concat([carried, chunk]) : chunk;
    const end = bytes.length - unfinishedUtf8(bytes);
    if (!isUtf8(bytes.subarray(0, end))) return false;
    carried = bytes.subarray(end);
  }
  return carried.length === 0;
}

/** How many bytes at the end begin a character that goes on later: 0 to 3. */
function unfinishedUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/**
 * UTF-8 with a damaged spot often passes as GB18030 and would come out as other characters. GBK text hardly ever holds three
 * well-formed three-byte UTF-8 characters before the first malformed one; a damaged UTF-8 file nearly always does.
 */
function refuseDamagedUtf8(content: Content, name: string): void {
  const fault = findBadBytes(content, 'utf-8');
  if (fault === null || fault.longCharacters < 3) return;
  throw refuse('decode.unreadable-text', { name, line: fault.line, offset: fault.offset, bytes: fault.bytes, tried: 'GB18030' });
}
