import { type Command, Option } from 'commander';
import { findAlikeRecords, listAlikeRecords } from '../../../app/find-alike-records.js';
import { answerRequest } from '../../../db/master/answer-requests.js';
import { askForChange, type ChangeKind, type ChangeRequest, listChanges } from '../../../db/master/change-requests.js';
import { findRecord } from '../../../db/master/find-record.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { withContext } from '../../with-context.js';
import { expectReason } from './expect-reason.js';
import { tellChange } from './tell-change.js';

interface Asking {
  readonly record?: string;
  readonly set: readonly string[];
  readonly anyway: boolean;
  readonly note: string;
}

/** `huiliu customer request|requests|approve|reject`: changes of the master that one person asks for and another does. */
export function addRequests(customer: Command, { text, open }: Desk): void {
  customer
    .command('request')
    .description(text('customer.request.about'))
    .addOption(new Option('--record <record>', text('customer.arg-record')))
    .argument('<change>', text('customer.arg-change'))
    .option('--set <field=value...>', text('customer.opt-set'), [])
    .option('--anyway', text('names.opt-anyway'), false)
    .option('--note <text>', text('names.opt-note'), '')
    .action((kind: string, options: Asking) => withContext(open, (context) => ask(context, kind, options)));
  customer
    .command('requests')
    .description(text('customer.requests.about'))
    .option('--all', text('customer.opt-all'), false)
    .action(({ all }: { all: boolean }) =>
      withContext(open, async (context) => {
        const requests = await listChanges(context.database, { all });
        if (context.json) return context.printJson(requests);
        if (requests.length === 0) return context.print(text('customer.no-requests'));
        for (const request of requests) for (const line of linesOf(request)) context.print(line);
      }),
    );
  customer
    .command('approve')
    .description(text('customer.approve.about'))
    .argument('<request>', text('customer.arg-request'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((id: string, { note, yes }: { note: string; yes: boolean }) =>
      withContext(open, async (context) => {
        const impact = await answerRequest(context.database, id, {
          decision: 'approve',
          actor: context.actor,
          reason: note,
          isPreview: !yes,
        });
        tellChange(context, text, impact, { isWritten: yes, command: `huiliu customer approve ${id} --yes` });
      }),
    );
  customer
    .command('reject')
    .description(text('customer.reject.about'))
    .argument('<request>', text('customer.arg-request'))
    .requiredOption('--note <text>', text('names.opt-note'))
    .action((id: string, { note }: { note: string }) =>
      withContext(open, async (context) => {
        const { batchId } = await answerRequest(context.database, id, {
          decision: 'reject',
          actor: context.actor,
          reason: note,
          isPreview: false,
        });
        if (context.json) return context.printJson({ request: id, batchId });
        context.print(text('customer.rejected', { request: id, batch: batchId }));
      }),
    );

  async function ask(context: CommandContext, kind: string, { record, set, anyway, note }: Asking): Promise<void> {
    if (!isChangeKind(kind)) throw new HubError('config', message('golden.no-such-change', { kind, known: changeKinds.join('、') }));
    expectReason(true, note);
    const fields = Object.fromEntries(set.map((one) => [one.split('=')[0]!, one.slice(one.indexOf('=') + 1)]));
    const { database, matcher, actor } = context;
    const about = record === undefined ? null : await findRecord(database, record);
    const asksWho = kind === 'new' || kind === 'rename';
    const alike = asksWho ? await findAlikeRecords(database, matcher, fields, about?.no ?? null) : [];
    if (alike.length > 0 && !anyway) throw new HubError('config', message('golden.alike', { found: listAlikeRecords(alike) }));
    const { id, batchId } = await askForChange(database, { kind, record: about?.no ?? null, fields, reason: note, seen: alike }, actor);
    if (context.json) return context.printJson({ request: id, batchId, alike });
    context.print(text('customer.asked', { request: id }));
  }

  function linesOf({ id, kind, state, no, name, fields, reason, askedBy, answeredBy, answer }: ChangeRequest): string[] {
    const values = Object.entries(fields).map(([field, value]) => `${field} = ${value}`);
    return [
      `${id}  ${text(`customer.change-${kind}`)}  ${no ?? ''} ${name}  ${text(`customer.request-${state}`)}`,
      `    ${[...values, `${askedBy}：${reason}`, ...(answeredBy === null ? [] : [`${answeredBy}：${answer}`])].join('  ')}`,
    ];
  }
}

const changeKinds: readonly ChangeKind[] = ['new', 'rename', 'close', 'merge', 'move'];
const isChangeKind = (kind: string): kind is ChangeKind => changeKinds.some((one) => one === kind);
