import { message } from '../../model/message.js';
import { ByteLine } from './byte-line.js';
import { chooseEncoding } from './choose-encoding.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { PartRows } from './part-rows.js';
import { refuse } from './refuse.js';
import { sniffDelimiter } from './sniff-delimiter.js';
import { lineEndOf, RecordSplitter } from './split-records.js';
import { TextChunks } from './text-chunks.js';

/** As text go so many bytes at a time until the part is ready for bytes; if it is not after the second number, it never will be. */
const textBytes = 4 * 1024;
/** A line that has not ended by then is none for bytes. */
const longestLine = 64 * 1024;
const patienceBytes = 1024 * 1024;

/** Characters of one record: more than this in memory would cost several times as much, and no row has them. */
const longestRecord = 16 * 1024 * 1024;

/**
 * Reads delimited text. Memory is bounded by the chunk, whatever the size of the file: a record that is longer than the
 * limits allow is refused before it is whole.
 *
 * A text inside an archive may be a note of the sender's; one that no delimiter cuts into columns counts as such.
 *
 * Lines go through the task's door as bytes where it is open. A line that is refused there, and all others, become rows of text.
 */
export function* decodeCsv(task: DecodeTask): Generator<DecodeEvent> {
  const { content, hints, path, limits, door } = task;
  const evidence = chooseEncoding(content, hints, path);
  const out = new PartRows(task, { path, fileName: task.fileName, sheet: null, media: 'csv', encoding: evidence });
  const longest = Math.min(limits.cellsPerRow * limits.cellChars, longestRecord);
  const text = new TextChunks(content, evidence.encoding, path);
  const sample = firstText(task, evidence.encoding);
  const found = sniffDelimiter(sample.slice(0, 65_536));
  if (sample !== '' && task.depth > 0 && hints.delimiter === undefined && (found.columns === 1 || found.agreement < 0.5))
    throw refuse('decode.no-table', { name: path, detail: 'plain text without columns' });
  const delimiter = hints.delimiter ?? found.delimiter;
  const lineEnd = lineEndOf(sample);
  const splitter = new RecordSplitter(delimiter, lineEnd, (line, cells) => out.add(line, cells));

  let open = door && lineEnd === '\n' && canCutBytes(delimiter, evidence.encoding) ? door : null;
  const line = new ByteLine(delimiter.charCodeAt(0));
  let carried: Buffer = Buffer.alloc(0);
  let before = 0;
  for (const chunk of content.chunks()) {
    if (open === null) {
      write(chunk);
      if (out.full) yield* out.flush();
      continue;
    }
    const bytes = carried.length > 0 ? Buffer.concat([carried, chunk]) : chunk;
    const end = bytes.lastIndexOf(0x0a) + 1;
    carried = bytes.subarray(end);
    yield* readLines(bytes, end);
    before += end;
    if (carried.length > longestLine || (before > patienceBytes && open.take === null)) {
      open = null;
      write(carried);
      carried = Buffer.alloc(0);
    }
  }
  write(carried);
  splitter.write(text.end());
  splitter.end();
  yield* out.end();

  const nul = text.note();
  if (nul !== null) yield { type: 'skipped', path, reason: nul };
  if (splitter.strayLines > 0) {
    const values = { name: path, count: splitter.strayLines, line: splitter.firstStrayLine };
    yield { type: 'skipped', path, reason: message('decode.stray-quotes', values) };
  }

  function write(bytes: Uint8Array): void {
    splitter.write(text.decode(bytes));
    if (splitter.openChars > longest) throw refuse('decode.line-too-long', { name: path, limit: longest });
  }

  /** Whole lines. Rows of text are handed on before the next line is offered as bytes, so that the order stays. */
  function* readLines(bytes: Buffer, end: number): Generator<DecodeEvent> {
    for (let at = 0; at < end; ) {
      const take = splitter.openChars === 0 ? (open?.take ?? null) : null;
      if (take !== null) {
        at = passPlain(bytes, at, end, take);
        if (at === end) break;
      }
      // A line that was refused, one that goes on with a record, or a stretch while there is no way for bytes yet.
      const from = take === null && splitter.openChars === 0 ? Math.min(at + textBytes, end - 1) : at;
      const stop = bytes.indexOf(0x0a, from) + 1;
      write(bytes.subarray(at, stop));
      at = stop;
      if (splitter.openChars === 0) yield* out.flush();
    }
    if (out.started) yield { type: 'rows', rows: [] }; // tells how far it is
  }

  /** Hands over lines as bytes until one is refused; returns where that one begins. */
  function passPlain(bytes: Buffer, start: number, end: number, take: (line: ByteLine) => boolean): number {
    let at = start;
    while (at < end) {
      const next = line.cut(bytes, at);
      line.lineNo = splitter.line;
      if (next < 0 || !take(line)) break;
      out.taken();
      splitter.pass(line.cellCount);
      text.passLine();
      at = next;
    }
    return at;
  }
}

/** The text of the first chunk that has any: what delimiter and line ends are judged by. */
function firstText({ content, path }: DecodeTask, encoding: ConstructorParameters<typeof TextChunks>[1]): string {
  const text = new TextChunks(content, encoding, path);
  for (const chunk of content.chunks()) {
    const sample = text.decode(chunk);
    if (sample !== '') return sample;
  }
  return text.end();
}

/** In both encodings these delimiters, quotes and line ends are never a piece of another character (`|` is, in GB18030). */
function canCutBytes(delimiter: string, encoding: string): boolean {
  return [',', '\t', ';'].includes(delimiter) && (encoding === 'utf-8' || encoding === 'gb18030');
}
