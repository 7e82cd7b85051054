import { chooseEncoding } from './choose-encoding.js';
import type { DecodeEvent, EncodingEvidence, Media, PartStart } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { cellOf, flatten, isArray, isObject } from './flatten.js';
import { PartRows } from './part-rows.js';
import { type PullHead, readPullHead } from './pull-head.js';
import { type JsonArray, JsonCutShort, type JsonValue, readJson } from './read-json.js';
import { asBroken, refuse } from './refuse.js';
import { TextChunks } from './text-chunks.js';

const maxJsonBytes = 64 * 1024 * 1024;

/**
 * Reads an array of objects, found by itself or by its path; nested objects become `a.b` columns, nested arrays stay JSON
 * text. Row 1 is the header (every key that occurs), record n is row n + 1. Arrays of arrays are rows as they stand.
 */
export function* decodeJson(task: DecodeTask): Generator<DecodeEvent> {
  const { content, path, hints } = task;
  if (content.size > maxJsonBytes) throw refuse('decode.json-too-large', { name: path, actual: content.size, limit: maxJsonBytes });
  const evidence = chooseEncoding(content, hints, path);
  const value = parse([...new TextChunks(content, evidence.encoding, path)].join(''), path);
  const { items } = hints.recordPath === undefined ? findRecords(value, path) : namedRecords(value, hints.recordPath, path);
  const out = newPart(task, 'json', evidence);

  if (items.length > 0 && items.every(isArray)) {
    for (const [at, item] of items.entries()) {
      out.addChecked(at + 1, item.items.map(cellOf));
      if (out.full) yield* out.flush();
    }
    return yield* out.end();
  }
  const records = items.map((item, at) => columnsOf(item, path, at + 1));
  const columns = new Set<string>();
  for (const record of records) for (const key of record.keys()) columns.add(key);
  yield* emit(out, columns, records);
}

/**
 * Reads one object per line. Two passes, so that the header knows the keys of all lines in bounded memory. What we pulled
 * ourselves opens with a line that says what was asked (`pull-head.ts`): its columns are the header also when nothing was found.
 */
export function* decodeNdjson(task: DecodeTask): Generator<DecodeEvent> {
  const { content, path, hints } = task;
  const evidence = chooseEncoding(content, hints, path);
  const columns = new Set<string>();
  let head: PullHead | null = null;
  for (const record of linesOf(task, evidence, (found) => {
    head = found;
    for (const column of found.columns) columns.add(column);
  }))
    for (const key of record.keys()) columns.add(key);
  const covers = (head as PullHead | null)?.covers;
  const out = newPart(task, 'ndjson', evidence, covers && { covers });
  yield* emit(out, columns, linesOf(task, evidence));
}

function newPart(task: DecodeTask, media: Media, encoding: EncodingEvidence, more: Pick<PartStart, 'covers'> = {}): PartRows {
  return new PartRows(task, { path: task.path, fileName: task.fileName, sheet: null, media, encoding, ...more });
}

function* emit(out: PartRows, columns: ReadonlySet<string>, records: Iterable<ReadonlyMap<string, string>>): Generator<DecodeEvent> {
  const keys = [...columns];
  out.addChecked(1, [...keys]);
  let rowNo = 1;
  for (const record of records) {
    rowNo += 1;
    out.addChecked(
      rowNo,
      keys.map((key) => record.get(key) ?? ''),
    );
    if (out.full) yield* out.flush();
  }
  yield* out.end();
}

/** Blank lines count, so that record n stands on line n of the file; they come out as records without keys. */
function* linesOf(task: DecodeTask, evidence: EncodingEvidence, onHead?: (head: PullHead) => void): Generator<ReadonlyMap<string, string>> {
  const { content, path, limits } = task;
  let rest = '';
  let lineNo = 0;
  const read = (line: string): ReadonlyMap<string, string> => {
    lineNo += 1;
    if (line.trim() === '') return new Map();
    const value = parse(line, `${path}:${lineNo}`);
    const head = lineNo === 1 && isObject(value) ? readPullHead(value) : null;
    if (head) onHead?.(head);
    return head ? new Map() : columnsOf(value, path, lineNo);
  };
  for (const chunk of new TextChunks(content, evidence.encoding, path)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    const limit = limits.cellsPerRow * limits.cellChars;
    if (rest.length > limit) throw refuse('decode.line-too-long', { name: path, limit });
    for (const line of lines) yield read(line);
  }
  if (rest.trim() !== '') yield read(rest);
}

function parse(text: string, name: string): JsonValue {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonCutShort) throw refuse('decode.half-written', { name, detail: 'JSON' }, error);
    throw asBroken(name, error);
  }
}

/** The array nearest to the top; with several at one level somebody has to say which. An object without any is one record. */
function findRecords(value: JsonValue, name: string): JsonArray {
  if (isArray(value)) return value;
  let level: [string, JsonValue][] = [['', value]];
  while (level.length > 0) {
    const arrays = level.flatMap(([path, item]) =>
      isArray(item) && item.items.some((inner) => typeof inner !== 'string') ? [{ path, item }] : [],
    );
    if (arrays.length === 1) return arrays[0]!.item;
    if (arrays.length > 1) throw refuse('decode.record-path', { name, detail: arrays.map(({ path }) => path).join(', ') });
    level = level.flatMap(([path, item]) =>
      isObject(item) ? [...item].map(([key, inner]): [string, JsonValue] => [path === '' ? key : `${path}.${key}`, inner]) : [],
    );
  }
  return { items: [value], source: '' };
}

function namedRecords(value: JsonValue, wanted: string, name: string): JsonArray {
  let here: JsonValue | undefined = value;
  for (const key of wanted.split(/[./]/).filter((part) => part !== '' && part !== '$'))
    here = here !== undefined && isObject(here) ? here.get(key) : undefined;
  if (here === undefined || !isArray(here)) throw refuse('decode.record-path', { name, detail: wanted });
  return here;
}

function columnsOf(value: JsonValue, name: string, record: number): Map<string, string> {
  if (!isObject(value)) throw refuse('decode.record-path', { name, detail: `record ${record} is no object` });
  return flatten(value, (column) => {
    throw refuse('decode.record-path', { name, detail: `${column} × 2, record ${record}` });
  });
}
