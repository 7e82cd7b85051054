import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { bufferContent, type Content, openContent } from './content.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask, DecodeTaskOf } from './decode-task.js';
import type { Zip, ZipMember } from './open-zip.js';
import { asBroken, refuse } from './refuse.js';
import { sniff, sniffBytes } from './sniff.js';

const inMemoryBytes = 16 * 1024 * 1024;
const tableNames = /\.(csv|tsv|txt|xlsx?|xlsm|et|dbf|xml|json|ndjson|html?|zip|gz)$/i;
const noise = /(^|\/)(__MACOSX\/|Thumbs\.db$|desktop\.ini$|\.[^./]|~\$)/i;

/**
 * Decodes the members of an archive one after the other. Pictures, documents and notes are passed over with a reason; a
 * table that cannot be read refuses the whole delivery, since half of a delivery would look like a small one.
 */
export async function* decodeZip(task: DecodeTask, zip: Zip, decodeContent: DecodeTaskOf): AsyncGenerator<DecodeEvent> {
  checkDepth(task);
  const seen = new Map<string, number>();
  let parts = 0;
  for (const member of zip.members) {
    if (member.isFolder || noise.test(member.name)) continue;
    const count = (seen.get(member.name) ?? 0) + 1;
    seen.set(member.name, count);
    const path = `${task.path}/${member.name}${count > 1 ? ` (${count})` : ''}`;
    if (member.isLink) {
      yield skip(path, 'a link (符号链接)');
      continue;
    }
    if (member.isEncrypted) throw refuse('decode.encrypted', { name: path });
    const content = await unpackMember(task, member);
    for await (const event of decodeMember(
      { ...task, content, path, fileName: baseName(member.name), depth: task.depth + 1 },
      decodeContent,
    )) {
      if (event.type === 'part') parts += 1;
      yield event;
    }
  }
  if (parts === 0) throw refuse('decode.no-table', { name: task.path, detail: listOf(zip) });
}

export async function* decodeGzip(task: DecodeTask, decodeContent: DecodeTaskOf): AsyncGenerator<DecodeEvent> {
  checkDepth(task);
  const { content } = task;
  const packed = content.path === null ? Readable.from([content.all()]) : createReadStream(content.path);
  const plain = packed.pipe(createGunzip());
  packed.on('error', (error: Error) => plain.destroy(error));
  const inner = task.fileName.replace(/\.gz$|\.gzip$/i, '').replace(/\.tgz$/i, '.tar') || 'content';
  let unpacked: Content;
  try {
    unpacked = await store(task, plain, content.size);
  } catch (error) {
    if (/unexpected end of file/.test(String(error))) throw refuse('decode.half-written', { name: task.path, detail: 'gzip' }, error);
    throw asBroken(task.path, error);
  }
  yield* decodeContent({ ...task, content: unpacked, path: `${task.path}/${inner}`, fileName: inner, depth: task.depth + 1 });
}

function checkDepth({ depth, limits, path }: DecodeTask): void {
  if (depth >= limits.depth) throw refuse('decode.too-deep', { name: path, depth: limits.depth });
}

async function* decodeMember(task: DecodeTask, decodeContent: DecodeTaskOf): AsyncGenerator<DecodeEvent> {
  const { kind, what } = sniff(task.content.head(sniffBytes));
  if (kind === 'empty' && !tableNames.test(task.fileName.replace(/\.txt$/i, ''))) return yield skip(task.path, 'empty (空文件)');
  if (kind === 'foreign' && !what.includes('archive')) return yield skip(task.path, what);
  if (kind === 'unknown' && !tableNames.test(task.fileName)) return yield skip(task.path, 'binary data (二进制文件)');
  try {
    yield* decodeContent(task);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (error.told.code === 'decode.no-table') return yield skip(task.path, `without a table (无数据表)`);
    if (error.told.code === 'decode.not-a-table' && !what.includes('archive'))
      return yield skip(task.path, String(error.told.values['what']));
    throw error;
  }
}

function skip(path: string, what: string): DecodeEvent {
  return { type: 'skipped', path, reason: message('decode.skipped-not-a-table', { name: path, what }) };
}

async function unpackMember(task: DecodeTask, member: ZipMember): Promise<Content> {
  return store(task, member.chunks(), null);
}

/** Unpacks to memory, or to a file once it grows; with `packedBytes` the limits are held against what really comes out. */
async function store(task: DecodeTask, chunks: AsyncIterable<Buffer>, packedBytes: number | null): Promise<Content> {
  const { limits, spent, path } = task;
  const held: Buffer[] = [];
  let byteCount = 0;
  let file: { path: string; fd: number } | null = null;
  try {
    for await (const chunk of chunks) {
      byteCount += chunk.length;
      if (packedBytes !== null) {
        spent.unpackedBytes += chunk.length;
        if (spent.unpackedBytes > limits.unpackedBytes)
          throw refuse('decode.unpacked-too-large', { name: path, limit: limits.unpackedBytes });
        if (byteCount > 10 * 1024 * 1024 && byteCount > limits.ratio * packedBytes) {
          throw refuse('decode.bomb', { name: path, ratio: limits.ratio, limit: limits.ratio });
        }
      }
      if (file === null && byteCount > inMemoryBytes) {
        const scratch = task.scratchPath();
        file = { path: scratch, fd: openSync(scratch, 'wx') };
        for (const earlier of held.splice(0)) writeSync(file.fd, earlier);
      }
      if (file === null) held.push(chunk);
      else writeSync(file.fd, chunk);
    }
  } finally {
    if (file !== null) closeSync(file.fd);
  }
  return file === null ? bufferContent(Buffer.concat(held)) : openContent(file.path);
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function listOf(zip: Zip): string {
  const names = zip.members.filter((member) => !member.isFolder).map((member) => member.name);
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` … (${names.length})` : '') || '0';
}
