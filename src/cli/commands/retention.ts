import type { Command } from 'commander';
import { landingOf } from '../../app/landing-of.js';
import { archiveRaw } from '../../db/retention/archive-raw.js';
import { deleteBookkeeping } from '../../db/retention/bookkeeping.js';
import { type RetentionItem, readRetention } from '../../db/retention/read-retention.js';
import { retireLines } from '../../db/retention/retire-lines.js';
import { columnsIn } from '../columns-in.js';
import { grouped } from '../grouped.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { showTable } from '../show-table.js';

/** `huiliu retention [--yes]`: what is old enough to be deleted, by rule; deletes it only when told. */
export function registerRetentionCommand(program: Command, { screen, settings, signal, openHub }: Invocation): void {
  const { text } = screen;
  const { left, long, right } = columnsIn(text);
  program
    .command('retention')
    .description(text('retention.about'))
    .option('--yes', text('desk.opt-yes'), false)
    .action(async ({ yes }: { yes: boolean }) => {
      const { database } = await openHub();
      const rules = {
        linesDays: settings.keepLinesDays,
        bookkeepingDays: settings.keepBookkeepingDays,
        rawDays: settings.rawArchive === null ? null : settings.keepRawDays,
      };
      const items = await readRetention(database, rules);
      if (!yes) return screen.answer({ rules, items, deleted: null, archived: null }, () => [...showItems(items), ...showNext(items)]);
      const by = { actor: actor(), signal };
      const { generations, rows: lines } = await retireLines(database, { ...by, days: rules.linesDays });
      const deleted = { lines, generations, ...(await deleteBookkeeping(database, { ...by, days: rules.bookkeepingDays })) };
      const archived = rules.rawDays === null ? null : await archiveRaw(database, landingOf(settings), { ...by, days: rules.rawDays });
      screen.answer({ rules, items, deleted, archived }, () => {
        const counts = Object.fromEntries(Object.entries(deleted).map(([what, count]) => [what, grouped(count)]));
        const moved = archived ? [text('retention.archived', { files: grouped(archived.files), folder: settings.rawArchive ?? '' })] : [];
        return [...showItems(items), '', text('retention.done', counts), ...moved];
      });
    });

  function showItems(items: readonly RetentionItem[]): string[] {
    const columns = [
      ...[long('retention.col-what'), left('retention.col-rule'), right('retention.col-rows')],
      ...[right('retention.col-bytes'), left('retention.col-oldest')],
    ];
    const rows = items.map(({ what, days, rows: count, bytes, oldest }) => [
      ...[text(`retention.${what}`), days === null ? text('retention.never') : text('retention.after', { days })],
      ...[count, grouped((bytes / 1e6).toFixed(1)), oldest ?? '—'],
    ]);
    const generations = items.find(({ what }) => what === 'lines')?.generations ?? 0;
    return [
      ...showTable(columns, rows, { width: screen.width }),
      '',
      text('retention.loss-lines', { generations: grouped(generations) }),
      ...[
        settings.rawArchive === null ? text('retention.loss-raw') : text('retention.loss-raw-archive', { folder: settings.rawArchive }),
        text('retention.loss-bookkeeping'),
        text('retention.settings'),
      ],
    ];
  }

  function showNext(items: readonly RetentionItem[]): string[] {
    const isEmpty = items.every(({ days, rows }) => days === null || rows === 0);
    return ['', isEmpty ? text('retention.nothing') : text('desk.preview', { command: 'huiliu retention --yes' })];
  }
}
