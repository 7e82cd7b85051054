import type { Command } from 'commander';
import { countQuarantine, listQuarantine, type QuarantineFilter } from '../db/quarantine-store.js';
import { type MapQuarantined, type Patches, replayQuarantine } from '../db/replay-quarantine.js';
import { renderMessage } from '../model/message.js';
import type { CommandContext } from './command-context.js';
import { readCorrections, writeQuarantineWorkbook } from './quarantine-workbook.js';
import { table } from './table.js';
import { withContext } from './with-context.js';

interface Filter {
  readonly delivery?: string;
  readonly rule?: string;
}

/** What replaying needs besides the context: the layouts of today, bound to a source. */
export type OpenMapper = (context: CommandContext) => Promise<MapQuarantined>;

/** `huiliu quarantine list|export|replay`. A refused workbook gives exit code 1. */
export function registerQuarantineCommand(program: Command, open: () => Promise<CommandContext>, openMapper: OpenMapper): void {
  const quarantine = program.command('quarantine').description('隔离区 / rows that could not be accepted');
  const filtered = (command: Command) =>
    command.option('--delivery <id>', '只看一个交付件 / one delivery').option('--rule <rule>', '只看一条规则 / one rule');
  filtered(quarantine.command('list').description('按来源和规则统计，再列出各行 / counts by source and rule, then rows')).action(
    (filter: Filter) => withContext(open, (context) => list(context, toFilter(filter))),
  );
  filtered(quarantine.command('export').description('导出原始单元格和原因 / write original cells and reasons into a workbook'))
    .argument('<file.xlsx>')
    .action((file: string, filter: Filter) => withContext(open, (context) => exportRows(context, file, toFilter(filter))));
  quarantine
    .command('replay')
    .description('用现在的版式（和更正的单元格）重放 / map again with the layouts of today and corrected cells')
    .argument('[file.xlsx]')
    .option('--delivery <id>', '只重放一个交付件 / one delivery')
    .action((file: string | undefined, filter: Filter) =>
      withContext(open, async (context) => replay(context, await openMapper(context), file, filter)),
    );
}

const toFilter = ({ delivery, rule }: Filter): QuarantineFilter => ({ ...(delivery && { deliveryId: delivery }), ...(rule && { rule }) });

async function list(context: CommandContext, filter: QuarantineFilter): Promise<void> {
  const [counts, rows] = await Promise.all([
    countQuarantine(context.database, filter),
    listQuarantine(context.database, filter, context.json ? undefined : 50),
  ]);
  if (context.json) return context.printJson({ counts, rows });
  const isChinese = context.language === 'zh';
  if (counts.length === 0) return context.print(isChinese ? '隔离区是空的。' : 'The quarantine is empty.');
  const heads = isChinese ? ['来源', '规则', '行数', '交付件'] : ['source', 'rule', 'rows', 'deliveries'];
  for (const line of table(
    heads,
    counts.map((one) => [one.source, one.rule, one.rows, one.deliveries]),
    [2, 3],
  ))
    context.print(line);
  context.print('');
  for (const row of rows) {
    const reasons = row.issues.map(({ told }) => renderMessage(told, context.language)).join(' ');
    context.print(`#${row.id}  ${row.source}  ${row.path}:${row.rowNo}  ${reasons}`);
  }
}

async function exportRows(context: CommandContext, file: string, filter: QuarantineFilter): Promise<void> {
  const rows = await listQuarantine(context.database, filter);
  await writeQuarantineWorkbook(file, rows, 'zh');
  if (context.json) return context.printJson({ file, rows: rows.length });
  context.print(context.language === 'zh' ? `${file}：已导出 ${rows.length} 行。` : `${file}: ${rows.length} rows written.`);
}

async function replay(context: CommandContext, mapRows: MapQuarantined, file: string | undefined, { delivery }: Filter): Promise<void> {
  let patches: Patches | undefined;
  if (file) {
    const read = await readCorrections(file, await listQuarantine(context.database, {}));
    if (read.problems.length > 0) {
      process.exitCode = 1;
      if (context.json)
        return context.printJson({ problems: read.problems.map((told) => ({ ...told, text: renderMessage(told, context.language) })) });
      for (const problem of read.problems) context.print(renderMessage(problem, context.language));
      return;
    }
    patches = read.patches;
  }
  const result = await replayQuarantine(context.database, mapRows, {
    ...{ actor: context.actor },
    ...(delivery && { deliveryId: delivery }),
    ...(patches && { patches }),
  });
  if (context.json) return context.printJson({ problems: [], corrected: patches?.size ?? 0, ...result });
  const { replayed, dropped, stillOpen } = result;
  context.print(
    context.language === 'zh'
      ? `重放：${replayed} 行已入库，${dropped} 行按规则舍去，${stillOpen} 行仍在隔离区。`
      : `Replayed: ${replayed} rows loaded, ${dropped} left out by rule, ${stillOpen} still in quarantine.`,
  );
}
