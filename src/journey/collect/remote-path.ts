/**
 * Paths at the far side, byte for byte. Servers of the trade speak UTF-8 or GBK, sometimes both in one folder, so a path is
 * kept as raw bytes; a locator is its text form and leads back to exactly those bytes.
 */

/** Text for bytes that are valid UTF-8; any other segment is percent-encoded whole. `%` itself and control characters always are. */
export function locatorOf(path: Uint8Array): string {
  return splitPath(path)
    .map((segment) => {
      const text = strictly('utf-8', segment);
      if (text !== null) return text.replace(UNSAFE, (character) => percent(Buffer.from(character)));
      return percent(segment);
    })
    .join('/');
}

/** The bytes a locator stands for. */
export function bytesOf(locator: string): Buffer {
  const parts = locator.split(/((?:%[0-9A-F]{2})+)/);
  return Buffer.concat(parts.map((part, index) => (index % 2 ? Buffer.from(part.replaceAll('%', ''), 'hex') : Buffer.from(part))));
}

/**
 * What people call a name sent as bytes: UTF-8 when it is valid UTF-8, else GB18030 when it is valid GB18030; null when it is neither,
 * since a guess with replacement characters could not be told from another name. One that arrives with them was lost on the way.
 */
export function decodeName(name: Uint8Array): string | null {
  const text = strictly('utf-8', name) ?? strictly('gb18030', name);
  return text?.includes('\ufffd') ? null : text;
}

/** A sender's name made harmless to show: no folders, no control or direction-changing characters. Never used as a path anyway. */
export function displayName(name: string): string {
  const base = name.split(/[\\/]/).findLast((part) => part.trim() !== '') ?? '';
  const shown = base.replace(NOT_SHOWN, '_').trim();
  return Array.from(shown).slice(0, 255).join('') || '_';
}

const NOT_SHOWN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const UNSAFE = /[\u0000-\u001f\u007f%]/g;

function strictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function splitPath(path: Uint8Array): Buffer[] {
  const segments: Buffer[] = [];
  let start = 0;
  for (let end = path.indexOf(0x2f); end !== -1; end = path.indexOf(0x2f, start)) {
    segments.push(Buffer.from(path.subarray(start, end)));
    start = end + 1;
  }
  return [...segments, Buffer.from(path.subarray(start))];
}

function percent(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
