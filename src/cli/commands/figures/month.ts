import { answerRows, answerSummary, type SummaryAnswer } from '../../../db/figures/figure-answers.js';
import type { FigureQuestion } from '../../../db/figures/figure-question.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import { columnsIn } from '../../columns-in.js';
import type { CommandContext } from '../../command-context.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import type { FiguresDesk, MonthOption } from './figures-desk.js';
import { kindWord } from './kind-word.js';

interface Given extends MonthOption {
  readonly distributor?: string;
  readonly terminal?: string;
  readonly product?: string;
  readonly actual: boolean;
  readonly detail: boolean;
  readonly limit: number;
}
type Options = Given & { readonly month: string };

/** `huiliu figures month`: what was sold, moved, bought and left, by distributor or by terminal and product. */
export function addMonth({ command, read, text, width }: FiguresDesk): void {
  const { left, long, right } = columnsIn(text);
  command('month')
    .description(text('figures.month.about'))
    .option('--distributor <code>', text('figures.opt-distributor'))
    .option('--terminal <code>', text('figures.opt-terminal'))
    .option('--product <code>', text('figures.opt-product'))
    .option('--actual', text('figures.opt-actual'), false)
    .option('--detail', text('figures.opt-detail'), false)
    .option('--limit <count>', text('figures.opt-limit'), parseCount, 200)
    .action((options: Given) => read(options, (context, asked) => (asked.detail ? rows(context, asked) : summary(context, asked))));

  async function summary(context: CommandContext, options: Options): Promise<void> {
    const answer = await answerSummary(context.database, questionOf(options));
    if (context.json) return context.printJson(answer);
    if (answer.distributors.length === 0) return context.print(text('figures.none', { month: options.month }));
    const columns = [
      ...[left('figures.col-code'), long('figures.col-distributor-name'), right('figures.col-sell-out'), right('figures.col-sold-for')],
      ...[right('figures.col-transfers'), right('figures.col-unknown'), right('figures.col-purchases'), right('figures.col-stock')],
    ];
    const row = (code: string, name: string, { sellOut, transfers, unknown, purchases, stock }: typeof answer.total) => [
      ...[code, name, grouped(sellOut.quantity), grouped(sellOut.amount), grouped(transfers.quantity)],
      ...[grouped(unknown.quantity), grouped(purchases.quantity), grouped(stock.quantity)],
    ];
    const lines = answer.distributors.map((one) => row(one.distributor, one.distributorName, one));
    for (const line of showTable(columns, [...lines, row(text('figures.total'), '', answer.total)], { width, hasTotal: true }))
      context.print(line);
    for (const line of wrapTo(text('figures.notes'), width)) context.print(line);
    for (const line of aboutClosing(answer)) context.print(line);
  }

  function aboutClosing({ month, by, closedAt, late: { cameIn, wentOut } }: SummaryAnswer): string[] {
    return [
      ...(closedAt && by === 'counted' ? [text('figures.is-closed', { at: shanghaiMoment(closedAt) })] : []),
      ...(cameIn > 0 && by === 'counted' ? [text('figures.late-in', { count: grouped(cameIn), month })] : []),
      ...(wentOut > 0 ? [text('figures.late-out', { count: grouped(wentOut), month })] : []),
    ]; // Not folded: a command is copied in one piece.
  }

  async function rows(context: CommandContext, options: Options): Promise<void> {
    const answer = await answerRows(context.database, questionOf(options), { limit: options.limit, offset: 0 });
    if (context.json) return context.printJson(answer);
    if (answer.rows.length === 0) return context.print(text('figures.none', { month: options.month }));
    // The other month is said where there is another: a late change beside what the month has of its own.
    const other = options.actual ? 'countedMonth' : 'actualMonth';
    const hasOther = answer.rows.some((one) => one[other] !== options.month);
    const columns = [
      ...(hasOther ? [left(options.actual ? 'figures.col-counted' : 'figures.col-actual')] : []),
      ...[left('figures.col-kind'), left('figures.col-distributor'), long('figures.col-other'), long('figures.col-product-name')],
      ...[right('figures.col-lines'), right('figures.col-quantity'), right('figures.col-amount')],
    ];
    const lines = answer.rows.map((one) => [
      ...(hasOther ? [one[other]] : []),
      ...[kindWord(one, text), one.distributor, nameOf(one.terminal ?? one.partner, one.terminalName ?? one.partnerName)],
      ...[nameOf(one.product, one.productName), one.lines, grouped(one.quantity), grouped(one.amount ?? '')],
    ]);
    for (const line of showTable(columns, lines, { width })) context.print(line);
    if (answer.nextOffset !== null) context.print(text('figures.more', { shown: grouped(options.limit) }));
  }
}

export function questionOf({ month, distributor, terminal, product, actual }: Omit<Options, 'detail' | 'limit'>): FigureQuestion {
  return {
    ...{ month, by: actual ? 'actual' : 'counted' },
    ...(distributor !== undefined && { distributor }),
    ...(terminal !== undefined && { terminal }),
    ...(product !== undefined && { product }),
  };
}

const nameOf = (code: string | null, name: string | null): string => (code === null ? '—' : `${code} ${name ?? ''}`);
