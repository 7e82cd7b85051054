import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import type { DecodeTask } from './decode-task.js';
import { asBroken, refuse } from './refuse.js';

/** One file of an archive. `name` is a label with '/' between folders; it is never used as a path. */
export interface ZipMember {
  readonly name: string;
  readonly size: number;
  readonly isFolder: boolean;
  readonly isLink: boolean;
  readonly isEncrypted: boolean;
  /** Its bytes, unpacked as they are asked for; more than the declared size, or a wrong checksum, ends in a refusal. */
  readonly chunks: () => AsyncGenerator<Buffer, void, undefined>;
}

export interface Zip {
  readonly members: readonly ZipMember[];
  readonly close: () => void;
}

/** The ratio of a harmless small file may be anything. */
const ratioFromBytes = 10 * 1024 * 1024;

/** Lists an archive by its central directory. All limits are checked on what it declares, before a byte is unpacked. */
export async function openZip(task: DecodeTask): Promise<Zip> {
  const { content, limits, spent, path: name } = task;
  const zip = await openArchive(task);
  try {
    if (spent.entries + zip.entryCount > limits.entries) {
      throw refuse('decode.too-many-entries', { name, actual: spent.entries + zip.entryCount, limit: limits.entries });
    }
    spent.entries += zip.entryCount;
    const members: ZipMember[] = [];
    for await (const entry of zip.eachEntry()) {
      spent.unpackedBytes += entry.uncompressedSize;
      if (spent.unpackedBytes > limits.unpackedBytes) throw refuse('decode.unpacked-too-large', { name, limit: limits.unpackedBytes });
      if (entry.uncompressedSize > ratioFromBytes && entry.uncompressedSize > limits.ratio * entry.compressedSize) {
        throw refuse('decode.bomb', { name: `${name}/${nameOf(entry)}`, ratio: limits.ratio, limit: limits.ratio });
      }
      members.push(memberOf(zip, entry, name));
    }
    return { members, close: () => zip.close() };
  } catch (error) {
    zip.close();
    if (content.size < 4) throw error;
    throw asBroken(name, error);
  }
}

async function openArchive({ content, path: name }: DecodeTask): Promise<yauzl.ZipFile> {
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
  try {
    if (content.path !== null) return await yauzl.openPromise(content.path, options);
    return await yauzl.fromBufferPromise(content.all(), options);
  } catch (error) {
    if (/central directory|unexpected EOF/.test(String(error))) {
      throw refuse('decode.half-written', { name, detail: 'zip' }, error);
    }
    throw asBroken(name, error);
  }
}

function memberOf(zip: yauzl.ZipFile, entry: yauzl.Entry, archive: string): ZipMember {
  const name = nameOf(entry);
  return {
    name,
    size: entry.uncompressedSize,
    isFolder: name.endsWith('/'),
    isLink: ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000,
    isEncrypted: entry.isEncrypted(),
    chunks: () => unpack(zip, entry, `${archive}/${name}`),
  };
}

async function* unpack(zip: yauzl.ZipFile, entry: yauzl.Entry, name: string): AsyncGenerator<Buffer, void, undefined> {
  if (entry.isEncrypted()) throw refuse('decode.encrypted', { name });
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw refuse('decode.unsupported-compression', { name, method: entry.compressionMethod });
  }
  let sum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw asBroken(name, error);
  }
  if (sum !== entry.crc32) throw refuse('decode.broken', { name, detail: 'CRC-32' });
}

/** UTF-8 where the archive says so or the bytes prove it, the Unicode path field where there is one, else GB18030. */
function nameOf(entry: yauzl.Entry): string {
  const raw = entry.fileNameRaw;
  const unicode = entry.extraFields.find((field) => field.id === 0x7075)?.data;
  if (unicode !== undefined && unicode[0] === 1 && unicode.length > 5 && unicode.readUInt32LE(1) === crc32(raw)) {
    return clean(unicode.subarray(5));
  }
  return clean(raw);
}

function clean(bytes: Buffer): string {
  return decodeName(bytes).replaceAll('\\', '/').replaceAll('\0', '');
}

function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
