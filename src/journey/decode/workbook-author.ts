import { readFile, stat } from 'node:fs/promises';
import { SaxesParser } from 'saxes';
import yauzl from 'yauzl';

/** What a workbook says of its own making. Empty texts: it does not say. */
export interface WorkbookAuthor {
  /** Whoever saved it last. */
  readonly by: string;
  /** The program that wrote it. */
  readonly program: string;
  /** As it stands there, mostly ISO. */
  readonly savedAt: string;
}

const mostBytes = 64 * 1024;
const mostOle2Bytes = 20 * 1024 * 1024;

/** null: not a workbook, or one that says nothing. Never throws: this is a hint, reading the file is for others. */
export async function readWorkbookAuthor(path: string): Promise<WorkbookAuthor | null> {
  try {
    const found = (await isOle2(path)) ? await fromOle2(path) : await fromZip(path);
    return found.by === '' && found.program === '' ? null : found;
  } catch {
    return null;
  }
}

async function isOle2(path: string): Promise<boolean> {
  const { size } = await stat(path);
  return size <= mostOle2Bytes && (await readFile(path)).subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1';
}

async function fromOle2(path: string): Promise<WorkbookAuthor> {
  const { read } = await import('xlsx');
  const { Props = {} } = read(await readFile(path), { type: 'buffer', bookProps: true });
  const text = (value: unknown) => (value instanceof Date ? value.toISOString() : typeof value === 'string' ? value.trim() : '');
  const { LastAuthor, Application, ModifiedDate } = Props as Record<string, unknown>;
  return { by: text(LastAuthor), program: text(Application), savedAt: text(ModifiedDate) };
}

/** Only the two small members that tell are unpacked, each up to a limit. */
async function fromZip(path: string): Promise<WorkbookAuthor> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true, validateEntrySizes: true });
  const texts = new Map<string, string>();
  try {
    let seen = 0;
    for await (const entry of zip.eachEntry()) {
      if (++seen > 10_000) break;
      const name = entry.fileName.toLowerCase();
      if (!['docprops/core.xml', 'docprops/app.xml'].includes(name) || entry.uncompressedSize > mostBytes) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      for (const [tag, text] of textsOf(Buffer.concat(chunks).toString('utf8'))) texts.set(tag, text);
    }
  } finally {
    zip.close();
  }
  const program = [texts.get('Application') ?? '', texts.get('AppVersion') ?? ''].filter((text) => text !== '').join(' ');
  return { by: texts.get('lastModifiedBy') ?? '', program, savedAt: texts.get('modified') ?? '' };
}

/** The text of each element by its name without prefix. */
function textsOf(xml: string): Map<string, string> {
  const texts = new Map<string, string>();
  const parser = new SaxesParser();
  const open: string[] = [];
  parser.on('opentag', ({ name }) => void open.push(name.replace(/^.*:/u, '')));
  parser.on('text', (text) => {
    const tag = open.at(-1);
    if (tag !== undefined && text.trim() !== '') texts.set(tag, text.trim().slice(0, 200));
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return texts;
}
