import type { Command } from 'commander';
import { createMemoryInRam } from '../../../journey/collect/memory-in-ram.js';
import type { Invocation } from '../../invocation.js';
import { saveFile } from '../../save-file.js';
import { WrongUsage } from '../../wrong-usage.js';
import { yamlValue } from '../../yaml-value.js';
import { askNow } from './ask-now.js';

/** `portal record URL`: looks at the pages of a portal and proposes a recipe. */
export function registerRecord(portal: Command, { screen, openHub, signal }: Invocation): void {
  const { text } = screen;
  portal
    .command('record')
    .description(text('portal.record.about'))
    .argument('<url>', text('portal.arg-url'))
    .option('--user <name>', text('portal.opt-user'))
    .option('--password <reference>', text('portal.opt-password'))
    .option('--step <yaml...>', text('portal.opt-step'), [])
    .option('--allow-private', text('portal.opt-private'), false)
    .option('--out <file>', text('portal.opt-out'))
    .action(async (url: string, { user, password, step, allowPrivate, out }: RecordOptions) => {
      if (!URL.canParse(url)) throw new WrongUsage('portal.bad-url', { url });
      const hub = await openHub();
      const { recordRecipe } = await import('../../../../connectors/portal/record-recipe.js');
      const io = { ...hub.ioOf({ id: 0, code: 'record' }, signal), memory: createMemoryInRam(), askNow: askNow(screen, undefined, signal) };
      const given = { url, allowPrivate, steps: step.map((one) => yamlValue(one)), ...(user !== undefined && { user }) };
      const { yaml, seen } = await recordRecipe({ ...given, ...(password !== undefined && { password }) }, io);
      for (const line of seen) screen.note(line);
      if (out !== undefined) await saveFile(out, yaml, { force: true });
      screen.answer({ yaml, seen, saved: out ?? null }, () => [
        out === undefined ? yaml.trimEnd() : text('portal.recorded', { path: out }),
      ]);
    });
}

interface RecordOptions {
  readonly user?: string;
  readonly password?: string;
  readonly step: string[];
  readonly allowPrivate: boolean;
  readonly out?: string;
}
