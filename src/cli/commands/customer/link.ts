import type { Command } from 'commander';
import { linkKey } from '../../../db/master/move-keys.js';
import type { Desk } from '../../desk.js';
import { withContext } from '../../with-context.js';
import { expectReason } from './expect-reason.js';
import { parseSince } from './parse-since.js';
import { tellChange } from './tell-change.js';

/** `huiliu customer link`: from a day on, or from ever, a key of a system means this record. */
export function addLink(customer: Command, { text, open }: Desk): void {
  customer
    .command('link')
    .description(text('customer.link.about'))
    .argument('<key>', text('customer.arg-key'))
    .requiredOption('--to <record>', text('customer.opt-to'))
    .requiredOption('--since <day|always>', text('customer.opt-since'), parseSince)
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((key: string, { to, since, note, yes }: { to: string; since: string; note: string; yes: boolean }) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const impact = await linkKey(context.database, key, to, since, { actor: context.actor, because: note, isPreview: !yes });
        tellChange(context, text, impact, {
          isWritten: yes,
          command: `huiliu customer link ${key} --to ${to} --since ${since} --note … --yes`,
        });
      }),
    );
}
