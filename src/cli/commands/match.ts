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
  readonly workers?: string;
}

/** `huiliu match`: names against a master, file to file; neither database nor hub is needed. */
export function registerMatchCommand(program: Command, { screen }: Invocation): Command {
  const { text } = screen;
  const match = program.command('match');
  match
    .description(text('match.about'))
    .option('--master <file>', text('match.opt-master'))
    .option('--names <file>', text('match.opt-names'))
    .option('--out <file>', text('match.opt-out'))
    .option('--truth <file>', text('match.opt-truth'))
    .option('--candidates <n>', text('match.opt-candidates'))
    .option('--workers <n>', text('match.opt-workers'))
    .action(async ({ candidates, workers, ...files }: Options) => {
      // Not declared mandatory: commander would then ask for them at `match learn` too.
      for (const flag of ['master', 'names', 'out'] as const) {
        if (files[flag] === undefined)
          match.error(`required option '--${flag} <file>' not specified`, { code: 'commander.missingMandatoryOptionValue' });
      }
      for (const path of [files.master, files.names, files.truth]) {
        if (path !== undefined && !existsSync(path)) throw new WrongUsage('import.no-file', { path });
      }
      const { printed, ...result } = await matchFiles({
        ...files,
        ...(candidates !== undefined && { candidates: Number(candidates) }),
        ...(workers !== undefined && { workers: wholeNumber(workers) }),
        onProgress: ({ step, done }) => screen.note(text(`match.${step}`, { done })),
      });
      screen.answer(result, () => [printed]);
    });
  return match;
}

function wholeNumber(value: string): number {
  const workers = Number(value);
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) throw new WrongUsage('match.workers', { value });
  return workers;
}
