import type { Command } from 'commander';
import { answerRequest, answerRequests, movedBy } from '../../../db/master/answer-requests.js';
import { HubError } from '../../../model/hub-error.js';
import { message, renderMessage } from '../../../model/message.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { exitCode } from '../../exit-code.js';
import { withContext } from '../../with-context.js';
import { approvalLines } from './approval-lines.js';
import { expectReason } from './expect-reason.js';
import { addFilterOptions, type FilterOptions, filterOf, wordsOf } from './request-filter.js';
import { requestLines } from './request-lines.js';
import { showAnswered } from './show-answered.js';
import { tellChange } from './tell-change.js';

interface Options extends FilterOptions {
  readonly note: string;
  readonly yes: boolean;
}

/** `huiliu customer approve|reject`: one request or thousands, as one act; a preview without `--yes`. */
export function addAnswer(customer: Command, { text, width, open, finish }: Desk): void {
  for (const decision of ['approve', 'reject'] as const)
    addFilterOptions(
      customer
        .command(decision)
        .description(text(`customer.${decision}.about`))
        .argument('[request...]', text('customer.arg-requests')),
      text,
    )
      .option('--note <text>', text('names.opt-note'), '')
      .option('--yes', text('desk.opt-yes'), false)
      .action((numbers: string[], options: Options) => withContext(open, (context) => answer(context, decision, numbers, options)));

  async function answer(
    context: CommandContext,
    decision: 'approve' | 'reject',
    numbers: readonly string[],
    { note, yes, ...chosen }: Options,
  ) {
    expectReason(yes && decision === 'reject', note);
    const filter = filterOf(numbers, chosen);
    const { ids = [], ranges = [], ...rest } = filter;
    if (ids.length + ranges.length + Object.keys(rest).length === 0) throw new HubError('config', message('golden.no-requests-meant'));
    const how = { decision, actor: context.actor, reason: note, isPreview: !yes };
    const command = (upTo: string | null) =>
      `huiliu customer ${decision} ${wordsOf(numbers, chosen, upTo)}${decision === 'reject' ? ' --note …' : ''} --yes`;
    if (ids.length === 1 && ranges.length + Object.keys(rest).length === 0) {
      const impact = await answerRequest(context.database, ids[0]!, how);
      if (!context.json)
        for (const line of [
          ...requestLines(impact.request, { text, width, language: context.language }),
          ...approvalLines(impact, text, context.language),
        ])
          context.print(line);
      return tellChange(context, text, impact, { isWritten: yes, command: command(null) });
    }
    const answered = await answerRequests(context.database, filter, how);
    const { outcomes, unknown, impact } = answered;
    const done = outcomes.filter(({ told }) => told === null).length;
    const refused = outcomes.length - done + unknown.length;
    const upTo = ranges.length + Object.keys(rest).length > 0 ? (filter.upTo ?? outcomes.at(-1)?.request.id ?? null) : null;
    if (refused > 0 || done === 0) finish(done > 0 ? exitCode.attention : exitCode.usage);
    if (context.json)
      return context.printJson({
        ...{ written: yes && done > 0, decision, done, refused, unknown, upTo, batchId: yes ? (impact?.batchId ?? null) : null },
        ...(impact && movedBy(impact)),
        outcomes: outcomes.map(({ request: { id, kind, no, name, before, fields, askedBy, import: of }, told, pair, behind }) => ({
          ...{ request: id, kind, no, name, before, fields, askedBy, import: of, done: told === null },
          ...(pair && { pair }),
          ...(behind && { behind }),
          ...(told && { code: told.code, text: renderMessage(told, context.language) }),
        })),
      });
    for (const line of showAnswered(answered, decision, { text, language: context.language, width, isWritten: yes })) context.print(line);
    if (done === 0) return;
    context.print(yes ? text('customer.written', { batch: impact!.batchId }) : text('desk.preview', { command: command(upTo) }));
  }
}
