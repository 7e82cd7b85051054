import { message } from '../../model/message.js';
import { chooseEncoding } from './choose-encoding.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { declaredXmlEncoding } from './decode-xml.js';
import { isoDateText } from './number-format.js';
import { numberText } from './number-text.js';
import { parseXml } from './parse-xml.js';
import { PartRows } from './part-rows.js';
import { refuse } from './refuse.js';
import { TextChunks } from './text-chunks.js';

/** Reads the XML workbooks of Excel 2003, which report writers like to name .xls. */
export function* decodeSpreadsheetml(task: DecodeTask): Generator<DecodeEvent> {
  const { content, path, fileName } = task;
  const evidence = chooseEncoding(content, task.hints, path, declaredXmlEncoding(content));
  const pending: DecodeEvent[] = [];
  let out: PartRows | null = null;
  let sheetPath = path;
  let rowNo = 0;
  let spanned = 0;
  let cells: string[] | null = null;
  let column = 0;
  let across = 0;
  let type = '';
  let text: string | null = null;
  let inComment = false;

  const events = {
    open: (name: string, attributes: ReadonlyMap<string, string>) => {
      if (name === 'Worksheet') {
        const sheet = attributes.get('Name') ?? 'Sheet';
        sheetPath = `${path}#${sheet}`;
        out = new PartRows(task, { path: sheetPath, fileName, sheet, media: 'xml', encoding: evidence });
        rowNo = 0;
        spanned = 0;
      } else if (name === 'Row') {
        const next = Number(attributes.get('Index') ?? rowNo + spanned + 1);
        if (!(next > rowNo)) throw refuse('decode.broken', { name: path, detail: `Row ${next} after ${rowNo}` });
        rowNo = next;
        spanned = Number(attributes.get('Span') ?? 0);
        cells = [];
        column = 0;
      } else if (name === 'Cell' && cells !== null) {
        column = Number(attributes.get('Index') ?? column + 1);
        across = Number(attributes.get('MergeAcross') ?? 0);
        const limit = task.limits.cellsPerRow;
        if (!(column <= limit)) throw refuse('decode.too-many-cells', { name: path, row: rowNo, actual: column, limit });
      } else if (name === 'Comment') inComment = true;
      else if (name === 'Data' && cells !== null && !inComment) {
        type = attributes.get('Type') ?? 'String';
        text = '';
      }
    },
    close: (name: string) => {
      if (name === 'Data' && text !== null && cells !== null) {
        while (cells.length < column - 1) cells.push('');
        cells[column - 1] = cellText(type, text);
        text = null;
      } else if (name === 'Comment') inComment = false;
      else if (name === 'Cell') column += across;
      else if (name === 'Row' && cells !== null) {
        out?.addChecked(rowNo, cells);
        cells = null;
      } else if (name === 'Worksheet' && out !== null) {
        pending.push(...out.end());
        if (!out.started)
          pending.push({ type: 'skipped', path: sheetPath, reason: message('decode.skipped-no-rows', { name: sheetPath }) });
        out = null;
      }
    },
    text: (more: string) => {
      if (text !== null) text += more;
    },
  };
  for (const _ of parseXml(new TextChunks(content, evidence.encoding, path), events, path)) {
    yield* pending.splice(0);
    yield* flushOf(out);
  }
  yield* pending;
}

/** A function of its own because the parser's callbacks set the variable behind the compiler's back. */
function* flushOf(out: PartRows | null): Generator<DecodeEvent> {
  if (out?.full) yield* out.flush();
}

function cellText(type: string, text: string): string {
  if (type === 'Number') return numberText(text.trim());
  if (type === 'DateTime') return isoDateText(text.trim()).replace(/^1899-12-3[01] /, '');
  if (type === 'Boolean') return text.trim() === '1' ? 'TRUE' : 'FALSE';
  return text;
}
