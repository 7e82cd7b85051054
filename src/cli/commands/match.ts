import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { matchFiles } from '../../journey/match/match-files.js';
import type { Invocation } from '../invocation.js';
import { WrongUsage } from '../wrong-usage.js';

interface Options {
  readonly master: string;
  readonly names: string;
  readonly out: string;
  readonly truth?: string;
  readonly candidates?: string;
}

/** `huiliu match`: names against a master, file to file; neither database nor hub is needed. */
export function registerMatchCommand(program: Command, { screen }: Invocation): void {
  const { text } = screen;
  program
    .command('match')
    .description(text('match.about'))
    .requiredOption('--master <file>', text('match.opt-master'))
    .requiredOption('--names <file>', text('match.opt-names'))
    .requiredOption('--out <file>', text('match.opt-out'))
    .option('--truth <file>', text('match.opt-truth'))
    .option('--candidates <n>', text('match.opt-candidates'))
    .action(async ({ candidates, ...files }: Options) => {
      for (const path of [files.master, files.names, files.truth]) {
        if (path !== undefined && !existsSync(path)) throw new WrongUsage('import.no-file', { path });
      }
      const { printed, ...result } = await matchFiles({
        ...files,
        ...(candidates !== undefined && { candidates: Number(candidates) }),
        onProgress: ({ step, done }) => screen.note(text(`match.${step}`, { done })),
      });
      screen.answer(result, () => [printed]);
    });
}
