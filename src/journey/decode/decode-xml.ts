import { chooseEncoding } from './choose-encoding.js';
import type { Content } from './content.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { parseXml } from './parse-xml.js';
import { PartRows } from './part-rows.js';
import { refuse } from './refuse.js';
import { TextChunks } from './text-chunks.js';

/** What is known of all elements with the same path. */
interface PathStats {
  count: number;
  hasText: boolean;
  readonly attributes: Set<string>;
}

const maxPaths = 10_000;

/**
 * Reads XML in which one element repeats, once per record; what is in it, attributes too, becomes columns. Two passes: the
 * first finds that element and all columns, so no later record can bring a column that the header lacks. Row 1 is the
 * header, record n is row n + 1.
 */
export function* decodeXml(task: DecodeTask): Generator<DecodeEvent> {
  const { content, path, hints } = task;
  const evidence = chooseEncoding(content, hints, path, declaredXmlEncoding(content));
  const chunks = () => new TextChunks(content, evidence.encoding, path);
  const stats = collectPaths(chunks(), path);
  const record = hints.recordPath === undefined ? findRecord(stats, path) : namedRecord(stats, hints.recordPath, path);
  const columns = columnsOf(stats, record);
  const columnAt = new Map(columns.map((column, at) => [column, at]));
  if (columns.length > task.limits.cellsPerRow) {
    throw refuse('decode.too-many-cells', { name: path, row: 1, actual: columns.length, limit: task.limits.cellsPerRow });
  }

  const out = new PartRows(task, { path, fileName: task.fileName, sheet: null, media: 'xml', encoding: evidence });
  out.addChecked(1, [...columns]);
  const at: string[] = [];
  const texts: string[] = [];
  let cells: string[] | null = null;
  let rowNo = 1;
  const put = (key: string, value: string) => {
    const column = columnAt.get(key);
    if (column === undefined || value === '' || cells === null) return;
    if (cells[column] !== '') throw refuse('decode.record-path', { name: path, detail: `<${key || record}> × 2, record ${rowNo}` });
    cells[column] = value;
  };
  const events = {
    open: (name: string, attributes: ReadonlyMap<string, string>) => {
      at.push(name);
      texts.push('');
      const here = at.join('/');
      if (here === record) {
        rowNo += 1;
        cells = columns.map(() => '');
      }
      if (cells !== null) for (const [key, value] of attributes) put(relative(here, record, `@${key}`), value);
    },
    close: () => {
      const here = at.join('/');
      const text = texts.pop()!.trim();
      if (cells !== null) put(relative(here, record, ''), text);
      if (here === record && cells !== null) {
        out.addChecked(rowNo, cells);
        cells = null;
      }
      at.pop();
    },
    text: (more: string) => {
      if (cells !== null) texts[texts.length - 1] += more;
    },
  };
  for (const _ of parseXml(chunks(), events, path)) if (out.full) yield* out.flush();
  yield* out.end();
}

export function declaredXmlEncoding(content: Content): string | null {
  return /^[^>]*?encoding\s*=\s*["']([\w-]+)/.exec(content.head(256).toString('latin1'))?.[1] ?? null;
}

function collectPaths(chunks: Iterable<string>, name: string): Map<string, PathStats> {
  const stats = new Map<string, PathStats>();
  const at: string[] = [];
  const current: PathStats[] = [];
  const events = {
    open: (tag: string, attributes: ReadonlyMap<string, string>) => {
      at.push(tag);
      const path = at.join('/');
      let here = stats.get(path);
      if (here === undefined) {
        here = { count: 0, hasText: false, attributes: new Set() };
        stats.set(path, here);
        if (stats.size > maxPaths || at.length > 100)
          throw refuse('decode.broken', { name, detail: `${stats.size} paths, depth ${at.length}` });
      }
      here.count += 1;
      for (const key of attributes.keys()) here.attributes.add(key);
      current.push(here);
    },
    close: () => {
      at.pop();
      current.pop();
    },
    text: (text: string) => {
      const here = current.at(-1);
      if (here !== undefined && !here.hasText && text.trim() !== '') here.hasText = true;
    },
  };
  for (const _ of parseXml(chunks, events, name));
  return stats;
}

/** The outermost element that repeats and has something inside; a single record where nothing repeats. */
function findRecord(stats: ReadonlyMap<string, PathStats>, name: string): string {
  const paths = [...stats.keys()];
  const hasInside = (path: string) => (stats.get(path)?.attributes.size ?? 0) > 0 || paths.some((other) => other.startsWith(`${path}/`));
  const depthOf = (path: string) => path.split('/').length;
  const repeating = paths.filter((path) => stats.get(path)!.count > 1 && hasInside(path)).toSorted((a, b) => depthOf(a) - depthOf(b));
  const outermost = repeating.filter((path) => depthOf(path) === depthOf(repeating[0]!));
  if (outermost.length === 1) return outermost[0]!;
  if (outermost.length > 1) throw refuse('decode.record-path', { name, detail: outermost.slice(0, 5).join(', ') });
  const single = paths.filter((path) => hasInside(path)).toSorted((a, b) => depthOf(b) - depthOf(a))[0];
  if (single === undefined) throw refuse('decode.record-path', { name, detail: paths.slice(0, 5).join(', ') });
  return single;
}

/** The path may leave out the root: `rows/row` for `data/rows/row`. */
function namedRecord(stats: ReadonlyMap<string, PathStats>, wanted: string, name: string): string {
  const plain = wanted.replace(/^\/+|\/+$/g, '').replaceAll('.', '/');
  const found = [...stats.keys()].filter((path) => path === plain || path.endsWith(`/${plain}`));
  if (found.length !== 1) throw refuse('decode.record-path', { name, detail: `${wanted} × ${found.length}` });
  return found[0]!;
}

function columnsOf(stats: ReadonlyMap<string, PathStats>, record: string): string[] {
  const columns: string[] = [];
  for (const [path, { attributes, hasText }] of stats) {
    if (path !== record && !path.startsWith(`${record}/`)) continue;
    for (const key of attributes) columns.push(relative(path, record, `@${key}`));
    const isLeaf = ![...stats.keys()].some((other) => other.startsWith(`${path}/`));
    if (hasText || (isLeaf && path !== record && attributes.size === 0)) columns.push(relative(path, record, ''));
  }
  return columns;
}

/** `name` for a child, `@id` for an attribute of the record, `buyer/name` and `buyer/@id` further in. */
function relative(path: string, record: string, leaf: string): string {
  const inside = path.slice(record.length + 1);
  if (leaf === '') return inside;
  return inside === '' ? leaf : `${inside}/${leaf}`;
}
