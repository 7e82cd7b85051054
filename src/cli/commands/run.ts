import type { Command } from 'commander';
import { previewBackfill } from '../../db/backfill-store.js';
import type { RunState } from '../../db/run-store.js';
import { addDays } from '../../model/add-days.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { exitCodeOf } from '../exit-code-of.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { parseDay } from '../parse-day.js';
import { showProgress } from '../show-progress.js';
import { showReport } from '../show-report.js';
import { WrongUsage } from '../wrong-usage.js';

/** `huiliu run nightly`: the balance sheet as result, progress on stderr. */
export function registerRunCommand(program: Command, { screen, openHub, signal }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  const run = program.command('run').description(text('run.about'));
  run
    .command('backfill')
    .description(text('backfill.about'))
    .requiredOption('--source <code...>', text('backfill.opt-source'))
    .requiredOption('--from <yyyy-MM-dd>', text('backfill.opt-from'), parseDay)
    .option('--to <yyyy-MM-dd>', text('backfill.opt-to'), parseDay)
    .option('--queue', text('backfill.opt-queue'), false)
    .option('--yes', text('desk.opt-yes'), false)
    .action((options: BackfillOptions) => backfill(options));
  run
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

  async function backfill({ source: sources, from, to = from, queue, yes }: BackfillOptions): Promise<void> {
    if (to < from || addDays(from, mostDays - 1) < to) throw new WrongUsage('backfill.bad-range', { from, to, most: mostDays });
    const hub = await openHub();
    const plan = await previewBackfill(hub.database, { sources, from, to });
    const unknown = sources.find((code) => !plan.some(({ source }) => source === code));
    if (unknown) throw new HubError('config', message('hub.unknown-source', { source: unknown }));
    const told = plan.map(({ source, days, there }) => text('backfill.preview', { source, count: days, there, from, to }));
    if (!yes) {
      const command = `huiliu run backfill --source ${sources.join(' ')} --from ${from} --to ${to} --yes`;
      return screen.answer({ plan, written: false }, () => [...told, text('desk.preview', { command })]);
    }
    const progress = showProgress(hub, screen);
    try {
      const outcome = await hub.runBackfill({ sources, from, to, by: actor(), queueOnly: queue, signal });
      progress.stop();
      const states = outcome.runs.map(({ state }) => state);
      if (states.some((state) => state !== 'succeeded')) finish(exitCode.attention);
      const counts = [...new Set(states)].map(
        (state) => `${text(`status.${state as RunState}`)} ${states.filter((one) => one === state).length}`,
      );
      screen.answer({ plan, written: true, ...outcome }, () => [
        ...told,
        text('backfill.queued', { count: outcome.queued }),
        ...(outcome.waiting > 0 ? [text('backfill.waits', { count: outcome.waiting })] : []),
        ...(queue ? [] : [text('backfill.done', { count: states.length, states: counts.join(' · ') })]),
      ]);
    } finally {
      progress.stop();
    }
  }
}

interface BackfillOptions {
  readonly source: string[];
  readonly from: string;
  readonly to?: string;
  readonly queue: boolean;
  readonly yes: boolean;
}

const mostDays = 366;

/** The night after a day brings that day's figures. */
function yesterdayInShanghai(now: Date): string {
  return shanghaiDay(new Date(now.getTime() - 86_400_000));
}
