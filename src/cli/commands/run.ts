import type { Command } from 'commander';
import { shanghaiDay } from '../../model/shanghai-day.js';
import type { ExitCode } from '../exit-code.js';
import { exitCodeOf } from '../exit-code-of.js';
import type { Invocation } from '../invocation.js';
import { parseDay } from '../parse-day.js';
import { showProgress } from '../show-progress.js';
import { showReport } from '../show-report.js';

/** `huiliu run nightly`: the balance sheet as result, progress on stderr. */
export function registerRunCommand(program: Command, { screen, openHub, signal }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  program
    .command('run')
    .description(text('run.about'))
    .command('nightly')
    .description(text('run.nightly.about'))
    .option('--source <code...>', text('run.opt-source'))
    .option('--date <yyyy-MM-dd>', text('run.opt-date'), parseDay)
    .action(async ({ source, date }: { source?: string[]; date?: string }) => {
      const hub = await openHub();
      const progress = showProgress(hub, screen);
      try {
        const report = await hub.runNightly({
          businessDate: date ?? yesterdayInShanghai(new Date()),
          ...(source && { sources: source }),
          signal,
        });
        progress.stop();
        finish(exitCodeOf(report));
        screen.answer(report, () => showReport(report, screen));
      } finally {
        progress.stop();
      }
    });
}

/** The night after a day brings that day's figures. */
function yesterdayInShanghai(now: Date): string {
  return shanghaiDay(new Date(now.getTime() - 86_400_000));
}
