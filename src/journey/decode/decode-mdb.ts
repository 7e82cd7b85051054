import MDBReader from 'mdb-reader';
import { message } from '../../model/message.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { roundedText } from './number-text.js';
import { PartRows } from './part-rows.js';
import { orBroken, refuse } from './refuse.js';

/** It is read whole into memory, of which a decoding child has little. */
const mostBytes = 192 * 1024 * 1024;
const rowsAtOnce = 2000;

/**
 * Reads an Access database (97 to 2019). Every table with rows is a part, or only the one that `hints.recordPath` names. Row 1 is the header,
 * record n is row n + 1; deleted records are gone. Money and decimals keep their digits; attachments and other binary values come out empty.
 */
export function* decodeMdb(task: DecodeTask): Generator<DecodeEvent> {
  const { content, path, hints } = task;
  if (content.size > mostBytes) throw refuse('decode.file-too-large', { name: path, actual: content.size, limit: mostBytes });
  const database = orBroken(path, () => {
    try {
      return new MDBReader(content.all());
    } catch (error) {
      if (error instanceof Error && /password/iu.test(error.message)) throw refuse('decode.encrypted', { name: path }, error);
      throw error;
    }
  });
  const names = orBroken(path, () => database.getTableNames());
  if (hints.recordPath !== undefined && !names.includes(hints.recordPath))
    throw refuse('decode.record-path', { name: path, detail: names.join(', ') });
  for (const name of hints.recordPath === undefined ? names : [hints.recordPath]) {
    const table = orBroken(path, () => database.getTable(name));
    if (table.rowCount === 0) {
      yield { type: 'skipped', path: `${path}#${name}`, reason: message('decode.no-table', { name: `${path}#${name}`, detail: '0' }) };
      continue;
    }
    const columns = table.getColumns();
    const out = new PartRows(task, { path: `${path}#${name}`, fileName: task.fileName, sheet: name, media: 'mdb', encoding: null });
    out.addChecked(
      1,
      columns.map((column) => column.name),
    );
    let rowNo = 1;
    for (let rowOffset = 0; rowOffset < table.rowCount; rowOffset += rowsAtOnce) {
      const rows = orBroken(path, () => table.getData({ rowOffset, rowLimit: rowsAtOnce }));
      for (const row of rows) {
        rowNo += 1;
        out.addChecked(
          rowNo,
          columns.map(({ name: title, type }) => cellText(row[title], type)),
        );
        if (out.full) yield* out.flush();
      }
    }
    if (rowNo - 1 !== table.rowCount)
      throw refuse('decode.half-written', { name: `${path}#${name}`, detail: `${rowNo - 1} / ${table.rowCount}` });
    yield* out.end();
  }
}

function cellText(value: unknown, type: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return type === 'float' ? String(Number(value.toPrecision(7))) : roundedText(value);
  if (value instanceof Date)
    return value
      .toISOString()
      .replace('T00:00:00.000Z', '')
      .replace('T', ' ')
      .replace(/\.000Z$/u, '')
      .replace(/Z$/u, '');
  return typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : '';
}
