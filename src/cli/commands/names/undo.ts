import type { Command } from 'commander';
import { previewUndo, undoDecisions } from '../../../db/names/undo-decisions.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { withContext } from '../../with-context.js';
import { showImpact } from './show-impact.js';

/** `huiliu names undo`: takes a batch back, in any order; the undo of an undo brings it back. */
export function addUndo(names: Command, { text, width, open }: Desk): void {
  names
    .command('undo')
    .description(text('names.undo.about'))
    .argument('<batch>', text('names.arg-batch'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((batch: string, { yes }: { yes: boolean }) =>
      withContext(open, async (context) => {
        const { database, actor } = context;
        const result = yes ? await undoDecisions(database, batch, actor) : await previewUndo(database, batch);
        const undoneBy = 'batchId' in result ? (result.batchId as string | null) : null;
        if (context.json) return context.printJson({ batch, written: yes, ...result });
        for (const line of showImpact(result, text, width)) context.print(line);
        const { restored, followers, kept, undoneBefore, redirected } = result;
        context.print(text('names.undone', { batch, restored, followers, kept, undoneBefore }));
        if (redirected.terminals > 0) {
          const { terminals, names: linked, rows, amount } = redirected;
          context.print(text('names.redirected', { terminals, names: linked, rows: grouped(rows), amount: grouped(amount) }));
        }
        if (undoneBy !== null) context.print(text('names.undone-by', { batch: undoneBy }));
        if (!yes) context.print(text('desk.preview', { command: `huiliu names undo ${batch} --yes` }));
      }),
    );
}
