import type { Client } from 'basic-ftp';

/**
 * Makes a client treat paths as bytes: one character stands for one byte. Bytes that JavaScript takes for white space (A0, 85) are
 * shielded while a listing is parsed, or a name that begins or ends with one would be trimmed.
 */
export function keepRawNames(client: Client): void {
  client.ftp.encoding = 'latin1';
  const parse = client.parseList;
  client.parseList = (listing) => {
    const files = parse(listing.replace(/[\u00a0\u0085]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) + SHIELD)));
    for (const file of files) file.name = file.name.replace(/[\ue0a0\ue085]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - SHIELD));
    return files;
  };
}

/** The bytes of a path in the client's form, and back. */
export function rawText(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

export function textOf(path: Uint8Array): string {
  return Buffer.from(path).toString('latin1');
}

const SHIELD = 0xe000;
