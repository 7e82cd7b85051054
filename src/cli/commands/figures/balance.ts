import { answerBalance, type BalanceAnswer } from '../../../db/figures/figure-answers.js';
import { columnsIn } from '../../columns-in.js';
import type { CommandContext } from '../../command-context.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import type { FiguresDesk, MonthOption } from './figures-desk.js';

interface Given extends MonthOption {
  readonly distributor?: string;
  readonly product?: string;
  readonly spec?: string;
  readonly lot?: string;
  readonly all: boolean;
  readonly limit: number;
}
type Options = Given & { readonly month: string };

/** `huiliu figures balance`: stock between two snapshots, what differs first; for one product and lot the lines behind it. */
export function addBalance({ command, read, text, width }: FiguresDesk): void {
  const { left, long, right } = columnsIn(text);
  command('balance')
    .description(text('figures.balance.about'))
    .option('--distributor <code>', text('figures.opt-distributor'))
    .option('--product <code-or-name>', text('figures.opt-balance-product'))
    .option('--spec <spec>', text('figures.opt-spec'))
    .option('--lot <lot>', text('figures.opt-lot'))
    .option('--all', text('figures.opt-all'), false)
    .option('--limit <count>', text('figures.opt-limit'), parseCount, 50)
    .action((options: Given) => read(options, show));

  async function show(context: CommandContext, { month, distributor, product, spec, lot, all, limit }: Options): Promise<void> {
    const only = { ...(product !== undefined && { product }), ...(spec !== undefined && { spec }), ...(lot !== undefined && { lot }) };
    const answer = await answerBalance(context.database, { month, ...(distributor !== undefined && { distributor }) }, only);
    if (context.json) return context.printJson(answer);
    const isNarrow = product !== undefined || spec !== undefined || lot !== undefined;
    const rows = answer.rows.filter(({ difference }) => all || isNarrow || difference !== '0');
    for (const line of [...spans(answer, distributor), ...table(rows.slice(0, limit))]) context.print(line);
    for (const line of wrapTo(
      text('figures.balance-summary', {
        lots: grouped(answer.lots),
        balanced: grouped(answer.balanced),
        differing: grouped(answer.lots - answer.balanced),
      }),
      width,
    ))
      context.print(line);
    if (rows.length > limit) context.print(text('figures.more', { shown: grouped(limit) }));
    if (answer.lines) for (const line of ['', ...lineTable(answer.lines), ...waitingRows(answer.waiting ?? [])]) context.print(line);
    const [first] = rows;
    const drill =
      first && `huiliu figures balance --month ${month} --distributor ${first.distributor} ${which(first)} --lot ${quoted(first.lot)}`;
    if (answer.lines?.[0]) context.print(text('trace.one-line', { key: answer.lines[0].key }));
    else if (drill) context.print(text('figures.balance-drill', { command: drill }));
  }

  function spans({ spans: found }: BalanceAnswer, asked: string | undefined): string[] {
    const without = found.filter(({ openingOn, closingOn }) => openingOn === null || closingOn === null);
    const told = asked === undefined ? [] : found.filter((one) => !without.includes(one));
    const lines = [
      ...told.map(({ distributor, distributorName, openingOn, closingOn }) =>
        text('figures.balance-span', { code: distributor, name: distributorName, openingOn: openingOn!, closingOn: closingOn! }),
      ),
      ...told.flatMap(({ senders }) =>
        senders.map((one) =>
          text('figures.balance-sender', { sender: one.sender, openingOn: one.openingOn ?? '—', closingOn: one.closingOn ?? '—' }),
        ),
      ),
      ...(without.length > 0
        ? [text('figures.balance-without', { count: without.length, codes: without.map(({ distributor }) => distributor).join(' ') })]
        : []),
    ];
    return lines.flatMap((line) => wrapTo(line, width));
  }

  function table(rows: BalanceAnswer['rows']): string[] {
    if (rows.length === 0) return [];
    const columns = [
      ...[
        left('figures.col-distributor'),
        long('figures.col-product-name'),
        long('figures.col-lot'),
        right('figures.col-opening'),
        right('figures.col-purchases'),
      ],
      ...[right('figures.col-sales'), right('figures.col-transfers'), right('figures.col-closing'), right('figures.col-difference')],
    ];
    const lines = rows.map((one) => [
      ...[
        one.distributor,
        [one.product, one.productName, one.spec].filter(Boolean).join(' '),
        one.lot,
        grouped(one.opening),
        grouped(one.purchases),
      ],
      ...[grouped(one.sales), grouped(one.transfers), grouped(one.closing), grouped(one.difference)],
    ]);
    return showTable(columns, lines, { width });
  }

  /** What the lines lack: rows of the same product and lot that wait in quarantine. */
  function waitingRows(waiting: NonNullable<BalanceAnswer['waiting']>): string[] {
    if (waiting.length === 0) return [];
    const places = waiting.slice(0, 5).map(({ place, name }) => `${place} ${name}`);
    return wrapTo(
      text('figures.balance-waiting', { count: grouped(waiting.length), places: places.join(text('figures.chain-comma')) }),
      width,
    );
  }

  function lineTable(lines: NonNullable<BalanceAnswer['lines']>): string[] {
    const columns = [
      ...[left('figures.col-what'), left('figures.col-key'), left('figures.col-day'), long('figures.col-party')],
      ...[long('figures.col-product-name'), right('figures.col-quantity')],
    ];
    const rows = lines.map((one) => [
      ...[text(`figures.what-${one.what}`), one.key, one.businessDate, one.partyName ?? '—'],
      ...[`${one.productName} ${one.spec}`, grouped(one.quantity)],
    ]);
    return showTable(columns, rows, { width });
  }
}

/** What is not linked is told apart by name and specification. */
const which = ({ product, productName, spec }: BalanceAnswer['rows'][number]): string =>
  product === null ? `--product ${quoted(productName)} --spec ${quoted(spec)}` : `--product ${quoted(product)}`;

const quoted = (value: string): string => (/^[\p{L}\p{N}_-]+$/u.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
