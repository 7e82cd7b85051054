import type { Command } from 'commander';
import { addApiKey, giveApiKey, listApiKeys, revokeApiKey } from '../../db/api-key-store.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { isRight, type Right, rights } from '../../model/right.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import { expected } from '../expected.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { showTable } from '../show-table.js';

/** `huiliu keys ...`: which programs may ask the API for what. */
export function registerKeysCommand(program: Command, { screen, openHub }: Invocation): void {
  const { text, language } = screen;
  const keys = program.command('keys').description(text('keys.about'));
  const known = Object.entries(rights)
    .map(([right, words]) => `${right} (${words[language]})`)
    .join(', ');
  const when = (moment: Date | null) => (moment ? shanghaiMoment(moment) : text('keys.never'));

  keys
    .command('add')
    .description(text('keys.add.about'))
    .argument('<name>', text('keys.arg-name'))
    .requiredOption('--right <right...>', text('keys.opt-right', { rights: known }), right)
    .option('--person <person>', text('keys.opt-person'), personOf)
    .action(async (name: string, options: { right: Right[]; person?: string }) => {
      const person = options.person ?? null;
      const key = await addApiKey((await openHub()).database, { name, rights: options.right, by: actor(), person });
      if (key === null) throw new HubError('config', message('api.key-name-taken', { name }));
      screen.answer({ name, rights: options.right, person, key }, () => [
        text('keys.added', { name, key, rights: options.right.join(', ') }),
      ]);
    });

  keys
    .command('person')
    .description(text('keys.person.about'))
    .argument('<name>', text('keys.arg-name'))
    .argument('<person>', text('keys.opt-person'), personOf)
    .action(async (name: string, person: string) => {
      if (!(await giveApiKey((await openHub()).database, name, person))) throw new HubError('config', message('api.unknown-key', { name }));
      screen.answer({ name, person }, () => [text('keys.given', { name, person })]);
    });

  keys
    .command('list')
    .description(text('keys.list.about'))
    .action(async () => {
      const list = await listApiKeys((await openHub()).database);
      const hasPersons = list.some(({ person }) => person !== null);
      const columns = ['name', ...(hasPersons ? (['person'] as const) : []), 'rights', 'by', 'created', 'used', 'revoked'] as const;
      screen.answer({ keys: list }, () =>
        list.length === 0
          ? [text('keys.none')]
          : showTable(
              columns.map((column) => ({ title: text(`keys.col-${column}`) })),
              list.map((one) => [
                ...[one.name, ...(hasPersons ? [one.person ?? ''] : []), one.rights.join(', '), one.createdBy],
                ...[shanghaiMoment(one.createdAt), when(one.lastUsedAt), one.revokedAt ? shanghaiMoment(one.revokedAt) : ''],
              ]),
              screen,
            ),
      );
    });

  keys
    .command('revoke')
    .description(text('keys.revoke.about'))
    .argument('<name>', text('keys.arg-name'))
    .option('--yes', text('keys.opt-yes'))
    .action(async (name: string, { yes }: { yes?: true }) => {
      const { database } = await openHub();
      const found = (await listApiKeys(database)).find((key) => key.name === name && key.revokedAt === null);
      if (!found || (yes && !(await revokeApiKey(database, name, actor()))))
        throw new HubError('config', message('api.unknown-key', { name }));
      const preview = text('keys.preview', { name, rights: found.rights.join(', '), used: when(found.lastUsedAt) });
      screen.answer({ name, revoked: yes === true }, () => [yes ? text('keys.revoked', { name }) : preview]);
    });

  function personOf(given: string): string {
    if (given.trim() === '') throw expected('expected.text');
    return given.trim();
  }

  function right(given: string, before: readonly Right[] | undefined): Right[] {
    if (!isRight(given)) throw expected('expected.one-of', { choices: Object.keys(rights).join(', ') });
    return [...new Set([...(before ?? []), given])];
  }
}
