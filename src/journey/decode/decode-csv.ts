import { message } from '../../model/message.js';
import { chooseEncoding } from './choose-encoding.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { PartRows } from './part-rows.js';
import { refuse } from './refuse.js';
import { sniffDelimiter } from './sniff-delimiter.js';
import { RecordSplitter } from './split-records.js';
import { TextChunks } from './text-chunks.js';

/**
 * Reads delimited text. Memory is bounded by the chunk, whatever the size of the file: a record that is longer than the
 * limits allow is refused before it is whole.
 *
 * A text inside an archive may be a note of the sender's; one that no delimiter cuts into columns counts as such.
 */
export function* decodeCsv(task: DecodeTask): Generator<DecodeEvent> {
  const { content, hints, path, limits } = task;
  const evidence = chooseEncoding(content, hints, path);
  const chunks = new TextChunks(content, evidence.encoding, path);
  const out = new PartRows(task, { path, fileName: task.fileName, sheet: null, media: 'csv', encoding: evidence });
  const longest = limits.cellsPerRow * limits.cellChars;

  let splitter: RecordSplitter | null = null;
  let open = 0;
  for (const chunk of chunks) {
    if (chunk === '') continue;
    if (splitter === null) {
      const found = sniffDelimiter(chunk.slice(0, 65_536));
      if (task.depth > 0 && hints.delimiter === undefined && (found.columns === 1 || found.agreement < 0.5))
        throw refuse('decode.no-table', { name: path, detail: 'plain text without columns' });
      splitter = new RecordSplitter(hints.delimiter ?? found.delimiter, (line, cells) => out.add(line, cells));
    }
    splitter.write(chunk);
    open = splitter.openChars;
    if (open > longest) throw refuse('decode.line-too-long', { name: path, limit: longest });
    if (out.full) yield* out.flush();
  }
  splitter?.end();
  yield* out.end();

  const nul = chunks.note();
  if (nul !== null) yield { type: 'skipped', path, reason: nul };
  if (splitter !== null && splitter.strayLines > 0) {
    const values = { name: path, count: splitter.strayLines, line: splitter.firstStrayLine };
    yield { type: 'skipped', path, reason: message('decode.stray-quotes', values) };
  }
}
