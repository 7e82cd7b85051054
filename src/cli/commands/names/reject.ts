import type { Command } from 'commander';
import { rejectRequest } from '../../../db/names/terminal-requests.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import type { Desk } from '../../desk.js';
import { withContext } from '../../with-context.js';
import { showImpact } from './show-impact.js';

/** `huiliu names reject`: no such terminal is made; its names wait again. Taken back like any batch. */
export function addReject(names: Command, { text, width, open }: Desk): void {
  names
    .command('reject')
    .description(text('names.reject.about'))
    .argument('<request>', text('names.arg-request'))
    .option('--note <text>', text('names.opt-note'), '')
    .action((id: string, { note }: { note: string }) =>
      withContext(open, async (context) => {
        if (note === '') throw new HubError('config', message('match.reason-missing'));
        const result = await rejectRequest(context.database, id, context.actor, note);
        if (context.json) return context.printJson({ request: id, ...result });
        for (const line of showImpact(result, text, width)) context.print(line);
        context.print(text('names.written', { batch: result.batchId, followed: 0 }));
      }),
    );
}
