import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { acceptLooks, type HeldLook, listHeldLooks } from '../../../db/portal-store.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import { type ExitCode, exitCode } from '../../exit-code.js';
import type { Invocation } from '../../invocation.js';
import { actor } from '../../open-command-context.js';
import { saveFile } from '../../save-file.js';
import { endingOf } from './ask-now.js';
import { portalSource } from './portal-source.js';

/** `portal pages|accept`: pages that no longer look as they were agreed to. */
export function registerPages(portal: Command, { screen, openHub }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;

  portal
    .command('pages')
    .description(text('portal.pages.about'))
    .argument('[source]', text('sources.arg-code'))
    .option('--out <folder>', text('portal.opt-folder'))
    .action(async (source: string | undefined, { out }: { out?: string }) => {
      const held = await listHeldLooks((await openHub()).database, source);
      const files = out === undefined ? [] : await save(held, out);
      if (held.length > 0) finish(exitCode.attention);
      screen.answer({ pages: held.map(({ evidence: _, ...page }, at) => ({ ...page, file: files[at] ?? null })) }, () =>
        held.length === 0 ? [text('portal.no-pages')] : held.flatMap((one, at) => show(one, files[at])),
      );
    });

  portal
    .command('accept')
    .description(text('portal.accept.about'))
    .argument('<source>', text('sources.arg-code'))
    .option('--yes', text('desk.opt-yes'), false)
    .action(async (source: string, { yes }: { yes: boolean }) => {
      const hub = await openHub();
      await portalSource(hub, source);
      const held = await listHeldLooks(hub.database, source);
      const accepted = yes ? await acceptLooks(hub.database, source, actor()) : 0;
      screen.answer({ source, pages: held.map(({ evidence: _, ...page }) => page), accepted }, () => {
        if (held.length === 0) return [text('portal.no-pages')];
        const command = `huiliu portal accept ${source} --yes`;
        return [
          ...held.flatMap((one) => show(one)),
          yes ? text('portal.accepted', { source, count: accepted }) : text('desk.preview', { command }),
        ];
      });
    });

  function show({ source, place, lines, found, foundAt }: HeldLook, file?: string): string[] {
    const gone = lines.filter((line) => !found.includes(line));
    const added = found.filter((line) => !lines.includes(line));
    const order = gone.length + added.length === 0 ? found.map((line, at) => (line === lines[at] ? `  ${line}` : `~ ${line}`)) : [];
    return [
      `${source}  ${place.split('#')[0]}  ${shanghaiMoment(foundAt)}`,
      ...[...gone.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`), ...order].map((line) => `  ${line}`),
      ...(file === undefined ? [] : [`  ${text('portal.page-saved', { path: file })}`]),
    ];
  }
}

async function save(held: readonly HeldLook[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    held.map(async ({ source, evidence, evidenceType }, at) => {
      const path = join(folder, `${source}-${at + 1}.${endingOf(evidenceType)}`);
      await saveFile(path, evidence, { force: true });
      return path;
    }),
  );
}
