import type { Command } from 'commander';
import { mergeTerminals, previewMerge } from '../../../db/names/merge-terminals.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { withContext } from '../../with-context.js';

interface Options {
  readonly into: string;
  readonly note: string;
  readonly yes: boolean;
}

/** `huiliu names merge`: two terminals of the master are one; the code of the first means the second for ever. */
export function addMerge(names: Command, { text, open }: Desk): void {
  names
    .command('merge')
    .description(text('names.merge.about'))
    .argument('<terminal>', text('trace.opt-terminal'))
    .requiredOption('--into <code>', text('names.opt-into'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((loser: string, { into, note, yes }: Options) =>
      withContext(open, async (context) => {
        const merging = { loser, survivor: into, reason: note };
        if (yes && note === '') throw new HubError('config', message('match.reason-missing'));
        const result = yes ? await mergeTerminals(context.database, merging, context.actor) : await previewMerge(context.database, merging);
        if (context.json) return context.printJson({ written: yes, loser, ...result, batchId: yes ? result.batchId : null });
        const { survivor, names: count, rows, amount, challenged, batchId } = result;
        context.print(text('names.merging', { loser, survivor, names: grouped(count), rows: grouped(rows), amount: grouped(amount) }));
        if (challenged > 0) context.print(text('names.merge-challenges', { count: grouped(challenged) }));
        if (yes) context.print(text('names.written', { batch: batchId, followed: 0 }));
        else context.print(text('desk.preview', { command: `huiliu names merge ${loser} --into ${into} --note … --yes` }));
      }),
    );
}
