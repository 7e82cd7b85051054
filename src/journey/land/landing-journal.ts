import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';
import { noRoom } from './no-room.js';

/** Where bytes of the raw store came from: what a ledger that was lost cannot tell any more. */
interface NotedLanding {
  readonly sha256: string;
  readonly byteCount: number;
  readonly locator: string;
  readonly name: string;
  /** ISO moments. `sentAt` is null when the sender did not tell. */
  readonly sentAt: string | null;
  readonly at: string;
  readonly about: Readonly<Record<string, string>>;
}

/**
 * One line per landing and source, beside the raw files and saved with them, so that a database restored from an older backup finds
 * what it is missing. A line is written after the bytes and before the ledger; a line too many is harmless, and so is one cut short.
 */
export interface LandingJournal {
  note(source: string, landing: NotedLanding): Promise<void>;
  /** The landings of a source, oldest first: the latest few, or all. Which few is decided by bytes, so that asking costs the same in any year. */
  noted(source: string, which: 'latest' | 'all'): Promise<NotedLanding[]>;
}

const latestBytes = 16 * 1024;

export function createLandingJournal(folder: string): LandingJournal {
  const pathOf = (source: string) => join(folder, `${source}.ndjson`);
  return {
    async note(source, landing) {
      await makeFolder(folder).catch(noRoom);
      await appendFile(pathOf(source), `${JSON.stringify(landing)}\n`).catch(noRoom);
    },
    async noted(source, which) {
      const text = await (which === 'all' ? readFile(pathOf(source), 'utf8') : tailOf(pathOf(source))).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return '';
          throw error;
        },
      );
      return text.split('\n').flatMap(parse);
    },
  };
}

async function tailOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - latestBytes);
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function parse(line: string): NotedLanding[] {
  try {
    return [JSON.parse(line) as NotedLanding];
  } catch {
    return [];
  }
}
