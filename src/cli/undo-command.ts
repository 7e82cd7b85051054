import type { Command } from 'commander';
import { previewUndo, type UndoPreview, undoDecisions } from '../db/names/undo-decisions.js';
import type { Language } from '../model/message.js';
import type { Desk } from './desk.js';
import type { TextKey } from './text.js';
import { withContext } from './with-context.js';

/** `huiliu names undo` and `huiliu customer undo`: take a batch back, in any order; the undo of an undo brings it back. `show` words what it moves. */
export function addUndoCommand(
  group: Command,
  { text, open }: Desk,
  show: (batch: string, undone: UndoPreview, language: Language) => readonly string[],
): void {
  const words = group.name();
  group
    .command('undo')
    .description(text(`${words}.undo.about` as TextKey))
    .argument('<batch>', text('names.arg-batch'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((batch: string, { yes }: { yes: boolean }) =>
      withContext(open, async (context) => {
        const { database, actor } = context;
        const result = yes ? await undoDecisions(database, batch, actor) : await previewUndo(database, batch, actor);
        const undoneBy = 'batchId' in result ? (result.batchId as string | null) : null;
        if (context.json) return context.printJson({ batch, written: yes, ...result });
        for (const line of show(batch, result, context.language)) context.print(line);
        if (undoneBy !== null) context.print(text('names.undone-by', { batch: undoneBy }));
        if (!yes) context.print(text('desk.preview', { command: `huiliu ${words} undo ${batch} --yes` }));
      }),
    );
}
