import type { Command } from 'commander';
import { findAlikeOfRecord } from '../../../app/find-alike-of-record.js';
import { listAlikeRecords } from '../../../app/find-alike-records.js';
import { findRecord } from '../../../db/master/find-record.js';
import { overrideValue } from '../../../db/master/override-value.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { parseDay } from '../../parse-day.js';
import { withContext } from '../../with-context.js';
import { doubtValue } from './doubt-value.js';
import { expectReason } from './expect-reason.js';
import { fieldNamed } from './field-words.js';
import { tellChange } from './tell-change.js';

interface Options {
  readonly set: string;
  readonly until?: string;
  readonly note: string;
  readonly yes: boolean;
  readonly anyway: boolean;
}

/** `huiliu customer override`: a person's value goes before those of the sources, until the source it beats says something else. */
export function addOverride(customer: Command, { text, open }: Desk): void {
  customer
    .command('override')
    .description(text('customer.override.about'))
    .argument('<record>', text('customer.arg-record'))
    .requiredOption('--set <field=value>', text('customer.opt-set-one'))
    .option('--until <day>', text('customer.opt-until'), parseDay)
    .option('--anyway', text('customer.opt-anyway'), false)
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((record: string, { set, until, note, yes, anyway }: Options) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const [word = ''] = set.split('=');
        const value = set.slice(word.length + 1).trim();
        const attribute = fieldNamed((await findRecord(context.database, record)).entity, word.trim());
        const override = { attribute, value, because: note, until: until ?? null };
        if (!anyway) await expectNobodyElse(context, record, attribute, value);
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

/** The duplicate gate: a name or credit code by which a customer would become another one that is there. */
async function expectNobodyElse({ database, matcher }: CommandContext, asked: string, attribute: string, value: string): Promise<void> {
  if (value === '' || !['name', 'credit_code'].includes(attribute)) return;
  const record = await findRecord(database, asked);
  if (record.entity !== 'customer') return;
  const alike = await findAlikeOfRecord(database, attribute === 'name' ? matcher : null, { [attribute]: value }, record);
  if (alike.length > 0) throw new HubError('config', message('golden.alike', { found: listAlikeRecords(alike) }));
}
