import type { Worksheet } from 'exceljs';
import type { QuarantinedRow } from '../db/quarantine-store.js';
import type { Patches } from '../db/replay-quarantine.js';
import { HubError } from '../model/hub-error.js';
import { type Language, type Message, message, renderMessage } from '../model/message.js';
import { safeText } from '../model/safe-text.js';
import { saveWorkbook } from './save-workbook.js';

const keyTitle = '隔离编号';
const ownTitles = [keyTitle, '来源', '文件', '部分', '工作表', '行号', '原因'];

/**
 * Writes open rows with their original cells under the sender's own titles, one sheet per set of titles; the cells that the
 * reasons name are marked. Corrected cells come back by `readCorrections`.
 */
export async function writeQuarantineWorkbook(
  path: string,
  rows: readonly QuarantinedRow[],
  language: Language,
  options: { force: boolean },
): Promise<void> {
  const { default: excel } = await import('exceljs');
  const book = new excel.Workbook();
  const groups = new Map<string, QuarantinedRow[]>();
  for (const row of rows) {
    const titles = JSON.stringify(row.titles);
    const group = groups.get(titles);
    if (group) group.push(row);
    else groups.set(titles, [row]);
  }
  let number = 0;
  for (const group of groups.values()) {
    number += 1;
    const titles = columnTitles(group);
    const sheet = book.addWorksheet(`隔离${number}`, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = [...ownTitles, ...titles].map((title, index) => ({
      header: safeText(title),
      width: index === 6 ? 60 : 18,
      style: { numFmt: '@' },
    }));
    sheet.getRow(1).font = { bold: true };
    sheet.getColumn(1).hidden = true;
    for (const row of group) addRow(sheet, row, titles, language);
  }
  if (number === 0) book.addWorksheet('隔离1').addRow(ownTitles);
  const help = book.addWorksheet('说明');
  help.getColumn(1).width = 110;
  help.addRow(['在原位置改正单元格（红色为有问题的格子），不要改动标题和隐藏的“隔离编号”列；未改动的行不受影响。']);
  help.addRow(['改好后执行：huiliu quarantine replay 文件.xlsx。原始单元格始终保留，更正另行记录。']);
  await saveWorkbook(book, path, options);
}

function addRow(sheet: Worksheet, row: QuarantinedRow, titles: readonly string[], language: Language): void {
  const reasons = row.issues.map(({ column, told }) => (column ? `【${column}】` : '') + renderMessage(told, language)).join('\n');
  const cells = titles.map((_, index) => safeText(shownCell(row, index)));
  const own = [row.id, row.source, row.fileName, row.path, row.sheet ?? '', String(row.rowNo), reasons].map(safeText);
  const added = sheet.addRow([...own, ...cells]);
  const faulty = new Set(row.issues.map(({ column }) => column));
  row.titles.forEach((title, index) => {
    if (title === '' || !faulty.has(title)) return;
    added.getCell(ownTitles.length + index + 1).fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFC7CE' } };
  });
}

/**
 * What a person changed, by quarantine id. Every mistake of the workbook is told; with one of them nothing is to be replayed.
 * A column may have moved: it is found by its title, the n-th of equal titles being the n-th column.
 */
export async function readCorrections(path: string, open: readonly QuarantinedRow[]): Promise<{ patches: Patches; problems: Message[] }> {
  const rowOf = new Map(open.map((row) => [row.id, row]));
  const patches = new Map<string, Record<string, string>>();
  const problems: Message[] = [];
  const seen = new Set<string>();
  const { readSheets } = await import('./read-sheets.js');
  const sheets = (await readSheets(path)).filter(({ titles }) => titles.includes(keyTitle));
  if (sheets.length === 0) throw new HubError('config', message('desk.columns-missing', { file: path, columns: keyTitle }));

  for (const { name: sheet, titles, rows } of sheets) {
    const places = numbered(titles);
    for (const { rowNo: row, cells } of rows) {
      const value = cells[titles.indexOf(keyTitle)] ?? '';
      const known = rowOf.get(value);
      if (!known) problems.push(message('desk.quarantine-unknown', { sheet, row, value }));
      else if (seen.has(value)) problems.push(message('desk.quarantine-twice', { sheet, row, value }));
      if (!known || seen.has(value)) continue;
      seen.add(value);
      const patch = changedCells(known, places, cells);
      if (Object.keys(patch).length > 0) patches.set(value, patch);
    }
  }
  return { patches, problems };
}

function changedCells(known: QuarantinedRow, places: ReadonlyMap<string, number>, cells: readonly string[]): Record<string, string> {
  const patch: Record<string, string> = {};
  const own = [...numbered([...ownTitles, ...columnTitles([known])]).keys()].slice(ownTitles.length);
  own.forEach((title, column) => {
    const place = places.get(title);
    const given = place === undefined ? null : (cells[place] ?? '');
    if (given !== null && given !== shownCell(known, column).trim()) patch[String(column)] = given;
  });
  return patch;
}

const shownCell = (row: QuarantinedRow, index: number): string => row.patch[String(index)] ?? row.cells[index] ?? '';

/** The sender's titles; a column without one is called by its place. As many as the widest row has cells. */
function columnTitles(rows: readonly QuarantinedRow[]): string[] {
  const width = Math.max(0, ...rows.map(({ titles, cells }) => Math.max(titles.length, cells.length)));
  return Array.from({ length: width }, (_, index) => rows[0]?.titles[index]?.trim() || `列${index + 1}`);
}

/** Titles with the number of their occurrence -> place; equal titles stay apart. */
function numbered(titles: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  return new Map(
    titles.map((title, place) => {
      const time = (times.get(title) ?? 0) + 1;
      times.set(title, time);
      return [`${title}\u0000${time}`, place];
    }),
  );
}
