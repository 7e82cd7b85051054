import type { Command } from 'commander';
import { previewUndo, undoDecisions } from '../../../db/names/undo-decisions.js';
import type { Desk } from '../../desk.js';
import { withContext } from '../../with-context.js';
import { showMasterImpact } from './show-master-impact.js';

/** `huiliu customer undo`: takes a batch back (a load too), in any order; the undo of an undo brings it back. The same as `names undo`. */
export function addUndo(customer: Command, { text, open }: Desk): void {
  customer
    .command('undo')
    .description(text('customer.undo.about'))
    .argument('<batch>', text('names.arg-batch'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((batch: string, { yes }: { yes: boolean }) =>
      withContext(open, async (context) => {
        const { database, actor } = context;
        const result = yes ? await undoDecisions(database, batch, actor) : await previewUndo(database, batch);
        const undoneBy = 'batchId' in result ? (result.batchId as string | null) : null;
        if (context.json) return context.printJson({ batch, written: yes, ...result });
        for (const line of showMasterImpact(result.redirected, text)) context.print(line);
        if (undoneBy !== null) context.print(text('names.undone-by', { batch: undoneBy }));
        if (!yes) context.print(text('desk.preview', { command: `huiliu customer undo ${batch} --yes` }));
      }),
    );
}
