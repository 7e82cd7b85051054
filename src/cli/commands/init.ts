import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { addOwnLists, ownLists } from '../../app/own-lists.js';
import { readOverview } from '../../db/read-overview.js';
import type { Invocation } from '../invocation.js';
import { showFacts } from '../show-facts.js';

/** `huiliu init`: makes the folder, starts the database, migrates, adds the source of the own lists, says what is next. Running it again is harmless. */
export function registerInitCommand(program: Command, { screen, settings, openHub }: Invocation): void {
  const { text } = screen;
  program
    .command('init')
    .description(text('init.about'))
    .action(async () => {
      await mkdir(settings.home, { recursive: true });
      const hub = await openHub();
      await addOwnLists(hub, text('init.own-lists'));
      const { version, ...counts } = await readOverview(hub.database);
      const connectors = [...hub.connectors.keys()].toSorted();
      screen.answer({ home: settings.home, embedded: settings.databaseUrl === null, version, connectors, ...counts }, () => [
        text('init.done'),
        '',
        ...showFacts([
          [text('init.folder'), settings.home],
          [text('init.database'), text(settings.databaseUrl ? 'init.database-own' : 'init.database-embedded', { version })],
          [text('init.connectors'), connectors.join(', ')],
          [text('init.master'), text('init.master-counts', counts)],
        ]),
        '',
        text('init.next'),
        ...showFacts([
          [`huiliu import distributors.xlsx --source ${ownLists}`, text('init.next-distributors')],
          [`huiliu import terminals.xlsx --source ${ownLists}`, text('init.next-master')],
          ['huiliu layout suggest FILE', text('init.next-layout')],
          ['huiliu sources import sources.yaml', text('init.next-sources')],
          ['huiliu run nightly', text('init.next-run')],
        ]),
      ]);
    });
}
