import type { Command } from 'commander';
import { refreshFigures } from '../db/figures/refresh-figures.js';
import {
  countQuarantine,
  listQuarantine,
  type QuarantineCount,
  type QuarantinedRow,
  type QuarantineFilter,
} from '../db/quarantine-store.js';
import { type MapQuarantined, type Patches, replayQuarantine } from '../db/replay-quarantine.js';
import { renderMessage } from '../model/message.js';
import type { CommandContext } from './command-context.js';
import type { Desk } from './desk.js';
import { exitCode } from './exit-code.js';
import { grouped } from './grouped.js';
import { readCorrections, writeQuarantineWorkbook } from './quarantine-workbook.js';
import { showTable } from './show-table.js';
import { wrapTo } from './text-width.js';
import { withContext } from './with-context.js';
import { wordOf } from './word-of.js';
import { WrongUsage } from './wrong-usage.js';

interface Filter {
  readonly delivery?: string;
  readonly rule?: string;
}

/** What replaying needs besides the context: the layouts of today, bound to a source. */
export type OpenMapper = (context: CommandContext) => Promise<MapQuarantined>;

const shownRows = 50;

/** `huiliu quarantine list|export|replay`. A workbook with mistakes is wrong input: exit code 2. */
export function registerQuarantineCommand(program: Command, { text, width, open, finish }: Desk, openMapper: OpenMapper): void {
  const quarantine = program.command('quarantine').description(text('quarantine.about'));
  const filtered = (command: Command) =>
    command.option('--delivery <id>', text('quarantine.opt-delivery')).option('--rule <rule>', text('quarantine.opt-rule'));
  filtered(quarantine.command('list').description(text('quarantine.list.about'))).action((filter: Filter) =>
    withContext(open, (context) => list(context, toFilter(filter))),
  );
  filtered(quarantine.command('export').description(text('quarantine.export.about')))
    .argument('<file.xlsx>', text('desk.arg-workbook'))
    .option('--force', text('desk.opt-force'), false)
    .action((file: string, { force, ...filter }: Filter & { force: boolean }) =>
      withContext(open, (context) => exportRows(context, file, toFilter(filter), force)),
    );
  quarantine
    .command('replay')
    .description(text('quarantine.replay.about'))
    .argument('[file.xlsx]', text('quarantine.arg-corrected'))
    .option('--delivery <id>', text('quarantine.opt-delivery'))
    .action((file: string | undefined, filter: Filter) =>
      withContext(open, async (context) => replay(context, await openMapper(context), file, toFilter(filter))),
    );

  async function list(context: CommandContext, filter: QuarantineFilter): Promise<void> {
    const counts = await countQuarantine(context.database, filter);
    const rows = await listQuarantine(context.database, filter, context.json ? undefined : shownRows + 1);
    if (context.json) return context.printJson({ counts, rows });
    if (counts.length === 0) return context.print(text('quarantine.none'));
    print(context, [...countTable(counts), '', ...rowTable(rows.slice(0, shownRows))]);
    if (rows.length <= shownRows) return;
    const all = (await listQuarantine(context.database, filter)).length;
    const values = { shown: shownRows, count: grouped(all), command: 'huiliu quarantine export rows.xlsx' };
    print(context, wrapTo(text('desk.more', values), width));
  }

  function countTable(counts: readonly QuarantineCount[]): string[] {
    const columns = [
      { title: text('report.col-source'), shrinks: true },
      { title: text('desk.rule') },
      { title: text('quarantine.col-reason') },
      { title: text('desk.rows'), align: 'right' as const },
      { title: text('quarantine.col-deliveries'), align: 'right' as const },
    ];
    const rows = counts.map(({ source, rule, rows: count, deliveries }) => [
      ...[source, rule, wordOf('rule', rule, text)],
      ...[count, deliveries],
    ]);
    return showTable(columns, rows, { width });
  }

  /** A line per reason; the whole text of a reason is in the workbook and in `trace row`. */
  function rowTable(rows: readonly QuarantinedRow[]): string[] {
    const columns = [
      { title: text('desk.id'), align: 'right' as const },
      { title: text('report.col-source') },
      { title: text('trace.col-part'), shrinks: true },
      { title: text('desk.row'), align: 'right' as const },
      { title: text('quarantine.col-column'), shrinks: true },
      { title: text('quarantine.col-value'), shrinks: true },
      { title: text('quarantine.col-reason') },
    ];
    const shown = rows.flatMap(({ id, source, path, rowNo, issues }) =>
      issues.map(({ column, value, rule }) => [id, source, path, String(rowNo), column, value, wordOf('rule', rule, text)]),
    );
    return showTable(columns, shown, { width });
  }

  async function exportRows(context: CommandContext, file: string, filter: QuarantineFilter, force: boolean): Promise<void> {
    const rows = await listQuarantine(context.database, filter);
    await writeQuarantineWorkbook(file, rows, 'zh', { force });
    if (context.json) return context.printJson({ file, rows: rows.length });
    context.print(text('quarantine.exported', { path: file, count: grouped(rows.length) }));
  }

  async function replay(context: CommandContext, mapRows: MapQuarantined, file: string | undefined, filter: QuarantineFilter) {
    let patches: Patches | undefined;
    if (file) {
      const read = await readCorrections(file, await listQuarantine(context.database, {}));
      if (read.problems.length > 0) {
        finish(exitCode.usage);
        if (context.json)
          return context.printJson({ problems: read.problems.map((told) => ({ ...told, text: renderMessage(told, context.language) })) });
        for (const problem of read.problems) print(context, wrapTo(renderMessage(problem, context.language), width));
        return context.print(text('desk.refused', { count: read.problems.length }));
      }
      patches = read.patches;
    }
    const { deliveryId } = filter;
    const result = await replayQuarantine(context.database, mapRows, {
      ...{ actor: context.actor },
      ...(deliveryId && { deliveryId }),
      ...(patches && { patches }),
    });
    // Released rows of names that mean another terminal from a day on are read at once; the sums shall not lag behind them.
    if (result.replayed > 0) await refreshFigures(context.database);
    if (context.json) return context.printJson({ problems: [], corrected: patches?.size ?? 0, ...result });
    if (patches?.size === 0) return context.print(text('quarantine.no-corrections'));
    const { replayed, dropped, stillOpen } = result;
    context.print(text('quarantine.replayed', { replayed: grouped(replayed), dropped: grouped(dropped), stillOpen: grouped(stillOpen) }));
  }
}

function toFilter({ delivery, rule }: Filter): QuarantineFilter {
  if (delivery !== undefined && !/^\d{1,18}$/u.test(delivery)) throw new WrongUsage('deliveries.bad-id', { id: delivery });
  return { ...(delivery && { deliveryId: delivery }), ...(rule && { rule }) };
}

function print(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.print(line);
}
