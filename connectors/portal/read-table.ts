import type { SourceIo } from '../../src/journey/collect/connector.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { type Element, type Page, plain, saidBy } from './page.js';
import type { TableSettings } from './settings.js';

/** What one page shows: its titles, its rows as cells under them, and what it says about all rows. */
export interface ShownTable {
  /** null: the page says that there is nothing, and shows no header. */
  readonly titles: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
  /** The cells of the row that sums up. */
  readonly total: readonly string[] | null;
  readonly count: number | null;
}

interface Cell {
  readonly text: string;
  readonly isHeader: boolean;
  /** The element, the same for all the places it covers. */
  readonly element: Element;
}

/** Reads the table of a page. Nothing is guessed: rows that do not fit under the titles are a fault. */
export function readTable(page: Page, settings: TableSettings, io: SourceIo, hide: readonly string[]): ShownTable {
  const $ = page.$();
  const count = readCount(page, settings);
  const table = $<Element, string>(settings.at).first();
  const saysNothing = settings.empty !== undefined && page.text().includes(settings.empty);
  if (table.length === 0) {
    if (saysNothing) return { titles: null, rows: [], total: null, count: count ?? 0 };
    throw fault('config', 'portal.table-missing', { at: settings.at, cause: saidBy(page, hide) });
  }
  const grid = gridOf(table.get(0)!);
  const headerRows = settings.header_rows ?? (leading(grid) || 1);
  const titles = titlesOf(grid.slice(0, headerRows));
  const missing = (settings.columns ?? []).filter((title) => !titles.includes(title));
  if (missing.length > 0) {
    if (saysNothing) return { titles: null, rows: [], total: null, count: count ?? 0 };
    throw fault('config', 'portal.columns-missing', { missing: missing.join(', '), found: titles.join(', ') });
  }
  const rows: string[][] = [];
  let total: string[] | null = null;
  for (const [at, cells] of grid.slice(headerRows).entries()) {
    const texts = cells.map(({ text }) => text);
    if (texts.every((text) => text === '')) continue;
    // A pager or a note: one cell over everything.
    if (new Set(cells.map(({ element }) => element)).size === 1 && (titles.length > 1 || saysNothing)) continue;
    if (settings.total && texts.slice(0, 3).some((text) => text.replaceAll(/[\s:：]/gu, '').startsWith(settings.total!.label))) {
      total = texts;
      continue;
    }
    if (cells.length !== titles.length) {
      const values = { row: at + 1, cells: cells.length, titles: titles.length, cause: texts.join(' | ').slice(0, 120) };
      throw fault('config', 'portal.odd-row', values);
    }
    rows.push(texts);
  }
  return { titles, rows, total, count };

  function fault(
    errorClass: 'config' | 'source-data',
    code: Parameters<typeof message>[0],
    values: Record<string, string | number>,
  ): HubError {
    return new HubError(errorClass, message(code, { source: io.source, page: page.url.pathname, ...values }));
  }
}

/** Rows and columns as one sees them: a cell over two columns stands in both, one over two rows in both. By hand: selectors cost too much per cell. */
function gridOf(table: Element): Cell[][] {
  const own = tagsIn(table, ['tr'], ['table']);
  const grid: Cell[][] = own.map(() => []);
  for (const [at, row] of own.entries()) {
    let column = 0;
    for (const element of tagsIn(row, ['td', 'th'], ['table'])) {
      while (grid[at]![column]) column++;
      const wide = span(element.attribs['colspan']);
      const high = span(element.attribs['rowspan']);
      const field = tagsIn(element, ['input'], ['table']).find(({ attribs }) => (attribs['type'] ?? 'text') === 'text');
      const cell = { text: plain(textIn(element)) || plain(field?.attribs['value'] ?? ''), isHeader: element.tagName === 'th', element };
      for (let down = 0; down < high && at + down < grid.length; down++)
        for (let right = 0; right < wide; right++) grid[at + down]![column + right] = cell;
      column += wide;
    }
  }
  return grid
    .map((row) => Array.from(row, (cell) => cell ?? { text: '', isHeader: false, element: table }))
    .filter((row) => row.length > 0);
}

/** The outermost tags of these names below an element, without going into others. */
function tagsIn(element: Element, names: readonly string[], closed: readonly string[]): Element[] {
  const found: Element[] = [];
  for (const child of element.children) {
    if (!('tagName' in child)) continue;
    if (names.includes(child.tagName)) found.push(child);
    else if (!closed.includes(child.tagName)) found.push(...tagsIn(child, names, closed));
  }
  return found;
}

function textIn(element: Element): string {
  let text = '';
  for (const child of element.children) {
    if (child.type === 'text') text += child.data;
    else if ('tagName' in child && child.tagName !== 'script' && child.tagName !== 'style')
      text += child.tagName === 'br' ? ' ' : textIn(child);
  }
  return text;
}

const span = (given: string | undefined): number => Math.min(Math.max(Number(given) || 1, 1), 200);

/** Rows at the top that are all titles. */
function leading(grid: readonly Cell[][]): number {
  const first = grid.findIndex((row) => !row.every(({ isHeader }) => isHeader));
  return first < 0 ? grid.length : first;
}

/** Titles over several rows are written `upper/lower`; equal ones are told apart by a number. */
function titlesOf(rows: readonly Cell[][]): string[] {
  const wide = Math.max(0, ...rows.map((row) => row.length));
  const seen = new Map<string, number>();
  return Array.from({ length: wide }, (_, column) => {
    const parts = rows.map((row) => row[column]?.text ?? '').filter((text, at, all) => text !== '' && all.indexOf(text) === at);
    const title = parts.join('/') || `列${column + 1}`;
    const times = (seen.get(title) ?? 0) + 1;
    seen.set(title, times);
    return times === 1 ? title : `${title}_${times}`;
  });
}

function readCount(page: Page, { count }: TableSettings): number | null {
  if (count === undefined) return null;
  const { at, pattern } = typeof count === 'string' ? { at: count, pattern: String.raw`(\d[\d,]*)` } : count;
  const text = at === undefined ? plain(page.$()('body').text()) : plain(page.$()(at).first().text());
  const found = new RegExp(pattern, 'u').exec(text);
  const digits = (found?.[1] ?? found?.[0] ?? '').replaceAll(/\D/gu, '');
  return digits === '' ? null : Number(digits);
}
