import type { Command } from 'commander';
import { decideNames, previewDecisions } from '../../../db/names/decide-names.js';
import { matchNames } from '../../../db/names/match-names.js';
import { renderMessage } from '../../../model/message.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { exitCode } from '../../exit-code.js';
import { grouped } from '../../grouped.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { readNameEdits } from './names-workbook.js';
import { showImpact } from './show-impact.js';

/** `huiliu names import`: a filled-in workbook as one batch. One with mistakes is wrong input: exit code 2, nothing is taken. */
export function addImport(names: Command, { text, width, open, finish }: Desk): void {
  names
    .command('import')
    .description(text('names.import.about'))
    .argument('<file.xlsx>', text('desk.arg-workbook'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((file: string, { yes }: { yes: boolean }) => withContext(open, (context) => importNames(context, file, yes)));

  async function importNames(context: CommandContext, file: string, yes: boolean): Promise<void> {
    const { edits, problems } = await readNameEdits(file);
    const write = yes && problems.length === 0;
    const { database, actor, matcher } = context;
    const result = write ? await decideNames(database, edits, actor) : await previewDecisions(database, edits);
    const all = [...problems, ...result.problems].toSorted((left, right) => Number(left.values['row']) - Number(right.values['row']));
    const batchId = 'batchId' in result ? (result.batchId as string | null) : null;
    // Other spellings that lean on the new decisions follow at once; the matcher is asked only where a person ruled its answer out.
    const asks = edits.some(({ verdict }) => verdict === 'not');
    const followed =
      batchId === null ? null : await matchNames(database, { actor, matcher: asks ? () => matcher.ready() : null, follows: batchId });
    if (all.length > 0) finish(exitCode.usage);
    if (context.json) {
      const told = all.map((problem) => ({ ...problem, text: renderMessage(problem, context.language) }));
      return context.printJson({ ...result, problems: told, batchId, followed: followed?.auto ?? 0 });
    }
    if (all.length > 0) {
      for (const problem of all) for (const line of wrapTo(renderMessage(problem, context.language), width)) context.print(line);
      return context.print(text('desk.refused', { count: all.length }));
    }
    if (edits.length === 0) return context.print(text('names.no-edits'));
    for (const line of showImpact(result, text, width)) context.print(line);
    if (result.unchanged > 0) context.print(text('names.unchanged', { count: grouped(result.unchanged) }));
    if (batchId !== null) context.print(text('names.written', { batch: batchId, followed: grouped(followed?.auto ?? 0) }));
    else if (!yes && result.names > 0) context.print(text('desk.preview', { command: `huiliu names import ${file} --yes` }));
  }
}
