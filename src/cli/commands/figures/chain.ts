import { answerChain, type ChainAnswer } from '../../../db/figures/figure-answers.js';
import { chainStates } from '../../../db/figures/read-chain.js';
import { columnsIn } from '../../columns-in.js';
import type { CommandContext } from '../../command-context.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import type { FiguresDesk, MonthOption } from './figures-desk.js';

interface Given extends MonthOption {
  readonly distributor?: string;
  readonly all: boolean;
  readonly limit: number;
}
type Options = Given & { readonly month: string };

/** `huiliu figures chain`: each purchase against what its upstream sold. What agrees, or cannot be asked, is only counted. */
export function addChain({ command, read, text, width }: FiguresDesk): void {
  const { left, long, right } = columnsIn(text);
  command('chain')
    .description(text('figures.chain.about'))
    .option('--distributor <code>', text('figures.opt-distributor'))
    .option('--all', text('figures.opt-all'), false)
    .option('--limit <count>', text('figures.opt-limit'), parseCount, 50)
    .action((options: Given) => read(options, show));

  async function show(context: CommandContext, { month, distributor, all, limit }: Options): Promise<void> {
    const answer = await answerChain(context.database, { month, ...(distributor !== undefined && { distributor }) });
    if (context.json) return context.printJson(answer);
    const rows = answer.purchases.filter(({ state }) => all || !['ok', 'unknown-upstream'].includes(state));
    const columns = [
      ...[
        left('figures.col-state'),
        left('figures.col-key'),
        left('figures.col-day'),
        left('figures.col-distributor'),
        left('figures.col-upstream'),
      ],
      ...[long('figures.col-product-name'), long('figures.col-lot'), right('figures.col-quantity'), right('figures.col-found')],
    ];
    const lines = rows
      .slice(0, limit)
      .map((one) => [
        ...[text(`figures.chain-${one.state}`), one.key, one.businessDate, one.distributor, one.upstream ?? '—'],
        ...[`${one.productName} ${one.spec}`, one.lot, grouped(one.quantity), grouped(one.found)],
      ]);
    if (lines.length > 0) for (const line of showTable(columns, lines, { width })) context.print(line);
    const states = chainStates
      .filter((state) => answer.counts[state] > 0)
      .map((state) => `${text(`figures.chain-${state}`)} ${grouped(answer.counts[state])}`);
    const summary = text('figures.chain-summary', { count: grouped(answer.purchases.length), states: states.join('，') || '—' });
    for (const line of wrapTo(summary, width)) context.print(line);
    for (const line of unknownSuppliers(answer)) context.print(line);
    if (rows.length > limit) context.print(text('figures.more', { shown: grouped(limit) }));
    if (rows[0]) context.print(text('trace.one-line', { key: rows[0].key }));
  }

  /** Whom a person has to look at: the suppliers that are not in the master, the most frequent first. */
  function unknownSuppliers({ purchases }: ChainAnswer): string[] {
    const counts = new Map<string, number>();
    for (const { state, supplierName } of purchases)
      if (state === 'unknown-upstream') counts.set(supplierName ?? '—', (counts.get(supplierName ?? '—') ?? 0) + 1);
    if (counts.size === 0) return [];
    const first = [...counts].toSorted(([, left], [, right]) => right - left).slice(0, mostSuppliers);
    const suppliers = first.map(([name, count]) => `${name} ${grouped(count)}`).join(text('figures.chain-comma'));
    const rest = counts.size - first.length;
    const line = text(rest > 0 ? 'figures.chain-suppliers-more' : 'figures.chain-suppliers', { suppliers, rest: grouped(rest) });
    return wrapTo(line, width);
  }
}

const mostSuppliers = 5;
