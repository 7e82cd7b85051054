import type { Command } from 'commander';
import { overrideValue } from '../../../db/master/override-value.js';
import type { Desk } from '../../desk.js';
import { parseDay } from '../../parse-day.js';
import { withContext } from '../../with-context.js';
import { doubtValue } from './doubt-value.js';
import { expectReason } from './expect-reason.js';
import { tellChange } from './tell-change.js';

/** `huiliu customer override`: a person's value goes before those of the sources, until the source it beats says something else. */
export function addOverride(customer: Command, { text, open }: Desk): void {
  customer
    .command('override')
    .description(text('customer.override.about'))
    .argument('<record>', text('customer.arg-record'))
    .requiredOption('--set <field=value>', text('customer.opt-set-one'))
    .option('--until <day>', text('customer.opt-until'), parseDay)
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((record: string, { set, until, note, yes }: { set: string; until?: string; note: string; yes: boolean }) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const [attribute = ''] = set.split('=');
        const value = set.slice(attribute.length + 1).trim();
        const override = { attribute, value, because: note, until: until ?? null };
        const doubt = await doubtValue(context.database, record, override, { text, language: context.language });
        const impact = await overrideValue(context.database, record, override, { actor: context.actor, isPreview: !yes });
        tellChange(context, text, impact, {
          isWritten: yes,
          remarks: doubt === null ? [] : [doubt],
          command: `huiliu customer override ${record} --set '${set}' --note … --yes`,
        });
      }),
    );
}
