import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';

export interface DrillNight {
  /** The business day of the night, `yyyy-MM-dd`. */
  readonly day: string;
  /** Codes of the distributors; each has a folder of its own, and so have the lists of the manufacturer: `own`. */
  readonly senders: readonly string[];
}

export interface DrillSize {
  readonly senders: number;
  /** Lines of an ordinary file. */
  readonly rows: number;
}

const day = '2026-03-22';
export const drillSize: DrillSize = { senders: 3, rows: 25 };

/**
 * Writes a small night into `folder`, a drop folder per source: lists, sales in two encodings, a correction, a workbook, a packed
 * file, lines that occur twice on purpose, rows that belong into quarantine, the same bytes under two names, and a file that is no
 * table. All of it is invented, and equal for equal sizes.
 */
export async function writeDrillNight(folder: string, { senders, rows } = drillSize): Promise<DrillNight> {
  const codes = Array.from({ length: senders }, (_, at) => `d${at + 1}`);
  put(
    folder,
    'own/终端清单.csv',
    1,
    csv([['编码', '名称', '省份', '城市'], ...terminals.map((name, at) => [`T${at + 1}`, name, '湖南省', ''])]),
  );
  for (const [at, code] of codes.entries()) {
    const first = salesOf(at, '2026-03-20', rows);
    const encoding = at % 2 === 0 ? 'utf8' : 'gb18030';
    put(folder, `${code}/销售_20260320.csv`, 1, csv(first, encoding));
    put(folder, `${code}/销售_20260320_更正.csv`, 3, csv(corrected(first), encoding));
    put(folder, `${code}/采购_20260319.xlsx`, 2, await workbook(purchasesOf(at, '2026-03-19', rows)));
    put(folder, `${code}/销售_20260321.csv.gz`, 4, gzipSync(csv(salesOf(at + 10, '2026-03-21', rows), 'utf8')));
  }
  const [one = 'd1', other = one] = codes;
  const again = csv(salesOf(20, '2026-03-18', rows));
  put(folder, `${other}/销售_20260318.csv`, 2, again);
  put(folder, `${other}/销售_20260318(1).csv`, 3, again);
  put(folder, `${one}/销售_坏.csv`, 4, Buffer.from([0, 1, 2, 3, 255, 254, 0, 9, 8, 7]));
  return { day, senders: codes };
}

type Table = readonly (readonly string[])[];

const terminals = ['甲县人民医院', '乙区中医院', '丙诊所', '丁大药房', '戊镇卫生院', '己妇幼保健院', '庚药店', '辛医院'];
const products = ['某片', '某胶囊', '某颗粒'];

// Every ninth row has no customer and waits in quarantine; the last two lines are the same on purpose.
function salesOf(seed: number, on: string, rows: number): Table {
  const lines = Array.from({ length: rows }, (_, at) => {
    const pick = seed * 31 + at * 7;
    const customer = at % 9 === 4 ? '' : at % 5 === 1 ? `${terminals[pick % 8]}（新）` : terminals[pick % 8]!;
    const quantity = (pick % 17) + 1;
    return [on, customer, products[pick % 3]!, '0.3g*30片', String(quantity), '盒', (quantity * 12.5).toFixed(2), `L${(pick % 40) + 100}`];
  });
  return [['销售日期', '客户名称', '品名', '规格', '数量', '单位', '金额', '批号'], ...lines, ...lines.slice(-1)];
}

function purchasesOf(seed: number, on: string, rows: number): Table {
  const lines = Array.from({ length: rows }, (_, at) => [on, '某制药厂', products[(seed + at) % 3]!, '0.3g*30片', String(100 + at), '盒']);
  return [['采购日期', '供应商名称', '品名', '规格', '数量', '单位'], ...lines];
}

function corrected([head = [], first = [], ...rest]: Table): Table {
  return [head, first.with(4, '99').with(6, '1237.50'), ...rest];
}

function csv(table: Table, encoding = 'utf8'): Buffer {
  return iconv.encode(`${table.map((row) => row.join(',')).join('\r\n')}\r\n`, encoding);
}

async function workbook(table: Table): Promise<Buffer> {
  const { default: excel } = await import('exceljs');
  const book = new excel.Workbook();
  book.created = new Date('2026-03-19T00:00:00Z');
  book.modified = book.created;
  book.addWorksheet('明细').addRows(table.map((row) => [...row]));
  return Buffer.from(await book.xlsx.writeBuffer());
}

function put(folder: string, path: string, hour: number, bytes: Buffer): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  const moment = new Date(`2026-03-22T0${hour}:00:00Z`);
  utimesSync(file, moment, moment);
}
