import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { failpoint } from '../../model/failpoint.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { createLandingJournal, type LandingJournal } from './landing-journal.js';
import type { Landed, LandingStore } from './landing-store.js';

export interface DiskLandingStore extends LandingStore, LandingJournal {
  /** Removes temp files that no living writer can own any more: those untouched for `olderThanMs` (default one day). Says how many. */
  sweep(olderThanMs?: number): Promise<number>;
}

/**
 * Keeps deliveries under `<root>/sha256/ab/abcdef…`, read-only. Bytes go to `<root>/incoming` first, on the same file system, and are
 * linked to their final name once they are complete and synced; so a name either does not exist or holds all of its bytes.
 */
export function createDiskLandingStore(root: string): DiskLandingStore {
  const incoming = join(root, 'incoming');
  const finalPath = (sha256: string) => join(root, 'sha256', checked(sha256).slice(0, 2), sha256);

  return {
    ...createLandingJournal(join(root, 'journal')),

    async put(bytes, limit) {
      await mkdir(incoming, { recursive: true }).catch(noRoom);
      const temp = join(incoming, randomUUID());
      const file = await open(temp, 'wx', 0o444).catch(noRoom);
      try {
        const written = await writeHashed(file, bytes, limit.byteCount);
        failpoint('before-landing-link');
        const final = finalPath(written.sha256);
        // Bytes that are there already were synced before they got their name: a resend costs no write to the disk.
        if ((await sizeOf(final)) === written.byteCount) return { ...written, isNew: false };
        await file.sync().catch(noRoom);
        return { ...written, isNew: await keep(temp, final, written.byteCount) };
      } finally {
        await file.close();
        await rm(temp, { force: true });
      }
    },

    async path(sha256) {
      const path = finalPath(sha256);
      await failWhenMissing(path, sha256);
      return path;
    },

    async verify(sha256) {
      const hash = createHash('sha256');
      const path = finalPath(sha256);
      await failWhenMissing(path, sha256);
      await pipeline(createReadStream(path), hash);
      return hash.digest('hex') === sha256;
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
  await mkdir(folder, { recursive: true }).catch(noRoom);
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

async function failWhenMissing(path: string, sha256: string): Promise<void> {
  if ((await sizeOf(path)) === null) throw new HubError('bug', message('land.missing', { sha256 }));
}

/** A key from outside never becomes a path unless it is a hash. */
function checked(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new HubError('bug', message('land.missing', { sha256 }));
  return sha256;
}

function noRoom(error: unknown): never {
  const cause = error instanceof Error ? error.message : String(error);
  throw new HubError('transient', message('land.no-room', { cause }), { cause: error });
}
