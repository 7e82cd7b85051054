import type { Command } from 'commander';
import { rebuildMaster } from '../../../db/master/rebuild-master.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { withContext } from '../../with-context.js';
import { showMasterImpact } from './show-master-impact.js';

/** `huiliu customer rebuild`: chooses every value anew, from the log and under the policies of the program. */
export function addRebuild(customer: Command, { text, open }: Desk): void {
  customer
    .command('rebuild')
    .description(text('customer.rebuild.about'))
    .option('--yes', text('desk.opt-yes'), false)
    .action(({ yes }: { yes: boolean }) =>
      withContext(open, async (context) => {
        const rebuilt = await rebuildMaster(context.database, { actor: context.actor, isPreview: !yes });
        if (context.json) return context.printJson({ written: yes, ...rebuilt });
        const { chosen, changed, policies, records, changes } = rebuilt;
        if (records > 0)
          for (const line of showMasterImpact({ records, changes, ...nothingMoved }, text, context.language)) context.print(line);
        context.print(text('customer.rebuilt', { chosen: grouped(chosen), changed: grouped(changed) }));
        if (policies.length > 0) context.print(text('customer.policies', { entities: policies.join('、') }));
        if (!yes && changed > 0) context.print(text('desk.preview', { command: 'huiliu customer rebuild --yes' }));
      }),
    );
}

const nothingMoved = { terminals: 0, names: 0, rows: 0, amount: '0', cameIn: 0 };
