import { readHead } from './content.js';
import { isDbfHeader } from './dbf-header.js';

export const sniffBytes = 64 * 1024;

/** What a file is, by its bytes. `zip` may be a workbook and `ole2` may be many things: their parts tell. */
type Kind =
  | 'empty'
  | 'zip'
  | 'gzip'
  | 'ole2'
  | 'biff'
  | 'dbf'
  | 'mdb'
  | 'html'
  | 'xml'
  | 'spreadsheetml'
  | 'json'
  | 'ndjson'
  | 'text'
  | 'foreign'
  | 'unknown';

/** `what` names a foreign kind for people, '' otherwise. */
export interface Sniffed {
  readonly kind: Kind;
  readonly what: string;
}

const signatures: readonly [offset: number, hex: string, what: string][] = [
  [0, '89504e47', 'PNG 图片 (picture)'],
  [0, 'ffd8ff', 'JPEG 图片 (picture)'],
  [0, '47494638', 'GIF 图片 (picture)'],
  [0, '49492a00', 'TIFF 图片 (picture)'],
  [0, '4d4d002a', 'TIFF 图片 (picture)'],
  [8, '57454250', 'WebP 图片 (picture)'],
  [4, '66747970', '视频或 HEIC 图片 (video or picture)'],
  [0, '25504446', 'PDF 文档 (document)'],
  [0, '526172211a07', 'RAR 压缩包 (archive)'],
  [0, '377abcaf271c', '7z 压缩包 (archive)'],
  [0, '425a68', 'bzip2 压缩包 (archive)'],
  [0, 'fd377a585a00', 'xz 压缩包 (archive)'],
  [0, '28b52ffd', 'Zstandard 压缩包 (archive)'],
  [257, '7573746172', 'tar 归档 (archive)'],
  [0, '7f454c46', '程序 (program)'],
  [0, '53514c69746520666f726d6174', 'SQLite 数据库 (database)'],
  [0, '7b5c727466', 'RTF 文档 (document)'],
  [0, '789f3e22', 'Outlook winmail.dat'],
];
const tags = /^<(!doctype\s+html|html|head|body|meta|table|style|title|div|center|font|script|form|p|br|span|link|thead|tbody|tr)\b/i;

/** Reads a file's kind out of its first bytes (64 KB are enough), never out of its name. */
export function sniff(file: string | Uint8Array): Sniffed {
  const head = typeof file === 'string' ? readHead(file, sniffBytes) : Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const hex = head.toString('hex', 0, 512);
  if (head.length === 0) return { kind: 'empty', what: '' };
  if (hex.startsWith('504b0304') || hex.startsWith('504b0506') || hex.startsWith('504b0708')) return { kind: 'zip', what: '' };
  if (hex.startsWith('1f8b08')) return { kind: 'gzip', what: '' };
  if (hex.startsWith('d0cf11e0a1b11ae1')) return { kind: 'ole2', what: '' };
  if (isBiff(head)) return { kind: 'biff', what: '' };
  if (hex.startsWith('000100005374616e6461726420', 0) && /^(4a6574|414345)/u.test(hex.slice(26))) return { kind: 'mdb', what: '' };
  for (const [offset, signature, what] of signatures) {
    if (hex.startsWith(signature, offset * 2)) return { kind: 'foreign', what };
  }
  if (hex.startsWith('424d') && head.length > 30 && head.readUInt32LE(6) === 0) return { kind: 'foreign', what: 'BMP 图片 (picture)' };
  if (hex.startsWith('4d5a') && head.subarray(0, 1024).includes(0)) return { kind: 'foreign', what: '程序 (program)' };
  if (isDbfHeader(head)) return { kind: 'dbf', what: '' };
  return sniffText(head);
}

/** A BOF record of a stream without OLE2 around it, as Excel 2 to 4 and some report writers make it. */
function isBiff(head: Buffer): boolean {
  if (head.length < 8 || head[0] !== 0x09) return false;
  const version = head[1]!;
  const byteCount = head.readUInt16LE(2);
  const expected = { 0: [4], 2: [4, 6], 4: [6, 8], 8: [8, 16] }[version];
  return expected?.includes(byteCount) ?? false;
}

function sniffText(head: Buffer): Sniffed {
  const wide = utf16Of(head);
  const even = head.subarray(0, head.length & ~1);
  const text = wide === null ? head.toString('latin1') : new TextDecoder(wide).decode(even);
  if (wide === null && isBinary(head)) return { kind: 'unknown', what: '' };
  const start = text.replace(/^(\xEF\xBB\xBF|\x84\x31\x95\x33|\uFEFF)?\s*/, '');
  if (tags.test(start)) return { kind: 'html', what: '' };
  if (/^<(\?xml|!--|!doctype|[a-z_][\w.:-]*[\s/>])/i.test(start)) return { kind: sniffXml(start), what: '' };
  if (/^(\{\s*["}]|\[\s*[[{\]"])/.test(start)) return { kind: isNdjson(start) ? 'ndjson' : 'json', what: '' };
  if (/^(MIME-Version|Return-Path|Received|X-[\w-]+): /i.test(start)) return { kind: 'foreign', what: 'a mail or web archive (MHTML)' };
  if (start.startsWith('%!PS')) return { kind: 'foreign', what: 'a PostScript document' };
  return { kind: 'text', what: '' };
}

function sniffXml(start: string): Kind {
  const body = start.replace(/^(\s|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/, '');
  if (tags.test(body)) return 'html';
  return /urn:schemas-microsoft-com:office:spreadsheet/.test(start) && /<(\w+:)?Workbook\b/.test(start) ? 'spreadsheetml' : 'xml';
}

/** One record per line: the first line closes what it opens, and the next one opens again (or there is just the one). */
function isNdjson(start: string): boolean {
  if (start.startsWith('{"huiliu":{')) return true; // what we pulled ourselves, perhaps without a row
  const [first, second] = start.split(/\r?\n\s*/, 2);
  return start.startsWith('{') && /\}\s*$/.test(first!) && second?.startsWith('{') === true;
}

/** Text has hardly any control characters besides line ends and tabs; a few NULs are a fault told later. */
function isBinary(head: Buffer): boolean {
  const sample = head.subarray(0, 4096);
  const controls = sample.filter(
    (byte) => byte < 0x20 && byte !== 0 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 0x1a,
  );
  const leadingNuls = sample.findIndex((byte) => byte !== 0);
  return controls.length > sample.length / 50 || leadingNuls > 3;
}

/** UTF-16 by its mark, or by NULs that nearly all stand in the same half of the units. */
export function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < sample.length; at++) {
    if (sample[at] === 0) at % 2 === 0 ? even++ : odd++;
  }
  if (even + odd < sample.length / 20 || even + odd === sample.length) return null;
  if (odd > 19 * even) return 'utf-16le';
  return even > 19 * odd ? 'utf-16be' : null;
}
