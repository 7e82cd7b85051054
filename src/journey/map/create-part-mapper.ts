import type { EntityDefinition } from '../../master/entity-definition.js';
import { addDays } from '../../model/add-days.js';
import type { Finding } from '../../model/finding.js';
import { type FlowKind, isEntityKind, type Kind, type ReferenceKind } from '../../model/kind.js';
import { message } from '../../model/message.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import { createLineValidator } from '../validate/validate-line.js';
import { bindColumns } from './bind-columns.js';
import { createRowClassifier, type RowClass } from './classify-row.js';
import { cleanCell } from './clean-cell.js';
import type { CompiledLayout, MapContext } from './compile-layout.js';
import { createEntityReader } from './create-entity-reader.js';
import { createFlowReader, type ReadRow } from './create-flow-reader.js';
import { createPlainReader, type ReadPlain } from './create-plain-reader.js';
import { createReferenceReader } from './create-reference-reader.js';
import { entityDefinition } from './entity-definitions.js';
import { codeFields, isFlowKind } from './fields.js';
import { type Fit, fitLayout } from './fit-layout.js';
import { createOtherHeaderTest } from './is-other-header.js';
import type { DropRule, Issue, MappedPart, RowFate, StatedTotal } from './map-outcome.js';
import { namePattern } from './name-pattern.js';
import { PartSums, type Sums, type TotalsCheck } from './part-sums.js';
import { readDecimal } from './read-decimal.js';
import { compileCondition } from './row-condition.js';
import { tellRecordIssue } from './tell-record-issue.js';

/** A decoded row with what became of it. */
export type MappedRow = readonly [row: Row, fate: RowFate];

/** What the gates need to know of a part; plain data, so it crosses a process border. */
export interface PartSummary {
  readonly part: string;
  /** Rows decoded, of whatever fate. */
  readonly rows: number;
  readonly lines: number;
  readonly quarantined: number;
  readonly dropped: Readonly<Partial<Record<DropRule, number>>>;
  /** Business day -> rows, quarantined ones included. */
  readonly days: Readonly<Record<string, number>>;
  readonly sums: Sums;
  /** The same with the rows that a named rule of the layout dropped. */
  readonly sumsWithDropped: Sums;
  readonly unreadableQuantities: number;
  readonly unreadableAmounts: number;
  readonly checksTotals: boolean;
  readonly totals: readonly TotalsCheck[];
}

export interface PartResult {
  /** The rows whose fate only the end of the part could tell. Not for a held part. */
  readonly rows: readonly MappedRow[];
  /** null when the part is held (see `findings`), or holds nothing but blank rows. */
  readonly mapped: MappedPart | null;
  readonly statedTotals: readonly StatedTotal[];
  readonly summary: PartSummary;
  readonly findings: readonly Finding[];
}

export interface PartMapper {
  /** The rows settled by this batch. Every row comes back exactly once, from a push or from `finish`; a few come late. */
  push(rows: readonly Row[]): MappedRow[];
  /** The layout that was taken; null as long as none is. */
  layout(): CompiledLayout | null;
  /**
   * A reader of ordinary rows that are still bytes, once the layout is taken; null when there can be none for this part. It counts the
   * rows it takes as lines and adds them up.
   */
  plainReader(): { readonly kind: FlowKind; readonly read: ReadPlain } | null;
  finish(): PartResult;
}

/** Proposes a layout for the first rows of a part that no layout fits; what it returns is attached to the finding. */
export type Propose = (part: PartStart, rows: readonly Row[]) => unknown;

/**
 * Maps one part. It waits for the rows in which a header may stand, takes the first layout that is meant for the part and fits its
 * header, and then streams. When none fits, the part is held: a finding tells why and no row gets a fate, because nothing of the
 * delivery may be loaded.
 */
export function createPartMapper(
  layouts: readonly CompiledLayout[],
  part: PartStart,
  context: MapContext,
  propose: Propose = () => null,
): PartMapper {
  const unwanted = namePattern(context.skipSheets ?? []);
  const skips = layouts.some((one) => one.skipsSheet(part)) || (part.sheet !== null && unwanted(part.sheet));
  const searchRows = Math.max(100, ...layouts.map(({ layout }) => layout.header.search_rows + 2));
  const sums = new PartSums();
  const dropped: Partial<Record<DropRule, number>> = {};
  let waiting: Row[] = [];
  let fit: Fit | null = null;
  let findings: readonly Finding[] = [];
  let stream: ((row: Row, out: MappedRow[]) => void) | null = null;
  let flush: (out: MappedRow[], atEnd: boolean) => void = () => {};
  let hasNotes = (): boolean => false;
  const untitled = new Set<number>();
  let isHeld = false;
  let rows = 0;
  let lines = 0;
  let quarantined = 0;

  return {
    push(batch) {
      rows += batch.length;
      const out: MappedRow[] = [];
      if (isHeld) return out;
      if (skips) {
        for (const row of batch) drop(row, 'layout:skipped-sheet', out);
        return out;
      }
      if (stream) {
        for (const row of batch) stream(row, out);
        return out;
      }
      for (const row of batch) {
        if (waiting.length === 0 && isBlank(row)) drop(row, 'blank', out);
        else waiting.push(row);
      }
      if (waiting.length >= searchRows) start(out);
      return out;
    },
    layout: () => fit?.compiled ?? null,
    plainReader: () => fit && createCountedReader(fit),
    finish() {
      const out: MappedRow[] = [];
      if (!stream && !isHeld && !skips) start(out);
      if (!isHeld) flush(out, true);
      return {
        rows: out,
        mapped:
          fit &&
          mappedPart(
            fit,
            [...untitled].toSorted((left, right) => left - right),
          ),
        statedTotals: sums.checks.map(({ rowNo, quantity, amount }) => ({ rowNo, quantity, amount })),
        summary: summary(),
        findings,
      };
    },
  };

  /** Decides on the layout and settles the rows that waited for it. */
  function start(out: MappedRow[]): void {
    if (waiting.length === 0) return;
    const found = fitLayout(layouts, part, context, waiting);
    if ('problem' in found) {
      isHeld = true;
      findings = [{ gate: found.problem.code, part: part.path, told: found.problem, attachment: propose(part, waiting) }];
      waiting = [];
      return;
    }
    fit = found;
    const { at, rows: headerRows } = found.header;
    const titleRows = waiting.slice(0, at);
    const rest = waiting.slice(at + headerRows.length);
    for (const row of titleRows) drop(row, isBlank(row) ? 'blank' : 'title', out);
    for (const row of headerRows) drop(row, 'header', out);
    waiting = [];
    stream = createStream(found);
    for (const row of rest) stream(row, out);
  }

  function createCountedReader({ compiled, kind, header, constants }: Fit): ReturnType<PartMapper['plainReader']> {
    const encoding = part.encoding?.encoding;
    if (part.media !== 'csv' || part.covers || (encoding !== 'utf-8' && encoding !== 'gb18030') || !isFlowKind(kind)) return null;
    const { layout } = compiled;
    const required = compiled.required(kind);
    const window = { from: addDays(context.sentOn, -layout.window_days), to: context.sentOn };
    const read = createPlainReader({ kind: kind as FlowKind, layout, required, header, constants, sums, encoding, window });
    if (!read) return null;
    return {
      kind: kind as FlowKind,
      read: (line) => {
        const row = hasNotes() ? null : read(line);
        if (row === null) return null;
        rows++;
        lines++;
        row.day.count.rows += 1;
        sums.addIntegers(row.quantity, row.quantityScale, row.amount, row.amountScale);
        return row;
      },
    };
  }

  function createStream({ compiled, kind, header, constants }: Fit): (row: Row, out: MappedRow[]) => void {
    const { layout } = compiled;
    const { fields } = header.binding;
    const classify = createRowClassifier(header, layout.totals.words, layout.fill_down);
    const readRow = createRowReader(compiled, kind, header.titles, constants);
    const drops = Object.entries(layout.drop).map(([name, rule]) => ({
      rule: `layout:${name}` as const,
      test: compileCondition(rule, { titles: header.titles, fields }, constants),
    }));
    const quantityAt = fields.indexOf('quantity');
    const amountAt = fields.indexOf('amount');
    const filledColumns = layout.fill_down.map((field) => fields.indexOf(field)).filter((column) => column >= 0);
    const isText = part.media === 'csv';
    const width = header.titles.length;
    const blanks = isFlowKind(kind) ? null : header.titles.flatMap((title, column) => (title === '' ? [column] : []));
    const lastSeen = new Map<number, string>();
    const isOtherHeader = !isFlowKind(kind) && layout.dictionary ? createOtherHeaderTest(compiled.dictionary) : null;
    let otherHeader: Row | null = null;
    let isAfterBlank = false;
    let perhapsNotes: Row[] = [];

    hasNotes = () => perhapsNotes.length > 0;
    flush = (out, atEnd) => {
      for (const row of perhapsNotes) {
        if (atEnd) drop(row, 'note', out);
        else data(row, out);
      }
      perhapsNotes = [];
    };
    return (row, out) => {
      const rowClass = classify(row);
      if (rowClass === 'data') {
        if (perhapsNotes.length > 0) flush(out, false);
        if (isOtherHeader?.(row.cells, isAfterBlank)) otherHeader = row;
        data(row, out);
      } else special(row, rowClass, out);
      if (rowClass === 'repeated-header') otherHeader = null;
      isAfterBlank = rowClass === 'blank';
    };

    function special(row: Row, rowClass: Exclude<RowClass, 'data'>, out: MappedRow[]): void {
      if (rowClass === 'perhaps-note') {
        perhapsNotes.push(row);
        if (perhapsNotes.length > 20) flush(out, false);
        return;
      }
      if (rowClass === 'totals' || rowClass === 'subtotal') {
        sums.stated(rowClass, { rowNo: row.rowNo, quantity: numberAt(row.cells, quantityAt), amount: numberAt(row.cells, amountAt) });
      }
      drop(row, rowClass, out);
    }

    function data(row: Row, out: MappedRow[]): void {
      const cells = filledColumns.length === 0 ? row.cells : fillDown(row.cells);
      for (const { rule, test } of drops) {
        if (!test(cells)) continue;
        sums.addDropped(numberAt(cells, quantityAt), numberAt(cells, amountAt));
        drop(row, rule, out);
        return;
      }
      if (blanks) noteUntitled(cells, blanks, width);
      const fate = otherHeader ? ofOtherTable(otherHeader) : isText && cells.length > width ? readWide(cells) : readRow(cells);
      if (fate.fate === 'quarantined') quarantined++;
      else lines++;
      out.push([row, fate]);
    }

    /** What stands under the header of another table would be read by the titles of this one. */
    function ofOtherTable({ rowNo, cells }: Row): RowFate {
      const value = cells
        .filter((cell) => cell !== '')
        .join('、')
        .slice(0, 60);
      const told = message('map.second-table', { row: rowNo, titles: value });
      return { fate: 'quarantined', issues: [{ rule: told.code, column: '', value, told }] };
    }

    /** More cells than titles in a text file: a separator inside a value has shifted the rest, so no column can be trusted. */
    function readWide(cells: readonly string[]): RowFate {
      const extra = cells.slice(width).filter((cell) => cell.trim() !== '');
      if (extra.length === 0) return readRow(cells);
      sums.unreadableQuantities++;
      sums.unreadableAmounts++;
      const value = extra.join(' | ').slice(0, 60);
      const told = message('validate.too-many-cells', { cells: cells.length, titles: width, value });
      const issue = { rule: told.code, column: '', value, told };
      return { fate: 'quarantined', issues: [isFlowKind(kind) ? issue : tellRecordIssue(issue)] };
    }

    function fillDown(cells: readonly string[]): readonly string[] {
      const filled = [...cells];
      for (const column of filledColumns) {
        const cell = cleanCell(cells[column]);
        if (cell === '') filled[column] = lastSeen.get(column) ?? '';
        else lastSeen.set(column, cell);
      }
      return filled;
    }
  }

  function createRowReader(compiled: CompiledLayout, kind: Kind, titles: readonly string[], constants: Fit['constants']): ReadRow {
    const { layout } = compiled;
    if (typeof layout.kind === 'string' || layout.kind.by !== 'column') return readerOf(kind);
    const readers = new Map(compiled.kinds.map((one) => [one, readerOf(one)] as const));
    const title = layout.kind.column;
    const tests = compiled.kinds.map((one) => {
      const values = typeof layout.kind === 'object' && layout.kind.by === 'column' ? layout.kind.values[one] : undefined;
      return { one, test: compileCondition({ column: title, equals: values ?? [] }, { titles, fields: [] }, {}) };
    });
    const column = titles.indexOf(title);
    return (cells) => {
      const read = readers.get(tests.find(({ test }) => test(cells))?.one ?? ('' as Kind));
      if (read) return read(cells);
      const value = cleanCell(cells[column]);
      const issue: Issue = {
        rule: 'map.unknown-row-kind',
        column: title,
        value,
        told: message('map.unknown-row-kind', { column: title, value }),
      };
      return { fate: 'quarantined', issues: [issue] };
    };

    function readerOf(one: Kind): ReadRow {
      const { fields } = bindColumns(compiled, one, titles);
      const entity = entityDefinition(one);
      const validate = createLineValidator({
        sentOn: context.sentOn,
        windowDays: layout.window_days,
        covers: part.covers ?? null,
        codeFields: new Set([...codeFields, ...layout.codes, ...codesOf(entity)]),
        longestText: entity ? 10_000 : undefined,
        isWorkbook: part.media === 'xlsx' || part.media === 'xls',
        titleOf: (field) => titles[fields.indexOf(field)] ?? field,
      });
      const setup = { compiled, constants, sums, validate, titles, fields, is1904: part.is1904 };
      if (isFlowKind(one)) return createFlowReader(one as FlowKind, setup);
      const read =
        entity && isEntityKind(one) ? createEntityReader(one, entity, setup) : createReferenceReader(one as ReferenceKind, setup);
      return (cells) => {
        const fate = read(cells);
        return fate.fate === 'quarantined' ? { fate: 'quarantined', issues: fate.issues.map(tellRecordIssue) } : fate;
      };
    }
  }

  /** Values that stand under no title are loaded nowhere; a person is told the columns. */
  function noteUntitled(cells: readonly string[], blanks: readonly number[], width: number): void {
    for (const column of blanks) if ((cells[column] ?? '') !== '') untitled.add(column);
    for (let column = width; column < cells.length; column++) if (cells[column] !== '') untitled.add(column);
  }

  function drop(row: Row, rule: DropRule, out: MappedRow[]): void {
    dropped[rule] = (dropped[rule] ?? 0) + 1;
    out.push([row, { fate: 'dropped', rule }]);
  }

  function summary(): PartSummary {
    return {
      part: part.path,
      rows,
      lines,
      quarantined,
      dropped,
      days: sums.days(),
      sums: sums.sums(),
      sumsWithDropped: sums.sumsWithDropped(),
      unreadableQuantities: sums.unreadableQuantities,
      unreadableAmounts: sums.unreadableAmounts,
      // Only lines of flow are added up; of a list a totals row is left out and proves nothing.
      checksTotals: fit !== null && isFlowKind(fit.kind) && fit.compiled.layout.totals.check,
      totals: sums.checks,
    };
  }
}

function mappedPart({ compiled, kind, header }: Fit, untitled: readonly number[]): MappedPart {
  return {
    layout: compiled.layout.layout,
    kind,
    headerRows: header.rows.map((row) => row.rowNo),
    titles: header.titles,
    fields: header.binding.fields,
    untitled,
  };
}

/** Fields of an entity whose digits Excel may have rounded away. */
function codesOf(entity: EntityDefinition | null): string[] {
  const types = new Set<string>(['code', 'credit_code', 'phone', 'mobile']);
  return Object.entries(entity?.fields ?? {}).flatMap(([field, { type }]) => (types.has(type) ? [field] : []));
}

const isBlank = (row: Row): boolean => row.cells.every((cell) => cell.trim() === '');
const numberAt = (cells: readonly string[], column: number): string | null =>
  column < 0 ? null : readDecimal((cells[column] ?? '').trim());
