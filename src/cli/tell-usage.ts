import type { CommanderError } from 'commander';
import { type ExitCode, exitCode } from './exit-code.js';
import type { Screen } from './screen.js';
import type { TextKey } from './text.js';

/** What commander found wrong with the command line, in the reader's language. Help and version are no faults. */
export function tellUsage(error: CommanderError, screen: Screen): ExitCode {
  if (['commander.helpDisplayed', 'commander.version'].includes(error.code)) return exitCode.ok;
  // `commander.help`: a group such as `sources` without its subcommand; the help is already on stderr.
  const key = error.code === 'commander.help' ? 'usage.no-command' : keys[error.code];
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const detail = /is invalid\.?(.*)$/s.exec(error.message)?.[1]?.trim() ?? '';
  const guess = /Did you mean (?:one of )?(.+?)\?/.exec(error.message)?.[1];
  const told = key ? screen.text(key, { name, detail }) : error.message;
  const text = guess ? `${told}${screen.text('usage.did-you-mean', { name: guess })}` : told;
  if (screen.isJson) screen.answer({ error: { class: 'usage', code: key ?? error.code, message: text } }, () => []);
  screen.note(text);
  return exitCode.usage;
}

const keys: Readonly<Record<string, TextKey>> = {
  'commander.unknownCommand': 'usage.unknown-command',
  'commander.unknownOption': 'usage.unknown-option',
  'commander.missingArgument': 'usage.missing-argument',
  'commander.missingMandatoryOptionValue': 'usage.missing-option',
  'commander.optionMissingArgument': 'usage.missing-value',
  'commander.invalidArgument': 'usage.bad-value',
  'commander.excessArguments': 'usage.too-many',
};
