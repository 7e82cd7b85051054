import type { Command } from 'commander';
import { rebuildFigures, refreshFigures } from '../../../db/figures/refresh-figures.js';
import type { Desk } from '../../desk.js';
import { exitCode } from '../../exit-code.js';
import { grouped } from '../../grouped.js';
import { withContext } from '../../with-context.js';

/** `huiliu figures refresh`: what every run does at its end; with `--rebuild` from nothing, telling what was wrong. */
export function addRefresh(figures: Command, { text, open, finish }: Desk): void {
  figures
    .command('refresh')
    .description(text('figures.refresh.about'))
    .option('--rebuild', text('figures.opt-rebuild'), false)
    .action(({ rebuild }: { rebuild: boolean }) =>
      withContext(open, async (context) => {
        if (!rebuild) {
          const done = await refreshFigures(context.database, { everything: true });
          const counts = Object.fromEntries(Object.entries(done).map(([what, count]) => [what, grouped(count)]));
          return context.json ? context.printJson(done) : context.print(text('figures.refreshed', counts));
        }
        const wrong = await rebuildFigures(context.database);
        if (wrong > 0) finish(exitCode.fault);
        return context.json ? context.printJson({ wrong }) : context.print(text('figures.rebuilt', { wrong: grouped(wrong) }));
      }),
    );
}
