import { type Command, Option } from 'commander';
import { findRecord } from '../../../db/master/find-record.js';
import { type RelationKind, relateRecords, relationKinds } from '../../../db/master/relate-records.js';
import type { Desk } from '../../desk.js';
import { parseDay } from '../../parse-day.js';
import { withContext } from '../../with-context.js';
import { expectReason } from './expect-reason.js';
import { tellChange } from './tell-change.js';

interface Options {
  readonly to: string;
  readonly as: RelationKind;
  readonly since?: string;
  readonly until?: string;
  readonly note: string;
  readonly yes: boolean;
}

/** `huiliu customer relate`: branch of a hospital, store of a chain, member of a group, supplied by a distributor above. */
export function addRelate(customer: Command, { text, open }: Desk): void {
  customer
    .command('relate')
    .description(text('customer.relate.about'))
    .argument('<record>', text('customer.arg-record'))
    .requiredOption('--to <record>', text('customer.opt-parent'))
    .addOption(new Option('--as <kind>', text('customer.opt-as')).choices(relationKinds).makeOptionMandatory())
    .option('--since <day>', text('customer.opt-from'), parseDay)
    .option('--until <day>', text('customer.opt-until'), parseDay)
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((child: string, { to, as: kind, since, until, note, yes }: Options) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const relation = { child, parent: to, kind, since: since ?? null, until: until ?? null };
        const impact = await relateRecords(context.database, relation, { actor: context.actor, because: note, isPreview: !yes });
        if (!context.json) {
          const [below, above] = [await findRecord(context.database, child), await findRecord(context.database, to)];
          context.print(`${below.no} ${below.name}  ${text(`customer.parent-${kind}`)}  ${above.no} ${above.name}`);
        }
        tellChange(context, text, impact, {
          isWritten: yes,
          command: `huiliu customer relate ${child} --to ${to} --as ${kind} --note … --yes`,
        });
      }),
    );
}
