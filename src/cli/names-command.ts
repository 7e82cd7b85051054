import type { Command } from 'commander';
import { type DecisionPreview, decideNames, previewDecisions } from '../db/names/decide-names.js';
import { countNamesByDecision } from '../db/names/match-counts.js';
import { matchNames } from '../db/names/match-names.js';
import { listNamesAtStake } from '../db/names/names-at-stake.js';
import { previewUndo, undoDecisions } from '../db/names/undo-decisions.js';
import { renderMessage } from '../model/message.js';
import type { CommandContext } from './command-context.js';
import type { Desk } from './desk.js';
import { exitCode } from './exit-code.js';
import { grouped } from './grouped.js';
import { readNameEdits, writeNamesWorkbook } from './names-workbook.js';
import { parseCount } from './parse-count.js';
import { showTable } from './show-table.js';
import { wrapTo } from './text-width.js';
import { withContext } from './with-context.js';
import { wordOf } from './word-of.js';

/** `huiliu names list|export|import|undo`: the matching table and its Excel round trip. A workbook with mistakes is wrong input: exit code 2. */
export function registerNamesCommand(program: Command, desk: Desk): Command {
  const { text, width, open, finish } = desk;
  const names = program.command('names').description(text('names.about'));
  names
    .command('list')
    .description(text('names.list.about'))
    .option('--top <count>', text('names.opt-top'), parseCount, 20)
    .action(({ top }: { top: number }) => withContext(open, (context) => list(context, top)));
  names
    .command('export')
    .description(text('names.export.about'))
    .argument('<file.xlsx>', text('desk.arg-workbook'))
    .option('--all', text('names.opt-all'), false)
    .option('--force', text('desk.opt-force'), false)
    .action((file: string, options: { all: boolean; force: boolean }) =>
      withContext(open, (context) => exportNames(context, file, options)),
    );
  names
    .command('import')
    .description(text('names.import.about'))
    .argument('<file.xlsx>', text('desk.arg-workbook'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((file: string, { yes }: { yes: boolean }) => withContext(open, (context) => importNames(context, file, yes)));
  names
    .command('undo')
    .description(text('names.undo.about'))
    .argument('<batch>', text('names.arg-batch'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((batch: string, { yes }: { yes: boolean }) => withContext(open, (context) => undo(context, batch, yes)));
  return names;

  async function list(context: CommandContext, top: number): Promise<void> {
    const counts = await countNamesByDecision(context.database);
    const waiting = await listNamesAtStake(context.database, { all: false, limit: top });
    if (context.json) return context.printJson({ names: counts, waiting });
    const decided = Object.entries(counts).filter(([, count]) => count > 0);
    const heads = [{ title: text('names.col-verdict') }, { title: text('names.col-names'), align: 'right' as const }];
    const shown = decided.map(([verdict, count]) => [wordOf('verdict', verdict, text), count]);
    print(context, showTable(heads, shown, { width }));
    if (waiting.length === 0) return context.print(text('names.none'));
    const columns = [
      { title: text('names.col-distributor'), shrinks: true },
      { title: text('names.col-name'), shrinks: true },
      { title: text('desk.rows'), align: 'right' as const },
      { title: text('desk.amount'), align: 'right' as const },
      { title: text('names.col-candidates'), shrinks: true },
    ];
    const rows = waiting.map(({ distributorName, name, rowCount, amount, candidates }) => [
      ...[distributorName, name, rowCount, grouped(amount)],
      candidates.map(({ code }) => code).join(' '),
    ]);
    print(context, ['', ...showTable(columns, rows, { width })]);
  }

  async function exportNames(context: CommandContext, file: string, { all, force }: { all: boolean; force: boolean }): Promise<void> {
    const waiting = await listNamesAtStake(context.database, { all });
    await writeNamesWorkbook(file, waiting, { force });
    if (context.json) return context.printJson({ file, names: waiting.length });
    context.print(text('names.exported', { path: file, count: grouped(waiting.length) }));
  }

  async function importNames(context: CommandContext, file: string, yes: boolean): Promise<void> {
    const { edits, problems } = await readNameEdits(file);
    const write = yes && problems.length === 0;
    const result = write ? await decideNames(context.database, edits, context.actor) : await previewDecisions(context.database, edits);
    const all = [...problems, ...result.problems].toSorted((left, right) => Number(left.values['row']) - Number(right.values['row']));
    const batchId = 'batchId' in result ? (result.batchId as string | null) : null;
    // Other spellings that lean on the new decisions follow at once.
    const followed =
      batchId === null ? null : await matchNames(context.database, { actor: context.actor, matcher: null, follows: batchId });
    if (all.length > 0) finish(exitCode.usage);
    if (context.json) {
      const told = all.map((problem) => ({ ...problem, text: renderMessage(problem, context.language) }));
      return context.printJson({ ...result, problems: told, batchId, followed: followed?.auto ?? 0 });
    }
    if (all.length > 0) {
      for (const problem of all) print(context, wrapTo(renderMessage(problem, context.language), width));
      return context.print(text('desk.refused', { count: all.length }));
    }
    if (edits.length === 0) return context.print(text('names.no-edits'));
    if (result.names > 0) print(context, preview(result));
    if (result.unchanged > 0) context.print(text('names.unchanged', { count: grouped(result.unchanged) }));
    if (batchId !== null) context.print(text('names.written', { batch: batchId, followed: grouped(followed?.auto ?? 0) }));
    else if (!yes && result.names > 0) context.print(text('desk.preview', { command: `huiliu names import ${file} --yes` }));
  }

  function preview({ moves, names: count, rows, amount }: DecisionPreview): string[] {
    const columns = [
      { title: text('names.col-from') },
      { title: text('names.col-to') },
      ...(['names.col-names', 'desk.rows', 'desk.amount'] as const).map((key) => ({ title: text(key), align: 'right' as const })),
    ];
    const shown = moves.map((move) => [
      ...[wordOf('verdict', move.from, text), wordOf('verdict', move.to, text)],
      ...[move.names, move.rows, grouped(move.amount)],
    ]);
    return showTable(columns, [...shown, [text('desk.total'), '', count, rows, grouped(amount)]], { width, hasTotal: true });
  }

  async function undo(context: CommandContext, batch: string, yes: boolean): Promise<void> {
    const result = yes ? await undoDecisions(context.database, batch, context.actor) : await previewUndo(context.database, batch);
    if (context.json) return context.printJson({ batch, written: yes, ...result });
    const { restored, followers, kept, undoneBefore } = result;
    context.print(text('names.undone', { batch, restored, followers, kept, undoneBefore }));
    if (!yes) context.print(text('desk.preview', { command: `huiliu names undo ${batch} --yes` }));
  }
}

function print(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.print(line);
}
