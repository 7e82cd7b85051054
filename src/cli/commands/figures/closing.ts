import type { Command } from 'commander';
import { closeMonth, reopenMonth } from '../../../db/figures/close-month.js';
import { readClosings } from '../../../db/figures/read-closings.js';
import { inSnapshot } from '../../../db/in-snapshot.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import { columnsIn } from '../../columns-in.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { expectReason } from '../customer/expect-reason.js';

interface Options {
  readonly month: string;
  readonly note: string;
  readonly yes: boolean;
}

/** `huiliu figures close|reopen|closings`: months whose counted figures stay as they are. */
export function addClosing(figures: Command, { text, open, width }: Desk): void {
  const { left, long, right } = columnsIn(text);
  figures
    .command('close')
    .description(text('figures.close.about'))
    .requiredOption('--month <yyyy-MM>', text('figures.opt-close-month'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action(({ month, note, yes }: Options) =>
      withContext(open, async (context) => {
        const closed = await closeMonth(context.database, { month, note }, { actor: context.actor, isPreview: !yes });
        if (context.json) return context.printJson({ written: yes, ...closed });
        const columns = [
          left('figures.col-month'),
          left('figures.col-kind'),
          right('figures.col-lines'),
          right('figures.col-quantity'),
          right('figures.col-amount'),
        ];
        const rows = closed.months.map((one) => [
          one.month,
          text(`figures.what-${one.kind}`),
          one.lines,
          grouped(one.quantity),
          grouped(one.amount),
        ]);
        if (rows.length > 0) for (const line of showTable(columns, rows, { width })) context.print(line);
        const counts = Object.fromEntries(Object.entries(closed.stillOpen).map(([what, count]) => [what, grouped(count)]));
        const said = [
          text('figures.closes', { month, openMonth: closed.openMonth }),
          text(Object.values(closed.stillOpen).some((count) => count > 0) ? 'figures.closes-open' : 'figures.closes-clean', counts),
        ];
        for (const line of said.flatMap((one) => wrapTo(one, width))) context.print(line);
        context.print(
          yes ? text('figures.closed', { month }) : text('desk.preview', { command: `huiliu figures close --month ${month} --yes` }),
        );
      }),
    );
  figures
    .command('reopen')
    .description(text('figures.reopen.about'))
    .requiredOption('--month <yyyy-MM>', text('figures.opt-reopen-month'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action(({ month, note, yes }: Options) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const reopened = await reopenMonth(context.database, { month, why: note }, { actor: context.actor, isPreview: !yes });
        if (context.json) return context.printJson({ written: yes, ...reopened });
        const { back, kept, closedThrough } = reopened;
        context.print(text('figures.reopens', { month, back: grouped(back) }));
        if (closedThrough === null) context.print(text('figures.reopens-all'));
        else context.print(text('figures.reopens-kept', { through: closedThrough, kept: grouped(kept) }));
        const command = `huiliu figures reopen --month ${month} --note … --yes`;
        context.print(yes ? text('figures.reopened', { month }) : text('desk.preview', { command }));
      }),
    );
  figures
    .command('closings')
    .description(text('figures.closings.about'))
    .action(() =>
      withContext(open, async (context) => {
        const closings = await inSnapshot(context.database, readClosings);
        if (context.json) return context.printJson({ closings });
        if (closings.length === 0) return context.print(text('figures.no-closings'));
        const columns = [left('figures.col-month'), left('figures.col-closed-at'), left('figures.col-closed-by'), long('figures.col-note')];
        const rows = closings.map((one) => [
          ...[one.month, shanghaiMoment(one.closedAt), one.closedBy, one.note],
          one.reopenedAt ? `${shanghaiMoment(one.reopenedAt)} ${one.reopenedBy} ${one.reopenedWhy}` : '',
        ]);
        for (const line of showTable([...columns, long('figures.col-reopened')], rows, { width })) context.print(line);
      }),
    );
}
