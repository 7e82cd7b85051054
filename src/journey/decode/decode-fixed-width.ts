import { chooseEncoding } from './choose-encoding.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { findBadBytes } from './find-bad-bytes.js';
import { PartRows } from './part-rows.js';
import { refuse } from './refuse.js';

/**
 * Reads text in columns of so many bytes each. Widths count bytes and not characters because such files come from programs
 * that pad a Chinese name to a width in GBK. What stands behind the last column becomes one more cell, so nothing is lost.
 */
export function* decodeFixedWidth(task: DecodeTask, widths: readonly number[]): Generator<DecodeEvent> {
  const { content, path, hints } = task;
  const evidence = chooseEncoding(content, hints, path);
  if (evidence.encoding.startsWith('utf-16')) throw refuse('decode.broken', { name: path, detail: 'fixed width in UTF-16' });
  const out = new PartRows(task, { path, fileName: task.fileName, sheet: null, media: 'fixed', encoding: evidence });
  const decoder = new TextDecoder(evidence.encoding, { fatal: true });
  const longest = task.limits.cellsPerRow * task.limits.cellChars;

  let offset = evidence.because === 'bom' ? (evidence.encoding === 'utf-8' ? 3 : 4) : 0;
  let lineNo = 0;
  let rest: Buffer = Buffer.alloc(0);
  const takeLine = (line: Buffer) => {
    lineNo += 1;
    const cells = cut(line, widths, (cell, at) => {
      try {
        return decoder.decode(cell);
      } catch (error) {
        const fault = findBadBytes(content, evidence.encoding);
        const tried = `${evidence.encoding.toUpperCase()} (column at byte ${at + 1})`;
        const values = { line: lineNo, offset: fault?.offset ?? offset + at, bytes: cell.subarray(-4).toString('hex').toUpperCase() };
        throw refuse('decode.unreadable-text', { name: path, tried, ...values }, error);
      }
    });
    out.addChecked(lineNo, cells);
    offset += line.length + 1;
  };

  let skip = offset;
  for (const chunk of content.chunks()) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (skip > 0) {
      bytes = bytes.subarray(skip);
      skip = 0;
    }
    let at = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, at)) {
      takeLine(bytes.subarray(at, end));
      at = end + 1;
      if (out.full) yield* out.flush();
    }
    rest = bytes.subarray(at);
    if (rest.length > longest) throw refuse('decode.line-too-long', { name: path, limit: longest });
  }
  if (rest.length > 0 && !(rest.length === 1 && rest[0] === 0x1a)) takeLine(rest);
  yield* out.end();
}

function cut(line: Buffer, widths: readonly number[], text: (cell: Buffer, at: number) => string): string[] {
  const end = line.at(-1) === 0x0d ? line.length - 1 : line.length;
  const cells: string[] = [];
  let at = 0;
  for (const width of [...widths, Number.POSITIVE_INFINITY]) {
    cells.push(text(line.subarray(Math.min(at, end), Math.min(at + width, end)), at).trim());
    at += width;
  }
  if (cells.at(-1) === '') cells.pop();
  return cells;
}
