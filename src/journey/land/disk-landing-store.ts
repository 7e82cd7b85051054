import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, type FileHandle, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { failpoint } from '../../model/failpoint.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { createLandingJournal, type LandingJournal } from './landing-journal.js';
import type { Landed, LandingStore } from './landing-store.js';
import { makeFolder } from './make-folder.js';
import { noRoom } from './no-room.js';

export interface DiskLandingStore extends LandingStore, LandingJournal {
  /** Removes temp files that no living writer can own any more: those untouched for `olderThanMs` (default one day). Says how many. */
  sweep(olderThanMs?: number): Promise<number>;
  /**
   * Moves one object to the archive; it leaves its place only when the archive holds the same bytes, synced. One that is gone from
   * here and is there already counts as moved. Throws `config` without an archive, `transient` when it cannot be written.
   */
  archive(sha256: string): Promise<void>;
}

/**
 * Keeps deliveries under `<root>/sha256/ab/abcdef…`, read-only. Bytes go to `<root>/incoming` first, on the same file system, and are
 * linked to their final name once they are complete and synced; so a name either does not exist or holds all of its bytes. What is
 * old may lie in `archive`, in folders of the same shape; it is read from there.
 */
export function createDiskLandingStore(root: string, archive: string | null = null): DiskLandingStore {
  const incoming = join(root, 'incoming');
  const finalPath = (sha256: string, under = root) => join(under, 'sha256', checked(sha256).slice(0, 2), sha256);
  const findPath = async (sha256: string) => {
    for (const under of archive === null ? [root] : [root, archive]) {
      const path = finalPath(sha256, under);
      if ((await sizeOf(path)) !== null) return path;
    }
    throw new HubError(
      'bug',
      archive === null ? message('land.missing', { sha256 }) : message('land.missing-archived', { sha256, archive }),
    );
  };

  return {
    ...createLandingJournal(join(root, 'journal')),

    async put(bytes, limit) {
      await makeFolder(incoming).catch(noRoom);
      const temp = join(incoming, randomUUID());
      const file = await open(temp, 'wx', 0o444).catch(noRoom);
      try {
        const written = await writeHashed(file, bytes, limit.byteCount);
        failpoint('before-landing-link');
        const final = finalPath(written.sha256);
        // Bytes that are there already were synced before they got their name: a resend costs no write to the disk.
        const isHere = async (path: string) => (await sizeOf(path)) === written.byteCount;
        if ((await isHere(final)) || (archive !== null && (await isHere(finalPath(written.sha256, archive)))))
          return { ...written, isNew: false };
        await file.sync().catch(noRoom);
        return { ...written, isNew: await keep(temp, final, written.byteCount) };
      } finally {
        await file.close();
        await rm(temp, { force: true });
      }
    },

    path: findPath,

    async verify(sha256) {
      return (await hashOf(await findPath(sha256))) === sha256;
    },

    async archive(sha256) {
      if (archive === null) throw new HubError('config', message('land.no-archive', {}));
      const here = finalPath(sha256);
      const there = finalPath(sha256, archive);
      if ((await sizeOf(here)) === null && (await sizeOf(there)) !== null) return;
      await copySynced(await findPath(sha256), there, join(archive, 'incoming')).catch((error: unknown) => {
        throw new HubError('transient', message('land.archive-closed', { archive, cause: String((error as Error).message) }), {
          cause: error,
        });
      });
      if ((await hashOf(there)) !== sha256) throw new HubError('bug', message('land.changed', { sha256 }));
      await rm(here, { force: true });
    },

    async sweep(olderThanMs = 86_400_000) {
      const names = await readdir(incoming).catch(() => []);
      let removed = 0;
      for (const name of names) {
        const path = join(incoming, name);
        const found = await stat(path).catch(() => null);
        if (!found || Date.now() - found.mtimeMs < olderThanMs) continue;
        await rm(path, { force: true });
        removed++;
      }
      return removed;
    },
  };
}

async function writeHashed(file: FileHandle, bytes: AsyncIterable<Uint8Array>, limit: number): Promise<Omit<Landed, 'isNew'>> {
  const hash = createHash('sha256');
  let byteCount = 0;
  for await (const chunk of bytes) {
    byteCount += chunk.byteLength;
    if (byteCount > limit) throw new HubError('source-data', message('land.too-large', { limit }));
    hash.update(chunk);
    await file.writeFile(chunk).catch(noRoom);
    failpoint('during-download');
  }
  return { sha256: hash.digest('hex'), byteCount };
}

/** Gives the temp file its final name. A name that is taken already holds these bytes, unless a disk fault cut it short: then it is replaced. */
async function keep(temp: string, final: string, byteCount: number): Promise<boolean> {
  const folder = dirname(final);
  await makeFolder(folder).catch(noRoom);
  try {
    await link(temp, final);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') noRoom(error);
    if ((await sizeOf(final)) === byteCount) return false;
    await rm(final, { force: true });
    await link(temp, final).catch(noRoom);
  }
  failpoint('after-landing-link');
  await syncFolder(folder);
  await syncFolder(dirname(folder));
  return true;
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    (found) => found.size,
    () => null,
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function copySynced(from: string, to: string, incoming: string): Promise<void> {
  await makeFolder(incoming);
  await makeFolder(dirname(to));
  const temp = join(incoming, randomUUID());
  try {
    await copyFile(from, temp);
    const file = await open(temp, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temp, 0o444);
    await rename(temp, to);
    await syncFolder(dirname(to));
  } finally {
    await rm(temp, { force: true });
  }
}

/** A key from outside never becomes a path unless it is a hash. */
function checked(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new HubError('bug', message('land.missing', { sha256 }));
  return sha256;
}
