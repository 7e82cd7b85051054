import { Parser } from 'htmlparser2';
import { chooseEncoding } from './choose-encoding.js';
import type { DecodeEvent, EncodingEvidence } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { PartRows } from './part-rows.js';
import { refuse } from './refuse.js';
import { TextChunks } from './text-chunks.js';

interface HtmlRow {
  readonly rowNo: number;
  readonly cells: string[];
}

/** A table being read. `blockedUntil` holds, by column, up to which row a cell from above reaches down. */
interface HtmlTable {
  rows: HtmlRow[];
  rowNo: number;
  cells: string[] | null;
  readonly blockedUntil: number[];
  cell: { text: string; across: number; down: number } | null;
  isWide: boolean;
}

const silent = new Set(['script', 'style', 'title', 'noscript']);
const maxHeldCells = 2_000_000;

/**
 * Reads the tables of a web page, most often one that a portal saved as .xls. Spanned cells keep their place and hold their
 * text once, as merged cells in Excel do (repeating a number downwards would count it twice). Rows count within their table.
 *
 * Tables with a single column only arrange the page; they count when nothing else is there. A page that ends inside a
 * table was cut; one that ends behind it is complete enough.
 */
export function* decodeHtml(task: DecodeTask): Generator<DecodeEvent> {
  const { content, hints, path } = task;
  const declared = /charset\s*=\s*["']?\s*([\w-]+)/i.exec(content.head(4096).toString('latin1'))?.[1] ?? null;
  const evidence = chooseEncoding(content, hints, path, declared);
  const chunks = new TextChunks(content, evidence.encoding, path);
  const reader = new HtmlTables(task, evidence);
  for (const chunk of chunks) {
    reader.parser.write(chunk);
    yield* reader.drain();
  }
  if (reader.isInsideTable) throw refuse('decode.half-written', { name: path, detail: '</table>' });
  reader.parser.end();
  yield* reader.end();
  const nul = chunks.note();
  if (nul !== null) yield { type: 'skipped', path, reason: nul };
}

class HtmlTables {
  private readonly open: HtmlTable[] = [];
  private readonly done: HtmlTable[] = [];
  private narrow: HtmlTable | null = null;
  private silence = 0;
  private partCount = 0;
  private heldCells = 0;
  /** The outermost table, once it has proven to hold data: its rows leave as they come. */
  private streaming: PartRows | null = null;
  readonly parser: Parser;

  constructor(
    private readonly task: DecodeTask,
    private readonly evidence: EncodingEvidence,
  ) {
    this.parser = new Parser(
      {
        onopentag: (name, attributes) => this.openTag(name, attributes),
        onclosetag: (name) => this.closeTag(name),
        ontext: (text) => this.addText(text),
      },
      { decodeEntities: true, lowerCaseTags: true },
    );
  }

  get isInsideTable(): boolean {
    return this.open.length > 0;
  }

  /** Hands on what can go: the rows of a wide outermost table, then the tables that are closed. */
  *drain(): Generator<DecodeEvent> {
    const outermost = this.open[0];
    if (outermost?.isWide) {
      this.streaming ??= this.newPart();
      yield* this.pour(outermost, this.streaming);
    }
    if (this.open.length > 0) return;
    for (const table of this.done.splice(0)) {
      if (!table.isWide) {
        if (this.narrow === null || table.rows.length > this.narrow.rows.length) this.narrow = table;
        continue;
      }
      const out = this.streaming ?? this.newPart();
      this.streaming = null;
      yield* this.pour(table, out);
      yield* out.end();
    }
    this.heldCells = 0;
  }

  *end(): Generator<DecodeEvent> {
    yield* this.drain();
    if (this.partCount > 0 || this.narrow === null) return;
    const out = this.newPart();
    yield* this.pour(this.narrow, out);
    yield* out.end();
  }

  private newPart(): PartRows {
    this.partCount += 1;
    const { path, fileName } = this.task;
    const part = this.partCount === 1 ? path : `${path}#table${this.partCount}`;
    return new PartRows(this.task, { path: part, fileName, sheet: null, media: 'html', encoding: this.evidence });
  }

  private *pour(table: HtmlTable, out: PartRows): Generator<DecodeEvent> {
    for (const row of table.rows.splice(0)) {
      out.addChecked(row.rowNo, row.cells);
      if (out.full) yield* out.flush();
    }
  }

  private openTag(name: string, attributes: Record<string, string>): void {
    const table = this.open.at(-1);
    if (silent.has(name)) this.silence += 1;
    else if (name === 'table') {
      this.open.push({ rows: [], rowNo: 0, cells: null, blockedUntil: [], cell: null, isWide: false });
    } else if (table === undefined) return;
    else if (name === 'tr') this.openRow(table);
    else if (name === 'td' || name === 'th') {
      this.closeCell(table);
      if (table.cells === null) this.openRow(table);
      table.cell = { text: '', across: span(attributes['colspan']), down: span(attributes['rowspan']) };
    } else if (name === 'br' && table.cell !== null) table.cell.text += ' ';
  }

  private closeTag(name: string): void {
    const table = this.open.at(-1);
    if (silent.has(name)) this.silence = Math.max(0, this.silence - 1);
    else if (table === undefined) return;
    else if (name === 'td' || name === 'th') this.closeCell(table);
    else if (name === 'tr') this.closeRow(table);
    else if (name === 'table') {
      this.closeRow(table);
      this.open.pop();
      // Outer tables first, as they begin first.
      if (this.open.length === 0) this.done.unshift(table);
      else this.done.push(table);
    }
  }

  private addText(text: string): void {
    const cell = this.open.at(-1)?.cell;
    if (cell && this.silence === 0) cell.text += text;
  }

  private openRow(table: HtmlTable): void {
    this.closeRow(table);
    table.rowNo += 1;
    table.cells = [];
  }

  private closeCell(table: HtmlTable): void {
    const { cell, cells } = table;
    if (cell === null || cells === null) return;
    table.cell = null;
    while ((table.blockedUntil[cells.length] ?? 0) >= table.rowNo) cells.push('');
    const { cellsPerRow } = this.task.limits;
    for (let across = 0; across < cell.across; across++) {
      if (cells.length >= cellsPerRow) {
        throw refuse('decode.too-many-cells', { name: this.task.path, row: table.rowNo, actual: cells.length + 1, limit: cellsPerRow });
      }
      if (cell.down > 1) table.blockedUntil[cells.length] = table.rowNo + cell.down - 1;
      cells.push(across === 0 ? cell.text.replace(/[\s\u00a0]+/g, ' ').trim() : '');
    }
  }

  private closeRow(table: HtmlTable): void {
    this.closeCell(table);
    const { cells } = table;
    table.cells = null;
    if (cells === null || cells.every((cell) => cell === '')) return;
    while (cells.at(-1) === '') cells.pop();
    if (cells.length > 1) table.isWide = true;
    table.rows.push({ rowNo: table.rowNo, cells });
    if (this.open.length > 1) this.heldCells += cells.length;
    if (this.heldCells > maxHeldCells) throw refuse('decode.too-much-text', { name: this.task.path, limit: maxHeldCells });
  }
}

function span(value: string | undefined): number {
  const count = Number.parseInt(value ?? '1', 10);
  return count >= 1 ? Math.min(count, 65_534) : 1;
}
