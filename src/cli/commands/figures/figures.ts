import type { Command } from 'commander';
import { isMonth } from '../../../db/figures/figure-question.js';
import { newestMonth } from '../../../db/figures/newest-month.js';
import { refreshFigures } from '../../../db/figures/refresh-figures.js';
import type { Desk } from '../../desk.js';
import { expected } from '../../expected.js';
import { withContext } from '../../with-context.js';
import { addBalance } from './balance.js';
import { addChain } from './chain.js';
import { addClosing } from './closing.js';
import type { FiguresDesk } from './figures-desk.js';
import { addLate } from './late.js';
import { addMonth } from './month.js';
import { addRefresh } from './refresh.js';
import { addReport } from './report.js';
import { addScorecard } from './scorecard.js';

/** `huiliu figures month|late|balance|chain|scorecard|report|close|reopen|closings|refresh`: the figures of a month. */
export function registerFiguresCommand(program: Command, desk: Desk): void {
  const { text, open } = desk;
  const figures = program.command('figures').description(text('figures.about'));
  const own: FiguresDesk = {
    ...desk,
    command: (name) => figures.command(name).option('--month <yyyy-MM>', text('figures.opt-month'), month),
    read: (options, work) =>
      withContext(open, async (context) => {
        await refreshFigures(context.database);
        const taken = options.month ?? (await newestMonth(context.database));
        // Said with the answer: before a fault it would only distract.
        let isSaid = options.month !== undefined || context.json;
        const print = (line: string): void => {
          if (!isSaid) context.print(text('figures.month-taken', { month: taken }));
          isSaid = true;
          context.print(line);
        };
        await work({ ...context, print }, { ...options, month: taken });
      }),
  };
  for (const add of [addMonth, addLate, addBalance, addChain, addScorecard, addReport]) add(own);
  addClosing(figures, desk);
  addRefresh(figures, desk);
}

function month(given: string): string {
  if (!isMonth(given)) throw expected('expected.month');
  return given;
}
