import { type BigIntStats, constants } from 'node:fs';
import { access, type FileHandle, lstat, mkdir, open, readdir, rename } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Connector, Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { chooseFiles, fileChoiceSettings, type RemoteFile } from '../../src/journey/collect/file-choice.js';
import { cancelled, causeOf } from '../../src/journey/collect/network-fault.js';
import { bytesOf } from '../../src/journey/collect/remote-path.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';

const settings = z.strictObject({ ...fileChoiceSettings, folder: z.string().min(1).refine(isAbsolute, 'mistake.absolute-path') });
type Settings = z.output<typeof settings>;

/** A folder of this machine, or one mounted here (NAS). Symbolic links are not followed. */
const folder: Connector<Settings> = {
  name: 'folder',
  settings,
  secrets: [],

  async check(settings, io) {
    await access(settings.folder, constants.R_OK | constants.X_OK).catch((error: unknown) => folderMissing(settings, io, error));
    await readdir(settings.folder).catch((error: unknown) => folderMissing(settings, io, error));
  },

  async *list(settings, io) {
    const files: RemoteFile[] = [];
    await walk(Buffer.from(settings.folder), Buffer.alloc(0), settings.depth);
    yield* chooseFiles(files, settings, io.now());

    async function walk(path: Buffer, below: Buffer, depth: number): Promise<void> {
      const top = below.length === 0;
      const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' }).catch((error: unknown) => {
        if (top) return folderMissing(settings, io, error);
        throw unreadable(path.toString(), settings, io, error);
      });
      for (const entry of entries) {
        if (io.signal.aborted) throw cancelled({ source: io.source, where: settings.folder });
        const name = entry.name as unknown as Buffer;
        const inside = top ? name : joined(below, name);
        if (entry.isDirectory() && depth > 0) await walk(joined(path, name), inside, depth - 1);
        if (!entry.isFile()) continue;
        const found = await lstat(joined(path, name), { bigint: true }).catch(() => null);
        if (found) files.push(remoteFile(joined(path, name), inside, found));
      }
    }
  },

  async *fetch(observed, settings, io) {
    const path = bytesOf(observed.locator);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
      throw unreadable(observed.name, settings, io, error);
    });
    try {
      await expectUnchanged(observed, file, io);
      let received = 0;
      for await (const chunk of chunksOf(file, observed.byteCount ?? Number.MAX_SAFE_INTEGER)) {
        if (io.signal.aborted) throw cancelled({ source: io.source, where: settings.folder });
        received += chunk.byteLength;
        yield chunk;
      }
      await expectUnchanged(observed, file, io);
      const now = await lstat(path, { bigint: true }).catch(() => null);
      if (!now || versionOf(now) !== versionOf(await file.stat({ bigint: true }))) throw changed(observed, 'replaced', io);
      if (received !== observed.byteCount) throw changed(observed, `${received} bytes`, io);
    } finally {
      await file.close();
    }
  },

  async ack(observed, settings) {
    if (!settings.move_to) return;
    const path = bytesOf(observed.locator);
    const found = await lstat(path, { bigint: true }).catch(() => null);
    if (!found || fingerprintOf(found) !== observed.fingerprint) return; // moved before, or already another delivery
    const target = isAbsolute(settings.move_to) ? settings.move_to : `${settings.folder}/${settings.move_to}`;
    await mkdir(target, { recursive: true });
    await rename(path, await freeName(Buffer.from(target), path.subarray(path.lastIndexOf(0x2f) + 1)));
  },
};
export default folder;

function remoteFile(path: Buffer, below: Buffer, found: BigIntStats): RemoteFile {
  return { path, below, byteCount: Number(found.size), modifiedAt: new Date(Number(found.mtimeMs)), version: versionOf(found) };
}

/** The change time moves even when a sender sets the modified time back. */
function versionOf(found: BigIntStats): string {
  return `${found.mtimeNs}:${found.ctimeNs}:${found.ino}`;
}

function fingerprintOf(found: BigIntStats): string {
  return `${found.size}:${versionOf(found)}`;
}

async function expectUnchanged(observed: Observed, file: FileHandle, io: SourceIo): Promise<void> {
  const found = await file.stat({ bigint: true });
  if (fingerprintOf(found) !== observed.fingerprint) throw changed(observed, `${found.size} bytes, ${found.mtime.toISOString()}`, io);
}

/** Read by hand: a stream over the handle would keep the file open for a moment after it was told to stop. A file that has grown gives one byte more. */
async function* chunksOf(file: FileHandle, byteCount: number): AsyncGenerator<Uint8Array> {
  for (let left = byteCount + 1; left > 0; ) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(Math.min(256 * 1024, left)) });
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function freeName(target: Buffer, name: Buffer): Promise<Buffer> {
  for (let copy = 0; ; copy++) {
    const path = joined(target, copy === 0 ? name : Buffer.concat([name, Buffer.from(`.${copy}`)]));
    if (!(await lstat(path).catch(() => null))) return path;
  }
}

function joined(path: Buffer, name: Buffer): Buffer {
  return Buffer.concat([path, Buffer.from(path.at(-1) === 0x2f ? '' : '/'), name]);
}

function changed(observed: Observed, after: string, io: SourceIo): HubError {
  const before = `${observed.byteCount} bytes, ${observed.sentAt?.toISOString()}`;
  return new HubError('transient', message('connect.changed-meanwhile', { source: io.source, name: observed.name, before, after }));
}

function unreadable(name: string, settings: Settings, io: SourceIo, error: unknown): HubError {
  return new HubError(
    'transient',
    message('connect.vanished', { source: io.source, where: settings.folder, name, cause: causeOf(error, []) }),
  );
}

function folderMissing(settings: Settings, io: SourceIo, error: unknown): never {
  const values = { source: io.source, where: 'this machine', folder: settings.folder, cause: causeOf(error, []) };
  throw new HubError('config', message('connect.folder-missing', values));
}
