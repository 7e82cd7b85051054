import type { DropRule } from '../../src/journey/map/map-outcome.js';
import type { FlowKind } from '../../src/model/kind.js';
import { type CellField, cellText, moneyText, numericFields, written } from './cell-text.js';
import { columnsOf, type WritingStyle } from './distributors.js';
import type { DayBooks, FlowRow } from './flow-rows.js';

/** What a row of a file is: a good line, one with a clerk's mistake, or one that a reader leaves out by the named rule. */
export type RowRole = 'line' | 'mistake' | DropRule;

/** Whether a row of this role is a record of the sender's program, and not a line of the printed form around it. */
export const isRecord = (role: RowRole): boolean => role === 'line' || role === 'mistake' || role.startsWith('layout:');

export interface TableColumn {
  /** The upper title of a two-level header, '' for a plain one. */
  readonly group: string;
  readonly title: string;
  readonly field: CellField;
  readonly isNumeric: boolean;
}

interface TableRow {
  readonly role: RowRole;
  readonly cells: readonly string[];
}

/** A sheet or a file as people see it: title rows, header, lines, totals, in order. */
export interface Table {
  readonly name: string;
  readonly kind: FlowKind;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

export interface TableOptions {
  readonly name?: string;
  /** Lines above the header, each one cell over the whole width; '' makes a blank row. */
  readonly titles?: readonly string[];
  /** A line below everything, such as who printed it. */
  readonly note?: string;
  readonly totals?: true;
  /** Groups by product and closes each product with a 小计 row. */
  readonly subtotals?: true;
  /** Prints the header again after so many lines, as paged reports do. */
  readonly pageLines?: number;
  /** Only these rows instead of the whole day. */
  readonly rows?: readonly FlowRow[];
}

export const kindNames: Record<FlowKind, string> = { sale: '销售', purchase: '采购', stock: '库存' };

/** The rows of one kind as one distributor's program lays them out. */
export function tabulate({ distributor, rows }: DayBooks, kind: FlowKind, options: TableOptions = {}): Table {
  const columns = parseColumns(columnsOf[distributor.code]![kind]);
  const write = (row: FlowRow): TableRow => ({
    role: row.isVoid ? 'layout:void' : row.mistake ? 'mistake' : 'line',
    cells: columns.map(({ field }) => cellText(field, row, distributor.style)),
  });
  const header = headerRows(columns);
  const wide = (role: DropRule, text: string): TableRow => ({ role, cells: columns.map((_, index) => (index === 0 ? text : '')) });
  const lines = options.rows ?? rows[kind];

  const body: TableRow[] = [];
  if (options.subtotals) {
    for (const product of new Set(lines.map((row) => row.product))) {
      const group = lines.filter((row) => row.product === product);
      body.push(...group.map(write), sumRow('subtotal', '小计', columns, group, distributor.style));
    }
  } else {
    for (const [index, row] of lines.entries()) {
      if (options.pageLines && index > 0 && index % options.pageLines === 0)
        body.push(...header.map(({ cells }) => ({ role: 'repeated-header' as const, cells })));
      body.push(write(row));
    }
  }
  if (options.totals) body.push(sumRow('totals', '合计', columns, lines, distributor.style));
  if (options.note) body.push(wide('note', options.note));
  const titles = (options.titles ?? []).map((text) => wide(text === '' ? 'blank' : 'title', text));
  return { name: options.name ?? kindNames[kind], kind, columns, rows: [...titles, ...header, ...body] };
}

export function parseColumns(described: string): TableColumn[] {
  return described.split(' ').map((column) => {
    const [titles = '', field = ''] = column.split('=');
    const [first = '', second] = titles.split('/');
    const name = field as CellField;
    return { group: second === undefined ? '' : first, title: second ?? first, field: name, isNumeric: numericFields.has(name) };
  });
}

/** One row, or two where the titles have groups; a group's name stands over its first column only, as merged cells do. */
function headerRows(columns: readonly TableColumn[]): TableRow[] {
  const role = 'header';
  if (columns.every(({ group }) => group === '')) return [{ role, cells: columns.map(({ title }) => title) }];
  const upper = columns.map(({ group, title }, index) => (group === '' ? title : columns[index - 1]?.group === group ? '' : group));
  return [
    { role, cells: upper },
    { role, cells: columns.map(({ group, title }) => (group === '' ? '' : title)) },
  ];
}

/** What the sender's program adds up: every cell of the column that is a number. */
function sumRow(
  role: 'subtotal' | 'totals',
  label: string,
  columns: readonly TableColumn[],
  rows: readonly FlowRow[],
  style: WritingStyle,
): TableRow {
  const quantity = rows.reduce((sum, row) => sum + (row.mistake === 'text-in-quantity' ? 0 : written(row, style)), 0);
  const cents = rows.reduce((sum, row) => sum + written(row, style) * row.unitCents, 0);
  const cells = columns.map(({ field }, index) => {
    if (index === 0) return label;
    return field === 'qty' ? String(quantity) : field === 'amount' ? moneyText(cents) : '';
  });
  return { role, cells };
}
