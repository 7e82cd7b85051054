import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { ExitCode } from '../exit-code.js';
import { exitCodeOf } from '../exit-code-of.js';
import type { Invocation } from '../invocation.js';
import { showProgress } from '../show-progress.js';
import { showReport } from '../show-report.js';
import { WrongUsage } from '../wrong-usage.js';

/** `huiliu import FILE --source S`: one file by hand; goes the way of every delivery. */
export function registerImportCommand(program: Command, { screen, openHub, signal }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  program
    .command('import')
    .description(text('import.about'))
    .argument('<file>', text('import.arg-file'))
    .requiredOption('--source <code>', text('import.opt-source'))
    .action(async (path: string, { source }: { source: string }) => {
      if (!existsSync(path)) throw new WrongUsage('import.no-file', { path });
      const hub = await openHub();
      const progress = showProgress(hub, screen);
      try {
        const report = await hub.importFile({ path, source, signal });
        progress.stop();
        finish(exitCodeOf(report));
        screen.answer(report, () => showReport(report, screen));
      } finally {
        progress.stop();
      }
    });
}
