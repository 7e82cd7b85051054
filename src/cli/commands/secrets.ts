import type { Command } from 'commander';
import { secretStoreOf } from '../../app/secrets/secret-store-of.js';
import { listSources } from '../../db/source-store.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { readSecret } from '../read-secret.js';
import { showTable } from '../show-table.js';
import { WrongUsage } from '../wrong-usage.js';

/** `huiliu secrets ...`: passwords that the hub keeps itself. No command shows one. */
export function registerSecretsCommand(program: Command, { screen, openHub, settings }: Invocation): void {
  const { text } = screen;
  const secrets = program.command('secrets').description(text('secrets.about'));
  const path = settings.keyFile;

  secrets
    .command('set')
    .description(text('secrets.set.about'))
    .argument('<name>', text('secrets.arg-name'))
    .action(async (name: string) => {
      const value = await readSecret(text('secrets.ask', { name }));
      if (value === '') throw new WrongUsage('secrets.empty');
      await secretStoreOf(settings, (await openHub()).database).set(name, value, actor());
      screen.answer({ saved: name }, () => [text('secrets.saved', { name, path })]);
    });

  secrets
    .command('list')
    .description(text('secrets.list.about'))
    .action(async () => {
      const list = await secretStoreOf(settings, (await openHub()).database).list();
      const columns = (['name', 'by', 'at', 'key'] as const).map((column) => ({ title: text(`secrets.col-${column}`) }));
      const rows = list.map((one) => [one.name, one.setBy, shanghaiMoment(one.setAt), one.keyId]);
      screen.answer({ secrets: list }, () => (list.length === 0 ? [text('secrets.none')] : showTable(columns, rows, screen)));
    });

  secrets
    .command('remove')
    .description(text('secrets.remove.about'))
    .argument('<name>', text('secrets.arg-name'))
    .option('--yes', text('desk.opt-yes'))
    .action(async (name: string, { yes }: { yes?: true }) => {
      const { database } = await openHub();
      const store = secretStoreOf(settings, database);
      if (!(await store.list()).some((one) => one.name === name)) throw new WrongUsage('secrets.unknown', { name });
      const users = (await listSources(database)).filter((source) => JSON.stringify(source.settings).includes(`"secret:${name}"`));
      const used = users.length === 0 ? '' : text('secrets.used', { sources: users.map(({ code }) => code).join(', ') });
      if (yes) await store.remove(name, actor());
      screen.answer({ name, removed: yes === true, usedBy: users.map(({ code }) => code) }, () => [
        yes ? text('secrets.removed', { name }) : text('secrets.preview', { name, used }),
      ]);
    });

  secrets
    .command('rotate')
    .description(text('secrets.rotate.about'))
    .action(async () => {
      const { keyId, resealed } = await secretStoreOf(settings, (await openHub()).database).rotate(actor());
      screen.answer({ keyId, resealed }, () => [text('secrets.rotated', { count: resealed, key: keyId, path })]);
    });
}
