import type { Command } from 'commander';
import { countNamesByDecision } from '../../../db/names/match-counts.js';
import { listNamesAtStake } from '../../../db/names/names-at-stake.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { showTable } from '../../show-table.js';
import { withContext } from '../../with-context.js';
import { wordOf } from '../../word-of.js';

/** `huiliu names list`: counts by decision, and the waiting names one by one. */
export function addList(names: Command, { text, width, open }: Desk): void {
  names
    .command('list')
    .description(text('names.list.about'))
    .option('--top <count>', text('names.opt-top'), parseCount, 20)
    .action(({ top }: { top: number }) =>
      withContext(open, async (context) => {
        const counts = await countNamesByDecision(context.database);
        const waiting = await listNamesAtStake(context.database, { all: false, limit: top });
        if (context.json) return context.printJson({ names: counts, waiting });
        const heads = [{ title: text('names.col-verdict') }, { title: text('names.col-names'), align: 'right' as const }];
        const shown = Object.entries(counts).filter(([, count]) => count > 0);
        for (const line of showTable(
          heads,
          shown.map(([verdict, count]) => [wordOf('verdict', verdict, text), count]),
          { width },
        ))
          context.print(line);
        if (waiting.length === 0) return context.print(text('names.none'));
        const columns = [
          { title: text('names.col-distributor'), shrinks: true },
          { title: text('names.col-name'), shrinks: true },
          { title: text('desk.rows'), align: 'right' as const },
          { title: text('desk.amount'), align: 'right' as const },
          { title: text('names.col-candidates'), shrinks: true },
        ];
        const rows = waiting.map(({ distributorName, name, rowCount, amount, candidates }) => [
          ...[distributorName, name, rowCount, grouped(amount)],
          candidates.map(({ code }) => code).join(' '),
        ]);
        for (const line of ['', ...showTable(columns, rows, { width })]) context.print(line);
      }),
    );
}
