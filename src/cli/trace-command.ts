import type { Command } from 'commander';
import { type TracedRow, traceFile, traceRow, traceTotal } from '../db/trace.js';
import type { DecodeHints } from '../journey/decode/decode-event.js';
import { HubError } from '../model/hub-error.js';
import { message, renderMessage } from '../model/message.js';
import type { CommandContext } from './command-context.js';
import { table } from './table.js';
import { withContext } from './with-context.js';

/** Reads rows of a part again from stored bytes; rows that are not there are missing. */
export type ReadStoredRows = (
  file: { readonly path: string; readonly name: string },
  hints: DecodeHints,
  partPath: string,
  rowNos: ReadonlySet<number>,
) => Promise<ReadonlyMap<number, readonly string[]>>;

type Kind = 'sale' | 'purchase' | 'stock';
const kinds: readonly string[] = ['sale', 'purchase', 'stock'];

/** `huiliu trace total|line|row|file`: from a published figure back to cells, and from a file forward to the fate of its rows. */
export function registerTraceCommand(program: Command, open: () => Promise<CommandContext>, readRows: ReadStoredRows): void {
  const trace = program.command('trace').description('追溯 / from a figure to its cells, from a file to the fate of its rows');
  trace
    .command('total')
    .description('发布的数字及其明细 / a published figure and the lines behind it')
    .requiredOption('--terminal <code>', '终端编码 / terminal code')
    .option('--product <code>', '产品编码 / product code')
    .option('--month <yyyy-MM>', '计入月份 / counted month')
    .option('--kind <kind>', kinds.join('|'), 'sale')
    .option('--limit <count>', '列出几条明细 / how many lines', '200')
    .action((asked: Asked) => withContext(open, (context) => total(context, asked)));
  trace
    .command('row')
    .description('一行的原始单元格、去向和裁决 / original cells, fate and decisions of a row')
    .argument('<part>')
    .argument('<row>')
    .action((part: string, row: string) => withContext(open, (context) => oneRow(context, readRows, part, row)));
  trace
    .command('line')
    .description('同上，按明细主键 版次/部件/行号 / the same by generation/part/row')
    .argument('<key>')
    .action((key: string) =>
      withContext(open, (context) => {
        const [, part = '', row = ''] = key.split('/');
        return oneRow(context, readRows, part, row);
      }),
    );
  trace
    .command('file')
    .description('交付件每一行的去向，并核对原始字节 / the fate of every row of a delivery, with its bytes verified')
    .argument('<delivery-or-sha256>')
    .action((key: string) => withContext(open, (context) => file(context, key)));
}

interface Asked {
  readonly terminal: string;
  readonly product?: string;
  readonly month?: string;
  readonly kind: string;
  readonly limit: string;
}

async function total(context: CommandContext, { terminal, product, month, kind, limit }: Asked): Promise<void> {
  if (!kinds.includes(kind) || (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)))
    throw unknown(`${kind} ${month ?? ''}`.trim());
  const question = { terminal, kind: kind as Kind, ...(product && { product }), ...(month && { month }) };
  const traced = await traceTotal(context.database, question, Number(limit));
  if (!traced.agree) process.exitCode = 1;
  if (context.json) return context.printJson({ question, ...traced });
  const isChinese = context.language === 'zh';
  const heads = isChinese ? ['', '行数', '基本数量', '金额'] : ['', 'lines', 'base quantity', 'amount'];
  const sums = [
    [isChinese ? '发布' : 'published', traced.published.lines, traced.published.quantity, traced.published.amount],
    [isChinese ? '明细' : 'lines', traced.behind.lines, traced.behind.quantity, traced.behind.amount],
  ];
  for (const line of table(heads, sums, [1, 2, 3])) context.print(line);
  context.print(traced.agree ? (isChinese ? '一致。' : 'They agree.') : isChinese ? '不一致！' : 'They DIFFER.');
  context.print('');
  const titles = isChinese
    ? ['版次/部件/行', '日期', '原始名称', '产品', '数量', '金额', '来源', '部件', 'SHA-256']
    : ['generation/part/row', 'date', 'raw name', 'product', 'quantity', 'amount', 'source', 'part', 'SHA-256'];
  const rows = traced.lines.map((line) => [
    `${line.generationId}/${line.partId}/${line.rowNo}`,
    line.businessDate,
    line.rawName,
    line.rawProduct,
    line.quantity,
    line.amount,
    line.source,
    line.path,
    line.sha256.slice(0, 12),
  ]);
  for (const line of table(titles, rows, [4, 5])) context.print(line);
}

async function oneRow(context: CommandContext, readRows: ReadStoredRows, part: string, row: string): Promise<void> {
  const isKey = /^\d{1,18}$/.test(part) && /^\d{1,9}$/.test(row);
  const traced = isKey ? await traceRow(context.database, part, Number(row)) : null;
  if (!traced) throw unknown(`${part}/${row}`);
  const { place } = traced;
  const stored = { path: await context.landing.path(place.sha256), name: place.fileName };
  const cells = (await readRows(stored, place.hints, place.path, new Set([place.rowNo]))).get(place.rowNo) ?? null;
  if (context.json) return context.printJson({ ...traced, cells });
  printRow(context, traced, cells);
}

function printRow(context: CommandContext, traced: TracedRow, cells: readonly string[] | null): void {
  const { place } = traced;
  const isChinese = context.language === 'zh';
  context.print(`${place.source}  ${place.fileName}  ${place.path}:${place.rowNo}`);
  context.print(`SHA-256 ${place.sha256}`);
  if (cells === null) context.print(isChinese ? '文件中没有这一行。' : 'The file has no such row.');
  const width = Math.max(place.titles.length, cells?.length ?? 0);
  const shown = cells ? Array.from({ length: width }, (_, index) => [index + 1, place.titles[index] ?? '', cells[index] ?? '']) : [];
  for (const line of table(isChinese ? ['列', '标题', '单元格'] : ['column', 'title', 'cell'], shown, [0])) context.print(line);
  context.print('');
  context.print(`${isChinese ? '去向' : 'fate'}: ${traced.fate} ${traced.rule}`.trimEnd());
  for (const issue of traced.issues) context.print(`  ${renderMessage(issue.told, context.language)}`);
  for (const line of traced.lines) {
    context.print(
      `  ${line.generationId} ${line.state} ${line.businessDate} ${line.rawName ?? ''} -> ${line.terminal ?? '?'} ${line.quantity} ${line.amount ?? ''}`,
    );
  }
  for (const decision of traced.decisions) {
    const undone = decision.undoes ? ` (undo ${decision.undoes})` : '';
    context.print(
      `  ${decision.inForce ? '*' : ' '} #${decision.id} ${decision.decidedAt} ${decision.actor}: ${decision.verdict} ${decision.terminal ?? ''}${undone}`,
    );
  }
}

async function file(context: CommandContext, key: string): Promise<void> {
  const traced = await traceFile(context.database, key.toLowerCase());
  const [first] = traced;
  if (!first) throw unknown(key);
  const bytesVerified = await context.landing.verify(first.sha256);
  const agrees = bytesVerified && traced.every(({ parts }) => parts.every(({ agree }) => agree));
  if (!agrees) process.exitCode = 1;
  if (context.json) return context.printJson({ bytesVerified, agrees, deliveries: traced });
  const isChinese = context.language === 'zh';
  const verified = isChinese
    ? bytesVerified
      ? '字节与摘要一致'
      : '字节与摘要不一致！'
    : bytesVerified
      ? 'bytes verified'
      : 'bytes DIFFER';
  for (const delivery of traced) {
    context.print(`#${delivery.deliveryId} ${delivery.source} ${delivery.name} ${delivery.state}`);
    context.print(`SHA-256 ${delivery.sha256} ${verified}`);
    const heads = isChinese
      ? ['部件', '编号', '读出', '入库', '隔离', '舍去', '核对']
      : ['part', 'id', 'decoded', 'loaded', 'quarantined', 'dropped', 'check'];
    const rows = delivery.parts.map(({ part, agree }) => [
      part.path,
      part.partId,
      part.decoded,
      part.loaded,
      part.quarantined,
      part.droppedCount,
      agree ? '=' : '!',
    ]);
    for (const line of table(heads, rows, [2, 3, 4, 5])) context.print(line);
    for (const { part, loaded, quarantined } of delivery.parts) {
      for (const one of loaded)
        context.print(`  ${part.path}  ${one.kind} ${one.businessDate}  ${one.generationId} ${one.state}: ${one.rows}`);
      for (const [rule, { count, ranges }] of Object.entries(part.dropped)) {
        const where = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
        context.print(`  ${part.path}  ${rule}: ${count} (${where})`);
      }
      for (const row of quarantined)
        context.print(`  ${part.path}:${row.rowNo}  ${row.issues.map(({ told }) => renderMessage(told, context.language)).join(' ')}`);
    }
  }
}

const unknown = (what: string): HubError => new HubError('config', message('desk.nothing-to-trace', { what }));
