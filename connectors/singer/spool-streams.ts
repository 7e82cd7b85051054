import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { flatten, isArray, isObject } from '../../src/journey/decode/flatten.js';
import { pullHeadLine } from '../../src/journey/decode/pull-head.js';
import { type JsonObject, readJson } from '../../src/journey/decode/read-json.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import type { SingerSettings } from './settings.js';

/** The records of one stream, as a file that is complete. */
interface SpooledStream {
  readonly stream: string;
  readonly path: string;
  readonly byteCount: number;
  readonly sha256: string;
}

/** What a tap said in one run: its streams as files in a folder of ours, and where it is to go on. */
export interface SpooledRun {
  readonly streams: readonly SpooledStream[];
  /** The last STATE, as JSON text; null when it said none. */
  readonly state: string | null;
  remove(): Promise<void>;
}

interface OpenStream {
  readonly path: string;
  readonly file: FileHandle;
  readonly hash: ReturnType<typeof createHash>;
  text: string;
  byteCount: number;
  rows: number;
}

const chunkChars = 256 * 1024;

/**
 * Reads the messages of a tap to the end. Records go to a file per stream and version; numbers keep their digits, what is nested becomes
 * `a.b`. A stream that activates a version drops what it said of others. What is not Singer throws `source-data`, and nothing is kept.
 */
export async function spoolStreams(
  lines: AsyncIterable<Buffer>,
  settings: SingerSettings,
  io: SourceIo,
  from: string,
): Promise<SpooledRun> {
  const folder = await mkdtemp(join(tmpdir(), 'huiliu-singer-'));
  const columns = new Map<string, readonly string[]>();
  const files = new Map<string, OpenStream>();
  const activated = new Map<string, string>();
  let state: string | null = null;
  let lineNo = 0;
  let rows = 0;
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for await (const bytes of lines) {
      lineNo += 1;
      const said = read(bytes);
      if (said) await take(said, bytes);
    }
    return { streams: await finish(), state, remove };
  } catch (error) {
    for (const { file } of files.values()) await file.close().catch(() => undefined);
    await remove();
    throw error;
  }

  function read(bytes: Buffer): JsonObject | null {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw notSinger('not UTF-8');
    }
    if (text.trim() === '') return null;
    try {
      const value = readJson(text);
      if (isObject(value)) return value;
    } catch (error) {
      throw notSinger(error instanceof Error ? error.message : String(error));
    }
    throw notSinger('no object');
  }

  async function take(said: JsonObject, bytes: Buffer): Promise<void> {
    const type = said.get('type');
    if (type === 'STATE') {
      state = stateText(bytes);
      return;
    }
    const stream = said.get('stream');
    if (typeof stream !== 'string' || stream === '') throw notSinger(`${String(type)} without a stream`);
    if (type === 'SCHEMA') columns.set(stream, columnsOf(said));
    else if (type === 'ACTIVATE_VERSION') activated.set(stream, String(said.get('version')));
    else if (type === 'RECORD') await record(stream, said);
    else throw notSinger(`a message of type ${JSON.stringify(type)}`);
  }

  async function record(stream: string, said: JsonObject): Promise<void> {
    const titles = columns.get(stream);
    if (!titles) throw notSinger(`RECORD of ${stream} before its SCHEMA`);
    const value = said.get('record');
    if (!isObject(value)) throw notSinger(`RECORD of ${stream} without a record`);
    if (settings.streams && !settings.streams.includes(stream)) return;
    if (++rows > settings.max_rows)
      throw new HubError('config', message('connect.too-many-rows', { source: io.source, feed: stream, limit: settings.max_rows }));
    const version = said.get('version');
    const out = await openStream(stream, typeof version === 'string' ? version : '', titles);
    out.rows += 1;
    const flat = flatten(value, (column) => {
      throw notSinger(`${column} × 2`);
    });
    await write(out, `${JSON.stringify(Object.fromEntries(flat))}\n`);
  }

  async function openStream(stream: string, version: string, titles: readonly string[]): Promise<OpenStream> {
    const key = JSON.stringify([stream, version]);
    const known = files.get(key);
    if (known) return known;
    const path = join(folder, String(files.size));
    const fresh: OpenStream = { path, file: await open(path, 'wx', 0o600), hash: createHash('sha256'), text: '', byteCount: 0, rows: 0 };
    files.set(key, fresh);
    await write(fresh, pullHeadLine({ columns: titles, asked: { engine: 'singer', tap: settings.tap, stream, from } }));
    return fresh;
  }

  async function write(out: OpenStream, text: string): Promise<void> {
    out.text += text;
    if (out.text.length > chunkChars) await flush(out);
  }

  async function flush(out: OpenStream): Promise<void> {
    const bytes = Buffer.from(out.text);
    out.text = '';
    out.hash.update(bytes);
    out.byteCount += bytes.length;
    await out.file.writeFile(bytes);
  }

  async function finish(): Promise<SpooledStream[]> {
    const streams: SpooledStream[] = [];
    for (const [key, out] of files) {
      await flush(out);
      await out.file.close();
      const [stream, version] = JSON.parse(key) as [string, string];
      if (activated.has(stream) && version !== '' && activated.get(stream) !== version) continue;
      const twin = streams.find((one) => one.stream === stream);
      if (twin) throw notSinger(`two versions of ${stream}, none activated`);
      streams.push({ stream, path: out.path, byteCount: out.byteCount, sha256: out.hash.digest('hex') });
    }
    return streams;
  }

  function notSinger(cause: string): HubError {
    return new HubError('source-data', message('connect.tap-said', { source: io.source, tap: settings.tap, line: lineNo, cause }));
  }
}

/** The titles of a stream, in the order of its schema; nested ones as `a.b`. */
function columnsOf(said: JsonObject): string[] {
  const schema = said.get('schema');
  return isObject(schema) ? titles(schema, '') : [];

  function titles(level: JsonObject, prefix: string): string[] {
    const properties = level.get('properties');
    if (!isObject(properties)) return [];
    return [...properties].flatMap(([key, inner]) => {
      const below = isObject(inner) && !isArray(inner.get('items')) ? titles(inner, `${prefix}${key}.`) : [];
      return below.length > 0 ? below : [`${prefix}${key}`];
    });
  }
}

/** The value as the tap wrote it: it gets back exactly what it said, also numbers that no double holds. */
function stateText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const at = /"value"\s*:\s*/u.exec(text);
  if (!at) return '{}';
  const start = at.index + at[0].length;
  // The value ends where the rest of the message can be read without it.
  for (let end = text.length - 1; end > start; end--) {
    if (text[end] !== '}' && text[end] !== ',') continue;
    const value = text.slice(start, end).trim();
    try {
      readJson(value);
      return value;
    } catch {
      // not yet the end of the value
    }
  }
  return '{}';
}
