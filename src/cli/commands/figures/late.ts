import { answerLate } from '../../../db/figures/figure-answers.js';
import { columnsIn } from '../../columns-in.js';
import type { CommandContext } from '../../command-context.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import type { FiguresDesk, MonthOption } from './figures-desk.js';
import { kindWord } from './kind-word.js';
import { questionOf } from './month.js';

interface Given extends MonthOption {
  readonly distributor?: string;
  readonly terminal?: string;
  readonly product?: string;
  readonly actual: boolean;
  readonly limit: number;
}

/** `huiliu figures late`: what came for a closed month after it was closed, or was corrected or taken back, day by day. */
export function addLate({ command, read, text, width }: FiguresDesk): void {
  const { left, long, right } = columnsIn(text);
  command('late')
    .description(text('figures.late.about'))
    .option('--distributor <code>', text('figures.opt-distributor'))
    .option('--terminal <code>', text('figures.opt-terminal'))
    .option('--product <code>', text('figures.opt-product'))
    .option('--actual', text('figures.opt-actual'), false)
    .option('--limit <count>', text('figures.opt-limit'), parseCount, 200)
    .action((options: Given) => read(options, show));

  async function show(context: CommandContext, options: Given & { month: string }): Promise<void> {
    const answer = await answerLate(context.database, questionOf(options), { limit: options.limit, offset: 0 });
    if (context.json) return context.printJson(answer);
    if (answer.changes.length === 0) return context.print(text('figures.late-none', { month: options.month }));
    // By the counted month all of them count in the one that was asked for.
    const counts = (month: string): string[] => (options.actual ? [month] : []);
    const columns = [
      ...[
        left('figures.col-day'),
        ...(options.actual ? [left('figures.col-counted')] : []),
        left('figures.col-kind'),
        left('figures.col-code'),
      ],
      ...[long('figures.col-raw-name'), long('figures.col-raw-product'), right('figures.col-lines'), right('figures.col-quantity')],
      ...[right('figures.col-amount'), left('figures.col-delivery')],
    ];
    const lines = answer.changes.map((one) => [
      ...[one.businessDate, ...counts(one.countedMonth), kindWord(one, text), one.distributor, one.rawName ?? '—'],
      ...[`${one.rawProduct} ${one.rawSpec}`, one.lines, grouped(one.quantity), grouped(one.amount), one.deliveries.join(' ') || '—'],
    ]);
    for (const line of [...showTable(columns, lines, { width }), ...wrapTo(text('figures.late-note'), width)]) context.print(line);
    if (answer.nextOffset !== null) context.print(text('figures.more', { shown: grouped(options.limit) }));
  }
}
