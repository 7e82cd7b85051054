import { decodeName, displayName } from '../../src/journey/collect/remote-path.js';

/**
 * The name in the header lines of an attachment: RFC 2047 and RFC 2231 as the library reads them, and raw 8-bit names, which Chinese mail
 * programs send in GBK or UTF-8 against the rules. null when it has none.
 */
export async function attachmentName(header: Uint8Array): Promise<string | null> {
  const lines = Buffer.from(header).toString('latin1');
  const shielded = lines.replace(/[\u0080-\u00ff]+/g, (bytes) => `${MARK}${Buffer.from(bytes, 'latin1').toString('hex')}${MARK}`);
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(Buffer.from(`${asAttachment(shielded)}\r\n\r\nx`, 'latin1'));
  const name = mail.attachments[0]?.filename;
  if (!name) return null;
  return displayName(name.includes(MARK) ? unshielded(name) : name);
}

/** Raw bytes may be split by fold or quote; they are one text only when put together again. */
function unshielded(name: string): string {
  const bytes = name
    .split(MARK)
    .map((part, index) => (index % 2 ? Buffer.from(part, 'hex') : Buffer.from(part)))
    .filter((part) => part.length > 0);
  const whole = Buffer.concat(bytes);
  return decodeName(whole) ?? whole.toString('latin1').replace(/[\u0080-\u00ff]/g, '_');
}

/** The library takes some types for text unless they are said to be attached. */
function asAttachment(lines: string): string {
  const unfolded = lines.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const of = (name: string) => unfolded.find((line) => line.toLowerCase().startsWith(`${name}:`));
  const type = of('content-type')?.replace(/^[^:]*:\s*[^;]*/, '') ?? '';
  const disposition = of('content-disposition')?.replace(/^[^:]*:\s*[^;]*/, '') ?? '';
  return `Content-Type: application/octet-stream${type}\r\nContent-Disposition: attachment${disposition}`;
}

/** Letters no sender uses in a row; survives any parser of parameters. */
const MARK = 'qZ8bIt';
