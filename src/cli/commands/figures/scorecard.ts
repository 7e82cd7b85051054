import { answerScorecard, type ScorecardAnswer } from '../../../db/figures/figure-answers.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import { columnsIn } from '../../columns-in.js';
import type { CommandContext } from '../../command-context.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import type { FiguresDesk, MonthOption } from './figures-desk.js';

/** `huiliu figures scorecard`: how each distributor did in a month, as shares; `--json` has the counts behind them. */
export function addScorecard({ command, read, text, width }: FiguresDesk): void {
  const { left, long, right } = columnsIn(text);
  command('scorecard')
    .description(text('figures.scorecard.about'))
    .option('--distributor <code>', text('figures.opt-distributor'))
    .action((options: MonthOption & { distributor?: string }) => read(options, show));

  async function show(context: CommandContext, options: { month: string; distributor?: string }): Promise<void> {
    const answer = await answerScorecard(context.database, options);
    if (context.json) return context.printJson(answer);
    if (answer.distributors.length === 0) return context.print(text('figures.none', { month: options.month }));
    const columns = [
      ...[left('figures.col-distributor'), long('figures.col-distributor-name'), right('figures.col-on-time')],
      ...[
        right('figures.col-complete'),
        right('figures.col-named'),
        right('figures.col-linked'),
        right('figures.col-balanced'),
        right('figures.col-corrections'),
      ],
    ];
    const rows = answer.distributors.map((one) => [
      ...[one.distributor, one.distributorName, share(one.onTime, one.expected), share(one.onTime + one.late, one.expected)],
      ...[
        share(one.namedLines, one.saleLines),
        share(one.linkedLines, one.productLines),
        share(one.balancedLots ?? 0, one.lots ?? 0),
        one.corrections,
      ],
    ]);
    for (const line of [...showTable(columns, rows, { width }), ...wrapTo(text('figures.share-note'), width)]) context.print(line);
    for (const line of openDeliveries(answer)) context.print(line);
  }

  function openDeliveries({ deliveries }: ScorecardAnswer): string[] {
    if (!deliveries || deliveries.length === 0) return [];
    const columns = [...[left('figures.col-day'), long('figures.col-source'), left('figures.col-due'), left('figures.col-seen')]];
    const rows = deliveries.map((one) => [
      ...[one.businessDate, one.source, shanghaiMoment(one.dueAt)],
      one.seenAt ? shanghaiMoment(one.seenAt) : text('figures.not-there'),
    ]);
    return ['', text('figures.open-deliveries', { count: rows.length }), ...showTable(columns, rows, { width })];
  }
}

/** Never rounded up to 100 %. */
function share(part: number, whole: number): string {
  if (whole === 0) return '—';
  return `${(Math.floor((part * 1000) / whole) / 10).toFixed(1)}%`;
}
