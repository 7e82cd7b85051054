import { type Command, Option } from 'commander';
import { findAlikeOfRecord } from '../../../app/find-alike-of-record.js';
import { type AlikeRecord, listAlikeRecords } from '../../../app/find-alike-records.js';
import { askForChange, type ChangeKind, changeKinds, listChanges } from '../../../db/master/change-requests.js';
import { findRecord } from '../../../db/master/find-record.js';
import { readRequest } from '../../../db/master/read-request.js';
import { groupBy } from '../../../model/group-by.js';
import { HubError } from '../../../model/hub-error.js';
import { message, renderMessage } from '../../../model/message.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { addAnswer } from './answer.js';
import { approvalLines } from './approval-lines.js';
import { expectReason } from './expect-reason.js';
import { fieldNamed } from './field-words.js';
import { addFilterOptions, type FilterOptions, filterOf } from './request-filter.js';
import { requestLines } from './request-lines.js';
import { showMasterImpact } from './show-master-impact.js';

interface Asking {
  readonly record?: string;
  readonly set: readonly string[];
  readonly anyway: boolean;
  readonly note: string;
}

/** `huiliu customer request|requests|approve|reject`: changes of the master that one person asks for and another does. */
export function addRequests(customer: Command, desk: Desk): void {
  const { text, width, open } = desk;
  customer
    .command('request')
    .description(text('customer.request.about'))
    .addOption(new Option('--record <record>', text('customer.arg-record')))
    .argument('<change>', text('customer.arg-change'))
    .option('--set <field=value...>', text('customer.opt-set'), [])
    .option('--anyway', text('names.opt-anyway'), false)
    .option('--note <text>', text('names.opt-note'), '')
    .action((kind: string, options: Asking) => withContext(open, (context) => ask(context, kind, options)));
  addFilterOptions(
    customer.command('requests').description(text('customer.requests.about')).argument('[request...]', text('customer.arg-requests')),
    text,
  )
    .option('--all', text('customer.opt-all'), false)
    .option('--top <count>', text('customer.opt-limit'), parseCount, 50)
    .action((numbers: string[], { all, top, ...chosen }: FilterOptions & { all: boolean; top: number }) =>
      withContext(open, async (context) => {
        const filter = filterOf(numbers, chosen);
        const [only] = filter.ids ?? [];
        if (only !== undefined && numbers.length === 1 && Object.keys(chosen).length === 0) return showOne(context, only);
        const requests = await listChanges(context.database, { all, filter });
        if (context.json) return context.printJson(requests);
        if (requests.length === 0) return context.print(text('customer.no-requests'));
        const counts = [...groupBy(requests, ({ kind }) => kind)].map(
          ([kind, list]) => `${text(`customer.change-${kind}`)} ${grouped(list.length)}`,
        );
        const head = { count: grouped(requests.length), kinds: counts.join(text('customer.behind-and')) };
        if (requests.length > 1) context.print(text(all ? 'customer.requests-all' : 'customer.requests-open', head));
        for (const request of requests.slice(0, top))
          for (const line of requestLines(request, { text, width, language: context.language })) context.print(line);
        if (requests.length > top) context.print(text('customer.answer-more', { count: grouped(requests.length - top) }));
        if (requests.length > 1) for (const line of wrapTo(text('customer.requests-next'), width)) context.print(line);
      }),
    );
  addAnswer(customer, desk);

  async function ask(context: CommandContext, kind: string, { record, set, anyway, note }: Asking): Promise<void> {
    if (!isChangeKind(kind)) throw new HubError('config', message('golden.no-such-change', { kind, known: changeKinds.join('、') }));
    expectReason(true, note);
    const fields = Object.fromEntries(
      set.map((one) => [fieldNamed('customer', one.split('=')[0]!.trim()), one.slice(one.indexOf('=') + 1)]),
    );
    const { database, matcher, actor } = context;
    const about = record === undefined ? null : await findRecord(database, record);
    const asksWho = kind === 'new' || kind === 'rename';
    const alike = asksWho ? await findAlikeOfRecord(database, matcher, fields, about) : [];
    if (alike.length > 0 && !anyway) throw new HubError('config', message('golden.alike', { found: listAlikeRecords(alike) }));
    const { id, batchId } = await askForChange(database, { kind, record: about?.no ?? null, fields, reason: note, seen: alike }, actor);
    if (context.json) return context.printJson({ request: id, batchId, alike });
    context.print(text('customer.asked', { request: id }));
  }

  /** One request in full: what its approval would do now, as the preview of doing it without a request says it. */
  async function showOne(context: CommandContext, id: string): Promise<void> {
    const { language, database, json } = context;
    const request = await readRequest(database, id);
    if (!request) throw new HubError('config', message('golden.unknown-request', { request: id }));
    const { approval } = request;
    if (json) {
      const told = approval?.told ? { code: approval.told.code, text: renderMessage(approval.told, language) } : null;
      return context.printJson([{ ...request, approval: approval && { ...approval, told } }]);
    }
    for (const line of requestLines(request, { text, width, language })) context.print(line);
    if (request.seen.length > 0) context.print(text('customer.request-seen', { found: listAlikeRecords(request.seen as AlikeRecord[]) }));
    if (!approval) return;
    const { told, impact } = approval;
    if (told || !impact) return context.print(told ? renderMessage(told, language) : text('customer.no-change'));
    context.print(text('customer.approval-does'));
    for (const line of [...approvalLines(approval, text, language), ...showMasterImpact(impact, text, language)])
      context.print(`  ${line}`);
    context.print(text('customer.answer-one', { request: id }));
  }
}

const isChangeKind = (kind: string): kind is ChangeKind => changeKinds.some((one) => one === kind);
