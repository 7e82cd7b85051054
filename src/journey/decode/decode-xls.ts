import * as XLSX from 'xlsx';
import * as codePages from 'xlsx/dist/cpexcel.full.mjs';
import { message } from '../../model/message.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { type FormatKind, formattedText, kindOfCode } from './number-format.js';
import { roundedText } from './number-text.js';
import { PartRows } from './part-rows.js';
import { asBroken, orBroken, refuse } from './refuse.js';

XLSX.set_cptable(codePages);

const errorTexts: Record<number, string> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
  43: '#GETTING_DATA',
};

/** What else may be in an OLE2 file, by a stream that only it has. */
const foreignStreams: readonly [stream: string, what: string][] = [
  ['WordDocument', 'a Word document'],
  ['PowerPoint Document', 'a PowerPoint presentation'],
  ['__properties_version1.0', 'an Outlook message'],
  ['VisioDocument', 'a Visio drawing'],
];

/** The record that ends a sheet or the workbook's own part. */
const endOfSheet = 0x0a;
/** The record that begins an Excel 5/95 workbook. */
const biff5Start = Buffer.from('0908080000050500', 'hex');

interface DenseSheet {
  readonly '!data'?: readonly (readonly (XLSX.CellObject | undefined)[] | undefined)[];
}

/** Reads a workbook of Excel 2 to 2003. The whole file is parsed in memory; such sheets have at most 65,536 rows. */
export function* decodeXls(task: DecodeTask, isOle2: boolean): Generator<DecodeEvent> {
  const { content, path, limits } = task;
  const bytes = content.all();
  if (isOle2) checkOle2(bytes, path);
  else checkRecords(bytes, path);
  const book = readGbkBook(bytes, path) ?? readBook(bytes, path);
  const is1904 = book.Workbook?.WBProps?.date1904 ?? false;
  const kinds = new Map<string, FormatKind>();

  for (const sheetName of book.SheetNames) {
    const part = `${path}#${sheetName}`;
    const rows = (book.Sheets[sheetName] as DenseSheet | undefined)?.['!data'] ?? [];
    const out = new PartRows(task, {
      path: part,
      fileName: task.fileName,
      sheet: sheetName,
      media: 'xls',
      encoding: null,
      ...(is1904 && { is1904 }),
    });
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      if (row === undefined) continue;
      const cells = Array.from(row, (cell) => (cell === undefined ? '' : textOf(cell, kinds, is1904)));
      while (cells.at(-1) === '') cells.pop();
      if (cells.length > limits.cellsPerRow) {
        throw refuse('decode.too-many-cells', { name: part, row: at + 1, actual: cells.length, limit: limits.cellsPerRow });
      }
      if (cells.length > 0) out.addChecked(at + 1, cells);
      if (out.full) yield* out.flush();
    }
    yield* out.end();
    if (!out.started) yield { type: 'skipped', path: part, reason: message('decode.skipped-no-rows', { name: part }) };
  }
}

/** Tells apart what lives in OLE2 files, and notices one that is shorter than its own tables say. */
function checkOle2(bytes: Buffer, name: string): void {
  const sectorBytes = bytes.length >= 512 ? 1 << bytes.readUInt16LE(30) : 512;
  const fatSectors = bytes.length >= 512 ? bytes.readUInt32LE(44) : 0;
  for (let at = 0; at < Math.min(fatSectors, 109); at++) {
    const sector = bytes.readUInt32LE(76 + at * 4);
    if ((sector + 2) * sectorBytes > bytes.length) throw refuse('decode.half-written', { name, detail: 'OLE2' });
  }
  const container = orBroken(name, () => XLSX.CFB.read(bytes, { type: 'buffer' })) as CfbContainer;
  const names = new Set(container.FileIndex.map((entry) => entry.name));
  if (names.has('EncryptedPackage')) throw refuse('decode.encrypted', { name });
  for (const [stream, what] of foreignStreams) if (names.has(stream)) throw refuse('decode.not-a-table', { name, what });
  const book = container.FileIndex.find((entry) => /^(workbook|book)$/i.test(entry.name));
  if (book === undefined) throw refuse('decode.not-a-table', { name, what: 'an OLE2 file without a workbook' });
  if ((book.content?.length ?? 0) < book.size) throw refuse('decode.half-written', { name, detail: 'Workbook' });
  if (book.content !== undefined) checkRecords(book.content.subarray(0, book.size), name);
}

/**
 * Walks the records of a workbook stream to its end. A stream that breaks off is told here because SheetJS reads on, and
 * never comes back, when a length points behind the end.
 */
function checkRecords(stream: Uint8Array, name: string): void {
  const view = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  let last = -1;
  let at = 0;
  while (at + 4 <= view.length) {
    const type = view.readUInt16LE(at);
    if (type === 0 && last === endOfSheet) return;
    last = type;
    at += 4 + view.readUInt16LE(at + 2);
  }
  if (at > view.length || last !== endOfSheet) throw refuse('decode.half-written', { name, detail: 'BIFF' });
}

interface CfbContainer {
  readonly FileIndex: readonly { readonly name: string; readonly size: number; readonly content?: Uint8Array }[];
}

/**
 * Before Excel 97 texts are bytes, and Chinese report writers often leave the western code page (1252) in the header of
 * what is GBK. So such a workbook is read as GBK, unless that leaves a byte without a character. Null: not such a file.
 */
function readGbkBook(bytes: Buffer, name: string): XLSX.WorkBook | null {
  const codePage = bytes.indexOf(Buffer.from('42000200e404', 'hex'));
  const isOld = [0x0009, 0x0209, 0x0409].some((bof) => bytes.length > 2 && bytes.readUInt16LE(0) === bof) || bytes.includes(biff5Start);
  if (codePage < 0 || !isOld) return null;
  const patched = Buffer.from(bytes);
  patched.writeUInt16LE(936, codePage + 4);
  const book = readBook(patched, name);
  return JSON.stringify(book.SheetNames).includes('\uFFFD') || hasReplacement(book) ? null : book;
}

function hasReplacement(book: XLSX.WorkBook): boolean {
  return Object.values(book.Sheets).some((sheet) =>
    ((sheet as DenseSheet)['!data'] ?? []).some((row) => row?.some((cell) => typeof cell?.v === 'string' && cell.v.includes('\uFFFD'))),
  );
}

function readBook(bytes: Buffer, name: string): XLSX.WorkBook {
  try {
    return XLSX.read(bytes, {
      type: 'buffer',
      dense: true,
      raw: true,
      cellNF: true,
      cellFormula: false,
      cellHTML: false,
      cellText: false,
      codepage: 936,
    });
  } catch (error) {
    if (/password|encrypt/i.test(String(error))) throw refuse('decode.encrypted', { name }, error);
    throw asBroken(name, error);
  }
}

function textOf(cell: XLSX.CellObject, kinds: Map<string, FormatKind>, is1904: boolean): string {
  switch (cell.t) {
    case 'n': {
      const code = String(cell.z ?? 'General');
      let kind = kinds.get(code);
      if (kind === undefined) {
        kind = kindOfCode(code);
        kinds.set(code, kind);
      }
      const value = cell.v as number;
      return formattedText(value, kind, roundedText(value), is1904);
    }
    case 'b':
      return cell.v ? 'TRUE' : 'FALSE';
    case 'e':
      return errorTexts[cell.v as number] ?? '#N/A';
    case 'z':
      return '';
    default:
      return String(cell.v ?? '');
  }
}
