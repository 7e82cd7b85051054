import { type FlowKind, flowKinds } from '../../src/model/kind.js';
import type { Shape } from './distributors.js';
import type { DayBooks } from './flow-rows.js';
import { kindNames, type Table, tabulate } from './table.js';
import { writeDbf } from './writers/write-dbf.js';
import { writeDelimited } from './writers/write-delimited.js';
import { writeFixed } from './writers/write-fixed.js';
import { writeHtml } from './writers/write-html.js';
import { writeJson, writeNdjson } from './writers/write-json.js';
import { writeWorkbook } from './writers/write-workbook.js';
import { writeXml } from './writers/write-xml.js';
import { writeZip } from './writers/write-zip.js';

/** A file as it leaves the sender, and the tables it holds. */
export interface SampleFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly tables: readonly Table[];
}

/** One day of one distributor in the shape of his house. */
export function filesOfTheDay(books: DayBooks): SampleFile[] {
  return shapes[books.distributor.shape](books, books.day.replaceAll('-', ''));
}

const shapes: Record<Shape, (books: DayBooks, day: string) => SampleFile[]> = {
  'csv-gb18030': perKind(
    (kind, day) => `${kindNames[kind]}_${day}.csv`,
    (table) => writeDelimited(table, ',', 'gb18030'),
  ),

  'tsv-gbk': (books, day) =>
    flowKinds.map((kind) => {
      const table = tabulate(books, kind, { totals: true });
      return {
        name: `${{ sale: 'SM', purchase: 'PM', stock: 'IM' }[kind]}_D02_${day}.txt`,
        bytes: writeDelimited(table, '\t', 'gb18030'),
        tables: [table],
      };
    }),

  'xlsx-two-level': (books, day) =>
    flowKinds.map((kind) => {
      const titles = [`${books.distributor.name}${kindNames[kind]}明细表`, `统计日期：${books.day}`, ''];
      const table = tabulate(books, kind, { titles, totals: true, ...(kind === 'sale' && { subtotals: true }) });
      return { name: `${kindNames[kind]}明细${day}.xlsx`, bytes: writeWorkbook([table], { type: 'xlsx' }), tables: [table] };
    }),

  'zip-of-csv': (books, day) => {
    const tables = flowKinds.map((kind) => tabulate(books, kind));
    const members = tables.map((table) => ({ name: `${table.name}流向${day}.csv`, bytes: writeDelimited(table, ',', 'gb18030') }));
    return [{ name: `D04_${day}.zip`, bytes: writeZip(members), tables }];
  },

  'xls-three-sheets': (books, day) => {
    const tables = flowKinds.map((kind) => tabulate(books, kind));
    return [{ name: `${books.distributor.name}${day}.xls`, bytes: writeWorkbook(tables, { type: 'biff8' }), tables }];
  },

  'html-named-xls': (books, day) =>
    flowKinds.map((kind) => {
      const table = tabulate(books, kind, { titles: [`${kindNames[kind]}查询结果`], totals: true, pageLines: 200 });
      return { name: `report_${kind}_${day}.xls`, bytes: writeHtml(table), tables: [table] };
    }),

  dbf: (books, day) => {
    const [year = 0, month = 0, date = 0] = books.day.split('-').map(Number);
    return flowKinds.map((kind) => {
      const table = tabulate(books, kind);
      return {
        name: `${{ sale: 'XS', purchase: 'JH', stock: 'KC' }[kind]}${day}.DBF`,
        bytes: writeDbf(table, [year, month, date]),
        tables: [table],
      };
    });
  },

  json: (books, day) =>
    flowKinds.map((kind) => {
      const table = tabulate(books, kind);
      const isList = kind === 'stock';
      return {
        name: `${kind}-${day}.${isList ? 'ndjson' : 'json'}`,
        bytes: isList ? writeNdjson(table) : writeJson(table),
        tables: [table],
      };
    }),

  'xlsx-three-sheets': (books, day) => {
    const tables = flowKinds.map((kind) => tabulate(books, kind));
    return [{ name: `苏淮清日报${day}.xlsx`, bytes: writeWorkbook(tables, { type: 'xlsx' }), tables }];
  },

  'xlsx-sheet-per-product': (books, day) => {
    const sales = salesByProduct(books).map((rows) => {
      const { genericName, spec } = rows[0]!.product;
      return tabulate(books, 'sale', { rows, totals: true, name: `${genericName} ${spec.replaceAll('*', '×')}` });
    });
    const rest = (['purchase', 'stock'] as const).map((kind) => tabulate(books, kind));
    return [
      { name: `分品种销售${day}.xlsx`, bytes: writeWorkbook(sales, { type: 'xlsx' }), tables: sales },
      ...rest.map((table) => ({ name: `${table.name}${day}.xlsx`, bytes: writeWorkbook([table], { type: 'xlsx' }), tables: [table] })),
    ];
  },

  'csv-utf8-bom': perKind(
    (kind, day) => `闽舟${kindNames[kind]}${day}.csv`,
    (table) => writeDelimited(table, ',', 'utf-8-bom'),
  ),

  'zip-of-xls-product-in-title': (books, day) => {
    const members = salesByProduct(books).map((rows, index) => {
      const { genericName, spec, manufacturer } = rows[0]!.product;
      const titles = [`${books.distributor.name}销售流向`, `产品名称：${genericName}  规格：${spec}  生产企业：${manufacturer}`];
      const table = tabulate(books, 'sale', { rows, titles, totals: true, name: '销售' });
      return {
        name: `销售流向_${String(index + 1).padStart(2, '0')}_${genericName}.xls`,
        bytes: writeWorkbook([table], { type: 'biff8' }),
        table,
      };
    });
    const rest = (['purchase', 'stock'] as const).map((kind) => {
      const table = tabulate(books, kind, { titles: [`${books.distributor.name}${kindNames[kind]}表`] });
      return { name: `${kindNames[kind]}.xls`, bytes: writeWorkbook([table], { type: 'biff8' }), table };
    });
    const all = [...members, ...rest];
    return [{ name: `秦川汇${day}.zip`, bytes: writeZip(all), tables: all.map(({ table }) => table) }];
  },

  xml: (books, day) =>
    flowKinds.map((kind) => {
      const table = tabulate(books, kind);
      return { name: `${kindNames[kind]}-${day}.xml`, bytes: writeXml(table), tables: [table] };
    }),

  'fixed-width': perKind((kind, day) => `${{ sale: 'XS', purchase: 'GJ', stock: 'KC' }[kind]}${day.slice(2)}.TXT`, writeFixed),

  'xlsx-serial-dates': (books, day) =>
    flowKinds.map((kind) => {
      const table = tabulate(books, kind);
      const dates = kind === 'stock' ? 'formatted' : 'serial';
      return { name: `冀泓${kindNames[kind]}${day}.xlsx`, bytes: writeWorkbook([table], { type: 'xlsx', dates }), tables: [table] };
    }),

  'xlsx-plain': (books, day) =>
    flowKinds.map((kind) => {
      const table = tabulate(books, kind, {
        titles: [`${books.distributor.name}${kindNames[kind]}流向`],
        totals: true,
        note: '制表人：系统管理员',
      });
      return { name: `沪汇清_${kindNames[kind]}_${day}.xlsx`, bytes: writeWorkbook([table], { type: 'xlsx' }), tables: [table] };
    }),
};

/** A plain file for each kind. */
function perKind(
  name: (kind: FlowKind, day: string) => string,
  write: (table: Table) => Buffer,
): (books: DayBooks, day: string) => SampleFile[] {
  return (books, day) =>
    flowKinds.map((kind) => {
      const table = tabulate(books, kind);
      return { name: name(kind, day), bytes: write(table), tables: [table] };
    });
}

function salesByProduct({ rows }: DayBooks): DayBooks['rows']['sale'][] {
  return [...new Set(rows.sale.map(({ product }) => product))].map((product) => rows.sale.filter((row) => row.product === product));
}
