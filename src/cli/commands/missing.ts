import { type Command, Option } from 'commander';
import { excuseSource, undoExcuse } from '../../db/excuse-store.js';
import { findSource } from '../../db/source-store.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { type ExcuseReason, excuseReasons } from '../../schedule/excuse-reason.js';
import type { ExitCode } from '../exit-code.js';
import { exitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { parseDay } from '../parse-day.js';
import { showTable } from '../show-table.js';

/** `huiliu missing excuse|undo|reasons`: a person says why the figures of a day are not there. The board is `status --missing`. */
export function registerMissingCommand(program: Command, { screen, openHub }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  const missing = program.command('missing').description(text('missing.about'));

  missing
    .command('reasons')
    .description(text('missing.reasons.about'))
    .action(() => {
      const reasons = Object.entries(excuseReasons).map(([code, effect]) => ({
        code,
        effect,
        title: text(`reason.${code as ExcuseReason}`),
      }));
      const columns = [{ title: text('missing.col-code') }, { title: text('missing.col-reason') }, { title: text('missing.col-effect') }];
      screen.answer({ reasons }, () =>
        showTable(
          columns,
          reasons.map(({ code, effect, title }) => [code, title, text(`missing.${effect}`)]),
          screen,
        ),
      );
    });

  missing
    .command('excuse')
    .description(text('missing.excuse.about'))
    .argument('<source>', text('sources.arg-code'))
    .requiredOption('--date <yyyy-MM-dd>', text('missing.opt-date'), parseDay)
    .option('--to <yyyy-MM-dd>', text('missing.opt-to'), parseDay)
    .addOption(new Option('--reason <code>', text('missing.opt-reason')).choices(Object.keys(excuseReasons)).makeOptionMandatory())
    .option('--note <text>', text('missing.opt-note'), '')
    .action(
      async (source: string, { date, to = date, reason, note }: { date: string; to?: string; reason: ExcuseReason; note: string }) => {
        const { database } = await openHub();
        await existing(database, source);
        const days = (await excuseSource(database, { source, from: date, to, reason, note, by: actor() })).map(
          ({ businessDate }) => businessDate,
        );
        if (days.length === 0) finish(exitCode.usage);
        screen.answer({ source, days, reason, effect: excuseReasons[reason] }, () =>
          days.length === 0
            ? [text('missing.not-expected', { source, from: date, to })]
            : [
                text('missing.excused', { source, days: days.join(' '), reason: text(`reason.${reason}`) }),
                text(`missing.effect-${excuseReasons[reason]}`),
                text('missing.undo-with', { source, from: date, to }),
              ],
        );
      },
    );

  missing
    .command('undo')
    .description(text('missing.undo.about'))
    .argument('<source>', text('sources.arg-code'))
    .requiredOption('--date <yyyy-MM-dd>', text('missing.opt-date'), parseDay)
    .option('--to <yyyy-MM-dd>', text('missing.opt-to'), parseDay)
    .action(async (source: string, { date, to = date }: { date: string; to?: string }) => {
      const { database } = await openHub();
      await existing(database, source);
      const days = (await undoExcuse(database, { source, from: date, to, by: actor() })).map(({ businessDate }) => businessDate);
      screen.answer({ source, days }, () => [
        days.length === 0 ? text('missing.nothing-to-undo', { source }) : text('missing.undone', { source, days: days.join(' ') }),
      ]);
    });
}

async function existing(database: Parameters<typeof findSource>[0], code: string): Promise<void> {
  if (!(await findSource(database, { code }))) throw new HubError('config', message('hub.unknown-source', { source: code }));
}
