import type { Command } from 'commander';
import { mergeRecords } from '../../../db/master/merge-records.js';
import type { Desk } from '../../desk.js';
import { withContext } from '../../with-context.js';
import { approvalLines } from './approval-lines.js';
import { expectReason } from './expect-reason.js';
import { tellChange } from './tell-change.js';

/** `huiliu customer merge`: two records are one; the number and codes of the first mean the second for ever. */
export function addMerge(customer: Command, { text, open }: Desk): void {
  customer
    .command('merge')
    .description(text('customer.merge.about'))
    .argument('<record>', text('customer.arg-record'))
    .requiredOption('--into <record>', text('customer.opt-into'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((loser: string, { into, note, yes }: { into: string; note: string; yes: boolean }) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const impact = await mergeRecords(
          context.database,
          { loser, survivor: into, reason: note },
          { actor: context.actor, isPreview: !yes },
        );
        if (!context.json)
          for (const line of approvalLines({ pair: impact, behind: impact.behind }, text, context.language)) context.print(line);
        tellChange(context, text, impact, { isWritten: yes, command: `huiliu customer merge ${loser} --into ${into} --note … --yes` });
      }),
    );
}
