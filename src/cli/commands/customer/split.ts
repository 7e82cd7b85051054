import type { Command } from 'commander';
import { splitKeys } from '../../../db/master/move-keys.js';
import type { Desk } from '../../desk.js';
import { withContext } from '../../with-context.js';
import { expectReason } from './expect-reason.js';
import { parseSince } from './parse-since.js';
import { tellChange } from './tell-change.js';

/** `huiliu customer split`: keys that do not belong to their record are one of their own. */
export function addSplit(customer: Command, { text, open }: Desk): void {
  customer
    .command('split')
    .aliases(['unlink'])
    .description(text('customer.split.about'))
    .argument('<key...>', text('customer.arg-key'))
    .requiredOption('--since <day|always>', text('customer.opt-since'), parseSince)
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((keys: string[], { since, note, yes }: { since: string; note: string; yes: boolean }) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const impact = await splitKeys(context.database, keys, since, { actor: context.actor, because: note, isPreview: !yes });
        tellChange(context, text, impact, {
          isWritten: yes,
          command: `huiliu customer split ${keys.join(' ')} --since ${since} --note … --yes`,
        });
      }),
    );
}
