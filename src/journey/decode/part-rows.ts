import { message } from '../../model/message.js';
import type { Row } from '../../model/row.js';
import type { DecodeEvent, PartStart } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { refuse } from './refuse.js';

const batchRows = 1_000;
const surrogate = /\p{Surrogate}/u;

/**
 * Collects the rows of one part into events and holds them to the limits. The part begins with its first row, so a sheet
 * without rows leaves no trace here. Rows without a value are not rows: they are passed over, their number stays unused.
 */
export class PartRows {
  private batch: Row[] = [];
  private nulCount = 0;
  private firstNulRow = 0;
  started = false;

  constructor(
    private readonly task: DecodeTask,
    private readonly part: PartStart,
  ) {}

  get full(): boolean {
    return this.batch.length >= batchRows;
  }

  /** For rows of a format that can neither hold NUL nor half characters (decoded text). */
  add(rowNo: number, cells: readonly string[]): void {
    if (cells[0] === '' && cells.every((cell) => cell === '')) return;
    const { limits, path } = this.task;
    if (cells.length > limits.cellsPerRow) {
      throw refuse('decode.too-many-cells', { name: path, row: rowNo, actual: cells.length, limit: limits.cellsPerRow });
    }
    for (const cell of cells) {
      if (cell.length > limits.cellChars) {
        throw refuse('decode.cell-too-long', { name: path, row: rowNo, actual: cell.length, limit: limits.cellChars });
      }
    }
    this.taken();
    this.batch.push({ rowNo, cells });
  }

  /** A row counts; for rows that were handed over elsewhere. */
  taken(): void {
    const { limits, spent, path } = this.task;
    spent.rows += 1;
    if (spent.rows > limits.rows) throw refuse('decode.too-many-rows', { name: path, limit: limits.rows });
  }

  /** For rows of a format that escapes characters: drops NUL with a note and refuses half a character. */
  addChecked(rowNo: number, cells: string[]): void {
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column]!;
      if (cell.includes('\0')) {
        cells[column] = cell.replaceAll('\0', '');
        this.nulCount += cell.length - cells[column]!.length;
        this.firstNulRow ||= rowNo;
      }
      if (surrogate.test(cell)) throw refuse('decode.bad-character', { name: this.part.path, row: rowNo, column: column + 1 });
    }
    this.add(rowNo, cells);
  }

  *flush(): Generator<DecodeEvent> {
    if (this.batch.length === 0) return;
    if (!this.started) yield { type: 'part', part: this.part };
    this.started = true;
    const rows = this.batch;
    this.batch = [];
    if (rows.length <= batchRows) return yield { type: 'rows', rows };
    for (let at = 0; at < rows.length; at += batchRows) yield { type: 'rows', rows: rows.slice(at, at + batchRows) };
  }

  *end(): Generator<DecodeEvent> {
    yield* this.flush();
    if (this.started) yield { type: 'end' };
    if (this.nulCount > 0) {
      const values = { name: this.part.path, count: this.nulCount, line: this.firstNulRow };
      yield { type: 'skipped', path: this.part.path, reason: message('decode.nul-dropped', values) };
    }
  }
}
