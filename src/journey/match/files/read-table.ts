import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import { decode, defaultDecodeLimits } from '../../decode/decode.js';

export type TableRow = Readonly<Record<string, string>>;

/** Titles people put over the columns we know, compared without case, spaces and underscores. */
const titles: Record<string, readonly string[]> = {
  id: ['id', 'terminalid', 'masterid', 'rightmasterid', '编码', '终端编码', '客户编码', '主数据编码', 'code'],
  key: ['key', 'rowkey', '序号', '主键'],
  name: ['name', 'rawname', 'terminalname', '名称', '终端名称', '客户名称', '机构名称', '医院名称', '原始名称', '单位名称'],
  kind: ['kind', 'type', '类型', '终端类型', '机构类型'],
  province: ['province', '省', '省份', '省区'],
  city: ['city', '市', '城市', '地市', '地级市'],
  county: ['county', 'district', '区', '县', '区县', '县区'],
  address: ['address', '地址', '详细地址', '送货地址'],
  level: ['level', '等级', '级别', '医院等级'],
  former_names: ['formernames', 'former', 'aliases', '曾用名', '别名', '历史名称'],
  status: ['status', '状态'],
  distributor: ['distributor', '商业', '商业公司', '经销商', '一级商'],
  code: ['code', 'customercode', '客户代码', '商业客户编码'],
  rows: ['rows', '行数', '记录数'],
  amount: ['amount', '金额'],
  form: ['form', '形式'],
};

/**
 * Rows of a csv (UTF-8 or GB18030, told by its bytes) or xlsx file (first sheet) under our column names, in any column order.
 * `wanted` lists the columns looked for, the earlier claiming a title first; the missing ones are absent from the rows. Read as
 * it goes, the file is never held; `onColumns` hears which columns were found before the first row comes.
 */
export async function* readTable(
  path: string,
  wanted: readonly string[],
  required: readonly string[] = [],
  onColumns?: (found: ReadonlySet<string>) => void,
): AsyncGenerator<TableRow> {
  let columns: (string | null)[] | null = null;
  for await (const cells of /^\.xlsx?$/i.test(extname(path)) ? readSheet(path) : readCsv(path)) {
    if (columns === null) {
      columns = nameColumns(cells, wanted);
      const missing = required.filter((column) => !columns!.includes(column));
      if (missing.length > 0)
        throw new HubError(
          'config',
          message('match.missing-columns', { file: path, columns: missing.join(', '), found: cells.join(', ') }),
        );
      onColumns?.(new Set(columns.filter((column) => column !== null)));
      continue;
    }
    const row: Record<string, string> = {};
    for (const [at, column] of columns.entries()) {
      const cell = column === null ? undefined : cells[at]?.trim();
      if (column !== null && cell) row[column] = cell;
    }
    yield row;
  }
}

function nameColumns(cells: readonly string[], wanted: readonly string[]): (string | null)[] {
  const plain = cells.map((cell) => cell.toLowerCase().replace(/[\s_\-（）()]/g, ''));
  const columns: (string | null)[] = cells.map(() => null);
  for (const column of wanted) {
    const at = (titles[column] ?? [column])
      .map((title) => plain.findIndex((cell, i) => cell === title && columns[i] === null))
      .find((found) => found >= 0);
    if (at !== undefined) columns[at] = column;
  }
  return columns;
}

async function* readCsv(path: string): AsyncGenerator<string[]> {
  const encoding = isUtf8(path) ? 'utf8' : 'gb18030';
  const separator = path.endsWith('.tsv') ? '\t' : ',';
  const parser = parse({ bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, delimiter: separator });
  const source = createReadStream(path);
  const decoder = iconv.decodeStream(encoding);
  source.on('error', (error) => parser.destroy(error));
  decoder.on('error', (error: Error) => parser.destroy(error));
  source.pipe(decoder).pipe(parser);
  for await (const cells of parser) yield cells as string[];
}

async function* readSheet(path: string): AsyncGenerator<string[]> {
  for await (const event of decode({ path, name: basename(path) }, {}, defaultDecodeLimits)) {
    if (event.type === 'rows') for (const { cells } of event.rows) yield [...cells];
    else if (event.type === 'end') return;
  }
}

function isUtf8(path: string): boolean {
  const file = openSync(path, 'r');
  const head = Buffer.alloc(65_536);
  const length = readSync(file, head, 0, head.length, 0);
  closeSync(file);
  const text = new TextDecoder('utf-8').decode(head.subarray(0, length), { stream: true });
  return !text.includes('�');
}
