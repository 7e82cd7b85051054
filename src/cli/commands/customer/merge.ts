import type { Command } from 'commander';
import type { Database } from '../../../db/database.js';
import { findRecord } from '../../../db/master/find-record.js';
import { mergeRecords } from '../../../db/master/merge-records.js';
import type { Desk } from '../../desk.js';
import { withContext } from '../../with-context.js';
import { differenceLines } from './difference-lines.js';
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
        const [from, to] = [await describe(context.database, loser), await describe(context.database, into)];
        const impact = await mergeRecords(
          context.database,
          { loser, survivor: into, reason: note },
          { actor: context.actor, isPreview: !yes },
        );
        if (!context.json) {
          context.print(text('customer.merge-of', { from, to }));
          for (const line of differenceLines(impact.differences, text, context.language)) context.print(line);
        }
        tellChange(context, text, impact, { isWritten: yes, command: `huiliu customer merge ${loser} --into ${into} --note … --yes` });
      }),
    );
}

/** Number, name and place, so that whoever merges sees which two it is about. */
async function describe(database: Database, asked: string): Promise<string> {
  const { id, no, name } = await findRecord(database, asked, { asIs: true });
  const golden = (await database('master.golden').where({ record_id: id }).first('fields')) as
    | { fields: Record<string, string> }
    | undefined;
  const place = [golden?.fields['province'], golden?.fields['city']].filter(Boolean).join('');
  return [no, name, place].filter((part) => part !== '').join(' ');
}
