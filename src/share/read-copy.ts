import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { decode, defaultDecodeLimits } from '../journey/decode/decode.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { originalText } from '../model/safe-text.js';
import type { RecordImage } from './change.js';
import { type Compared, hashOf } from './parity-of.js';

/** The columns of a snapshot before its attributes, called as in the views: contracts and customers have a `status` of their own. */
export const imageColumns = ['no', 'record_status', 'survivor_no'] as const;

/** A record as somebody else holds it. Without an image only its hash is known. */
export interface CopyRow {
  readonly no: string;
  /** 16 hex digits (src/share/parity-of.ts). */
  readonly hash: string;
  readonly image: Compared | null;
}

/**
 * The records of a table that somebody holds: either `no` and `hash`, or the columns of a snapshot (`no`, `record_status`, `survivor_no`, then
 * the fields). `name` is said when it is neither: throws `config`.
 */
export async function* readCopy(rows: AsyncIterable<readonly string[]>, name: string): AsyncGenerator<CopyRow> {
  let columns: readonly string[] | null = null;
  let place = 0;
  for await (const cells of rows) {
    place += 1;
    if (columns === null) columns = columnsOf(cells, name);
    else if (cells.some((cell) => cell !== '')) yield rowOf(columns, cells, name, place);
  }
  if (columns === null) throw new HubError('config', message('share.bad-copy', { name, columns: '-' }));
}

/** The rows of a csv as they stand there. What is no csv throws `config`. */
export async function* csvRows(text: Readable, name: string): AsyncGenerator<readonly string[]> {
  try {
    yield* pipeline(text, parse({ bom: true, relax_column_count: true }), () => undefined) as AsyncIterable<readonly string[]>;
  } catch (error) {
    if (error instanceof CsvError) throw new HubError('config', message('share.no-csv', { name, cause: error.message }), { cause: error });
    throw error;
  }
}

/** The rows of a file: csv, or the sheets of a workbook one after the other, each with its own titles. */
export async function* copiesIn(path: string): AsyncGenerator<CopyRow> {
  if (!path.endsWith('.xlsx')) return yield* readCopy(csvRows(createReadStream(path), path), path);
  for await (const [sheet, rows] of sheetsOf(path)) yield* readCopy(rows, `${path} ${sheet}`);
}

async function* sheetsOf(path: string): AsyncGenerator<[sheet: string, rows: AsyncIterable<readonly string[]>]> {
  const events = decode({ path, name: path }, {}, defaultDecodeLimits)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value: event, done } = await events.next();
      if (done) return;
      if (event.type === 'part') yield [event.part.sheet ?? '', rowsOfPart()];
    }
  } finally {
    await events.return?.();
  }

  /** Up to the end of the part: to be read before the next one is asked for. */
  async function* rowsOfPart(): AsyncGenerator<readonly string[]> {
    for (;;) {
      const { value: event, done } = await events.next();
      if (done || event.type === 'end') return;
      if (event.type === 'rows') for (const { cells } of event.rows) yield cells;
    }
  }
}

function columnsOf(cells: readonly string[], name: string): readonly string[] {
  const columns = cells.map((cell) => cell.trim());
  const isKnown = columns.includes('no') && (columns.includes('hash') || columns.includes('record_status'));
  if (!isKnown) throw new HubError('config', message('share.bad-copy', { name, columns: columns.join(', ') }));
  return columns;
}

function rowOf(columns: readonly string[], cells: readonly string[], name: string, place: number): CopyRow {
  // NUL cannot be stored; in its place stands what no value of ours has.
  const row = Object.fromEntries(columns.map((column, at) => [column, (cells[at] ?? '').replaceAll('\0', '\ufffd')]));
  const { no = '', hash, record_status: status, survivor_no: survivor, ...rest } = row;
  if (hash !== undefined && status === undefined) {
    if (!/^[0-9a-f]{16}$/iu.test(hash)) throw new HubError('config', message('share.bad-hash', { name, row: place, no, value: hash }));
    return { no, hash: hash.toLowerCase(), image: null };
  }
  const fields = Object.fromEntries(Object.entries(rest).flatMap(([field, value]) => (value === '' ? [] : [[field, originalText(value)]])));
  const image = { no, status: status as RecordImage['status'], ...(survivor && { survivor }), fields };
  return { no, hash: hashOf(image), image };
}
