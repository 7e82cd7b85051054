import { isUtf8 } from 'node:buffer';
import { message } from '../../model/message.js';
import { type DbfField, type DbfHeader, readDbfHeader } from './dbf-header.js';
import type { DecodeEvent, EncodingEvidence } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import { roundedText } from './number-text.js';
import { PartRows } from './part-rows.js';
import { refuse } from './refuse.js';
import { sniffBytes } from './sniff.js';

const textTypes = 'CV';
const memoTypes = 'MGP';

/**
 * Reads a dBase or FoxPro table. Numbers are kept as the digits in the file. Row 1 is the header (the field names) and
 * record n is row n + 1; deleted records are passed over and keep their numbers. A file with fewer or more records
 * than its header says was caught while being written.
 */
export function* decodeDbf(task: DecodeTask): Generator<DecodeEvent> {
  const { content, path } = task;
  const header = readDbfHeader(content.head(sniffBytes))!;
  checkSize(task, header);
  const fields = header.fields.filter((field) => field.type !== '0');
  const unreadable = fields.find((field) => 'QV'.includes(field.type));
  if (unreadable !== undefined) throw refuse('decode.broken', { name: path, detail: `field type ${unreadable.type}` });
  const evidence = chooseDbfEncoding(task, header);
  const texts = new DbfTexts(path, evidence.encoding);

  const out = new PartRows(task, { path, fileName: task.fileName, sheet: null, media: 'dbf', encoding: evidence });
  const names = fields.map((field) => texts.decode(field.nameBytes, 1, ''));
  out.addChecked(1, [...names]);
  let rowNo = 1;
  let hasMemo = false;
  for (const record of records(task, header)) {
    rowNo += 1;
    if (record[0] === 0x2a) continue;
    const cells = fields.map((field, at) => {
      const bytes = record.subarray(field.offset, field.offset + field.size);
      if (memoTypes.includes(field.type)) {
        hasMemo ||= pointsAtMemo(bytes);
        return '';
      }
      return textTypes.includes(field.type) ? texts.decode(bytes, rowNo, names[at]!) : valueText(field, bytes);
    });
    out.addChecked(rowNo, cells);
    if (out.full) yield* out.flush();
  }
  yield* out.end();

  const memos = fields.flatMap((field, at) => (memoTypes.includes(field.type) ? [names[at]] : [])).join(', ');
  if (hasMemo) yield { type: 'skipped', path, reason: message('decode.memo-missing', { name: path, fields: memos }) };
  if (texts.halves > 0) {
    const values = { name: path, count: texts.halves, row: texts.firstHalfRow, field: texts.firstHalfField };
    yield { type: 'skipped', path, reason: message('decode.half-characters', values) };
  }
}

function checkSize({ content, path }: DecodeTask, { headerBytes, recordBytes, recordCount }: DbfHeader): void {
  const held = Math.floor((content.size - headerBytes) / recordBytes);
  if (held < recordCount) throw refuse('decode.half-written', { name: path, detail: `${held} / ${recordCount}` });
  if (held === recordCount) return;
  for (const chunk of tail(content.chunks(), headerBytes + recordBytes * recordCount)) {
    if (chunk[0] === 0x1a || chunk[0] === 0) return;
    throw refuse('decode.half-written', { name: path, detail: `${held} / ${recordCount}` });
  }
}

function* tail(chunks: Iterable<Buffer>, from: number): Generator<Buffer> {
  let at = 0;
  for (const chunk of chunks) {
    if (at + chunk.length > from) yield chunk.subarray(Math.max(0, from - at));
    at += chunk.length;
  }
}

function* records({ content }: DecodeTask, { headerBytes, recordBytes, recordCount }: DbfHeader): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let count = 0;
  for (const chunk of tail(content.chunks(), headerBytes)) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (; at + recordBytes <= bytes.length && count < recordCount; at += recordBytes) {
      yield bytes.subarray(at, at + recordBytes);
      count += 1;
    }
    if (count === recordCount) return;
    rest = bytes.subarray(at);
  }
}

/** Texts are UTF-8 only if every one of them is; the code page byte of the header is mostly wrong and counts for nothing. */
function chooseDbfEncoding(task: DecodeTask, header: DbfHeader): EncodingEvidence {
  const fields = header.fields.filter((field) => textTypes.includes(field.type));
  const isWhole = (bytes: Buffer) => isUtf8(bytes);
  let utf8 = header.fields.every((field) => isWhole(field.nameBytes));
  for (const record of utf8 ? records(task, header) : []) {
    utf8 = fields.every((field) => isWhole(record.subarray(field.offset, field.offset + field.size)));
    if (!utf8) break;
  }
  if (utf8) return { encoding: 'utf-8', because: 'strict-utf-8' };
  const { encoding } = task.hints;
  if (encoding === 'big5' || encoding === 'gb18030') return { encoding, because: 'source' };
  return { encoding: 'gb18030', because: 'strict-gb18030' };
}

/** Field widths count bytes, so a writer may cut the last character in half; the half is dropped and counted. */
class DbfTexts {
  halves = 0;
  firstHalfRow = 0;
  firstHalfField = '';
  private readonly decoder;

  constructor(
    private readonly path: string,
    private readonly encoding: string,
  ) {
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  decode(bytes: Buffer, row: number, field: string): string {
    try {
      return trimPadding(this.decoder.decode(bytes));
    } catch (error) {
      const last = bytes.at(-1)!;
      const cut = field !== '' && last >= 0x81 ? this.withoutHalf(bytes) : null;
      if (cut === null) {
        const values = { line: row, offset: 0, bytes: bytes.subarray(0, 16).toString('hex').toUpperCase() };
        throw refuse('decode.unreadable-text', { name: this.path, tried: `${this.encoding.toUpperCase()} (${field})`, ...values }, error);
      }
      this.halves += 1;
      this.firstHalfRow ||= row;
      this.firstHalfField ||= field;
      return trimPadding(cut);
    }
  }

  private withoutHalf(bytes: Buffer): string | null {
    try {
      return this.decoder.decode(bytes.subarray(0, bytes.length - 1));
    } catch {
      return null;
    }
  }
}

function trimPadding(text: string): string {
  return text.replace(/[ \0]+$/, '');
}

function valueText(field: DbfField, bytes: Buffer): string {
  switch (field.type) {
    case 'D':
      return dayText(bytes.toString('latin1'));
    case 'L':
      return { T: 'TRUE', t: 'TRUE', Y: 'TRUE', y: 'TRUE', F: 'FALSE', f: 'FALSE', N: 'FALSE', n: 'FALSE' }[bytes.toString('latin1')] ?? '';
    case 'I':
    case '+':
      return bytes.length === 4 ? String(bytes.readInt32LE(0)) : bytes.toString('latin1').trim();
    case 'B':
    case 'O':
      return bytes.length === 8 ? roundedText(bytes.readDoubleLE(0)) : bytes.toString('latin1').trim();
    case 'Y':
      return moneyText(bytes.readBigInt64LE(0));
    case 'T':
    case '@':
      return momentText(bytes.readInt32LE(0), bytes.readInt32LE(4));
    default:
      return bytes.toString('latin1').replaceAll('\0', ' ').trim();
  }
}

function dayText(raw: string): string {
  if (/^\d{8}$/.test(raw) && raw !== '00000000') return `${raw.slice(0, 4)}-${raw.slice(4, 6)}-${raw.slice(6)}`;
  return /^[ 0\0]*$/.test(raw) ? '' : raw.trim();
}

/** Currency is a whole number of ten-thousandths. */
function moneyText(value: bigint): string {
  const sign = value < 0n ? '-' : '';
  const digits = String(value < 0n ? -value : value).padStart(5, '0');
  return `${sign}${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
}

/** A Julian day and milliseconds; writers are off by one millisecond, so seconds are rounded. */
function momentText(day: number, ms: number): string {
  if (day <= 0 || day > 5_373_484) return '';
  const moment = new Date((day - 2_440_588) * 86_400_000 + Math.round(ms / 1000) * 1000).toISOString();
  return moment.slice(11, 19) === '00:00:00' ? moment.slice(0, 10) : `${moment.slice(0, 10)} ${moment.slice(11, 19)}`;
}

function pointsAtMemo(bytes: Buffer): boolean {
  return bytes.length === 4 ? bytes.readUInt32LE(0) !== 0 : /[1-9]/.test(bytes.toString('latin1'));
}
